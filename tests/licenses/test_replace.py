"""Replacing a computer by another: deactivated and activated in one step, or nothing at all."""

from datetime import timedelta

import pytest

from accounts.audit import Actor
from accounts.models import AuditEvent
from licenses.activation import activate, deactivate, replace
from licenses.errors import LicenseError, Reason
from licenses.issuing import revoke
from licenses.models import Activation, License, LicenseFile, QuotaPer
from licenses.quota import quota_of
from organizations.models import Customer
from tests.cast import make_license, make_product
from tests.licenses.moments import DAY, HOUR, NOW, TODAY, Clock


@pytest.fixture
def full(anna: Customer) -> License:
    """Anna's license for two computers, both in use; one deactivation within 30 days is allowed."""
    product = make_product("Spectra")
    return make_license(
        customer=anna,
        product=product,
        max_activations=2,
        computers=("OLD", "OTHER"),
        deactivations_allowed=1,
        deactivation_days=30,
        deactivations_per=QuotaPer.LICENSE,
    )


def computer(license: License, name: str) -> Activation:
    return license.activations.get(computer_name=name)


def names_in_use(license: License) -> list[str]:
    license.refresh_from_db()
    names = sorted(license.activations.in_use().values_list("computer_name", flat=True))
    assert len(names) == license.activations_in_use
    return names


def refused(license: License, actor: Actor, computer_id: str = "ID-NEW") -> Reason:
    """Replace OLD in vain, see that nothing was changed, and return why."""
    before = everything(license)
    with pytest.raises(LicenseError) as refusal:
        replace(computer(license, "OLD").pk, actor, computer_id=computer_id, computer_name="NEW")
    assert everything(license) == before
    return refusal.value.reason


def everything(license: License) -> list[object]:
    rows = [list(rows.order_by("pk").values()) for rows in (License.objects.all(), Activation.objects.all())]
    return [*rows, LicenseFile.objects.count(), AuditEvent.objects.count()]


def test_one_computer_gives_its_place_to_another(full: License, actor: Actor) -> None:
    old = computer(full, "OLD")
    outcome = replace(old.pk, actor, computer_id=" ID-NEW ", computer_name="NEW")
    old.refresh_from_db()
    assert outcome.is_new
    assert names_in_use(full) == ["NEW", "OTHER"]
    assert (old.deactivated_at, old.deactivated_by_id, old.counts_for_quota) == (NOW, actor.user_id, True)
    assert outcome.activation.license_files.count() == 1


def test_replacing_counts_for_the_quota(full: License, actor: Actor) -> None:
    replace(computer(full, "OLD").pk, actor, computer_id="ID-NEW", computer_name="NEW")
    quota = quota_of(full)
    assert quota is not None
    assert (quota.used, quota.left) == (1, 0)


def test_nothing_is_replaced_when_the_quota_is_used_up(full: License, actor: Actor) -> None:
    replace(computer(full, "OTHER").pk, actor, computer_id="ID-THIRD", computer_name="THIRD")
    assert refused(full, actor) is Reason.QUOTA_USED_UP
    assert names_in_use(full) == ["OLD", "THIRD"]


def test_staff_replace_without_quota(full: License, anna: Customer, actor: Actor) -> None:
    replace(computer(full, "OTHER").pk, actor, computer_id="ID-THIRD", computer_name="THIRD")
    replace(computer(full, "OLD").pk, Actor.vendor(anna.user), computer_id="ID-NEW", computer_name="NEW")
    assert names_in_use(full) == ["NEW", "THIRD"]
    assert not computer(full, "OLD").counts_for_quota


@pytest.mark.parametrize("computer_id", ["", "two words", "x" * 256])
def test_bad_computer_id_replaces_nothing(full: License, actor: Actor, computer_id: str) -> None:
    assert refused(full, actor, computer_id) is Reason.BAD_COMPUTER_ID


def test_unusual_computer_id_is_asked_about_before_anything_is_replaced(full: License, actor: Actor) -> None:
    full.product.computer_id_pattern = "ID-.*"
    full.product.save()
    assert refused(full, actor, "NEW") is Reason.UNUSUAL_COMPUTER_ID
    old = computer(full, "OLD")
    assert replace(old.pk, actor, computer_id="NEW", is_unusual_confirmed=True).is_new


