"""R1b: different things happen to one license at once; the counter is right at every moment anybody looks."""

import contextlib

from accounts.audit import Actor
from licenses.errors import LicenseError
from licenses.issuing import edit, revoke
from licenses.license_file import public_key, verify
from licenses.models import License, LicenseFile, SigningKey
from licenses.signing import rotate_signing_key
from tests.races.racing import (
    Crowd,
    Timed,
    activating,
    activations_of,
    assert_counter_was_right,
    deactivating,
    in_own_connection,
    note_race,
    press_at_once,
    replacing,
    rounds_of,
    timed,
    watching,
)
from tests.support.portal_server import PortalServer
from tests.support.visitor import Answer, at_once

AT_ONCE = 20
ROUNDS = rounds_of(3)


def test_activating_and_deactivating_at_once(crowd: Crowd) -> None:
    for _ in range(ROUNDS):
        license = crowd.license(allowed=6, in_use=5)
        visitors = iter(crowd.visitors(AT_ONCE + 5))
        presses = [activating(next(visitors), license, f"NEW-{n}") for n in range(AT_ONCE)]
        presses += [deactivating(next(visitors), license, each) for each in activations_of(license)]
        with watching(license) as seen:
            answers = press_at_once(presses[::2] + presses[1::2])
        assert_counter_was_right(seen, license)
        activated = sum("activated" in each.answer.location for each in answers)
        deactivated = license.activations.exclude(deactivated_at=None).count()
        assert deactivated == 5
        assert license.activations_in_use == activated == min(6, license.activations.count() - 5)
        assert 1 <= activated <= 6


def test_replacing_one_computer_by_many_at_once_replaces_it_once(crowd: Crowd) -> None:
    for _ in range(ROUNDS):
        license = crowd.license(allowed=2, in_use=2, quota=5)
        old = activations_of(license)[0]
        visitors = crowd.visitors(AT_ONCE)
        with watching(license) as seen:
            answers = press_at_once([replacing(each, license, old, f"NEW-{n}") for n, each in enumerate(visitors)])
        assert_counter_was_right(seen, license)
        assert sum(each.answer.status == 302 for each in answers) == 1
        assert license.activations.filter(counts_for_quota=True).count() == 1
        assert license.activations_in_use == 2


def beside(crowd: Crowd, license: License, story: object) -> list[Answer]:
    """Let 20 computers be activated while `story` happens in a process of its own; return the answers."""
    assert callable(story)
    outcomes: list[object] = at_once(
        in_own_connection(story),
        *[timed(activating(visitor, license, f"NEW-{n}")) for n, visitor in enumerate(crowd.visitors(AT_ONCE))],
    )
    answers = [each for each in outcomes[1:] if isinstance(each, Timed)]
    assert len(answers) == AT_ONCE
    note_race(answers)
    return [each.answer for each in answers]


def test_license_revoked_while_20_activate_takes_nobody_in_afterwards(crowd: Crowd) -> None:
    vendor = Actor.vendor(crowd.people[1])
    for _ in range(ROUNDS):
        license = crowd.license(allowed=AT_ONCE, in_use=0)
        with watching(license) as seen:
            answers = beside(crowd, license, lambda license=license: revoke(license.pk, vendor, reason="Unpaid"))
        assert_counter_was_right(seen, license)
        assert license.revoked_at is not None
        assert license.activations_in_use == sum(each.status == 302 for each in answers)
        assert not license.activations.filter(activated_at__gt=license.revoked_at).exists()
        assert all("This license was revoked." in each.text for each in answers if each.status == 200)


def lower(license: License, vendor: Actor) -> None:
    """Allow five activations, unless more are in use already."""
    wanted = License.objects.get(pk=license.pk)
    wanted.max_activations = 5
    with contextlib.suppress(LicenseError):
        edit(wanted, vendor)


def test_fewer_are_allowed_while_20_activate(crowd: Crowd) -> None:
    vendor = Actor.vendor(crowd.people[1])
    for _ in range(ROUNDS):
        license = crowd.license(allowed=AT_ONCE, in_use=0)

        with watching(license) as seen:
            answers = beside(crowd, license, lambda license=license: lower(license, vendor))
        assert_counter_was_right(seen, license)
        assert license.activations_in_use == sum(each.status == 302 for each in answers) == license.max_activations
        assert license.max_activations in {5, AT_ONCE}


def test_key_rotated_while_20_activate_leaves_only_files_that_verify(crowd: Crowd, portal: PortalServer) -> None:
    license = crowd.license(allowed=AT_ONCE, in_use=0)
    beside(crowd, license, lambda: rotate_signing_key(crowd.product, Actor.vendor(crowd.people[1])))
    keys = {key.key_id: public_key(key.public_key) for key in SigningKey.objects.all()}
    assert len(keys) == 2
    files = LicenseFile.objects.filter(activation__license=license)
    assert len(files) == AT_ONCE
    for file in files:
        assert verify(file.text, keys, product="spectra", issuer=portal.url)["jti"] == file.pk