def test_of_several_things_that_are_wrong_the_first_is_told(full: License, actor: Actor) -> None:
    replace(computer(full, "OTHER").pk, actor, computer_id="ID-THIRD")
    revoke(full.pk, actor, reason="Unpaid")
    License.objects.filter(pk=full.pk).update(expires_on=TODAY - 2 * DAY)
    assert refused(full, actor) is Reason.REVOKED
    License.objects.filter(pk=full.pk).update(revoked_at=None, revoked_as="")
    assert refused(full, actor) is Reason.EXPIRED
    License.objects.filter(pk=full.pk).update(expires_on=None)
    assert refused(full, actor) is Reason.QUOTA_USED_UP


def test_when_activating_fails_half_way_the_old_computer_stays_active(
    full: License, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_order(_product: object) -> None:
        raise RuntimeError("the key cannot be opened")

    before = everything(full)
    monkeypatch.setattr("licenses.signing.signer_of", out_of_order)
    with pytest.raises(RuntimeError, match="cannot be opened"):
        replace(computer(full, "OLD").pk, actor, computer_id="ID-NEW")
    assert everything(full) == before


def test_computer_that_is_active_already_replaces_nothing(full: License, actor: Actor, clock: Clock) -> None:
    clock.pass_by(HOUR)
    other = computer(full, "OTHER")
    outcome = replace(computer(full, "OLD").pk, actor, computer_id="ID-OTHER")
    assert not outcome.is_new
    assert outcome.activation.pk == other.pk
    assert outcome.activation.license_file_id != other.license_file_id
    assert names_in_use(full) == ["OLD", "OTHER"]


def test_computer_can_be_told_to_replace_itself_and_stays(full: License, actor: Actor) -> None:
    assert not replace(computer(full, "OLD").pk, actor, computer_id="ID-OLD").is_new
    assert names_in_use(full) == ["OLD", "OTHER"]


def test_place_of_a_computer_that_was_freed_meanwhile_is_taken_without_quota(full: License, actor: Actor) -> None:
    old = computer(full, "OLD")
    deactivate(old.pk, actor)
    assert replace(old.pk, actor, computer_id="ID-NEW", computer_name="NEW").is_new
    assert names_in_use(full) == ["NEW", "OTHER"]
    quota = quota_of(full)
    assert quota is not None
    assert quota.used == 1


def test_freed_computer_whose_place_somebody_took_replaces_nothing(full: License, actor: Actor) -> None:
    deactivate(computer(full, "OLD").pk, actor)
    activate(full.pk, actor, computer_id="ID-QUICK", computer_name="QUICK")
    assert refused(full, actor) is Reason.NONE_LEFT


def test_same_replacement_sent_twice_has_one_effect(full: License, actor: Actor) -> None:
    old = computer(full, "OLD")
    first = replace(old.pk, actor, computer_id="ID-NEW", computer_name="NEW")
    second = replace(old.pk, actor, computer_id="ID-NEW", computer_name="NEW")
    assert (first.is_new, second.is_new) == (True, False)
    assert second.activation.pk == first.activation.pk
    assert names_in_use(full) == ["NEW", "OTHER"]


def test_replacing_starts_no_days_anew(anna: Customer, actor: Actor, clock: Clock) -> None:
    license = make_license(customer=anna, max_activations=1, license_model="trial", expires_after_days=30)
    old = activate(license.pk, actor, computer_id="ID-OLD").activation
    clock.pass_by(10 * DAY)
    replace(old.pk, actor, computer_id="ID-NEW")
    license.refresh_from_db()
    assert license.expires_on == TODAY + timedelta(days=30)


def test_trail_tells_what_was_replaced_by_what(full: License, actor: Actor) -> None:
    replace(computer(full, "OLD").pk, actor, computer_id="ID-NEW", computer_name="NEW")
    newest = AuditEvent.objects.order_by("-id")[:2]
    assert [(event.action, event.details["computer"]) for event in newest] == [
        ("license.activated", "NEW"),
        ("license.replaced", "OLD"),
    ]
    assert newest[1].details["replaced_by"] == "NEW"
