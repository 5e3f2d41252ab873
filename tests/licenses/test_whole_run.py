"""A whole run of the main job over the pages, and the trail it leaves behind, which gives nothing away."""

import logging

import pytest
from django.test import Client

from accounts.audit import SYSTEM, Actor
from accounts.models import AuditEvent
from accounts.secret_box import open_sealed
from licenses.issuing import edit, reinstate, revoke
from licenses.models import Activation, License, LicenseFile, Product, SigningKey
from licenses.signing import rotate_signing_key
from organizations.models import Customer
from tests.cast import PASSWORD, make_contact, make_customer, make_group, make_license, make_organization
from tests.licenses.moments import HOUR, Clock
from tests.licenses.pages import address

FROM_HOME = "203.0.113.7"


@pytest.fixture
def shared(product: Product, anna: Customer) -> License:
    """A license of Acme for Anna, served by North."""
    acme, north = make_organization("Acme"), make_group(name="North")
    make_contact(acme, "Paula Brandt")
    return make_license(customer=anna, organization=acme, user_group=north, product=product, max_activations=1)


def whole_run(client: Client, license: License, clock: Clock) -> list[str]:
    """Sign in, activate, rename, get files, replace, deactivate, undo; return every address that was opened."""
    client.defaults["REMOTE_ADDR"] = FROM_HOME
    client.post("/accounts/login/", {"login": "anna@acme.example", "password": PASSWORD})
    opened = [address("activate", license)]
    client.post(opened[0], {"computer_id": "ID-ONE", "computer_name": "ONE"})
    one = Activation.objects.get()
    opened += [address(name, one) for name in ("rename", "license_file", "replace", "deactivate")]
    client.post(opened[1], {"computer_name": "FIRST", "was": "ONE"})
    client.post(opened[2])
    clock.pass_by(HOUR)
    edited = License.objects.get(pk=license.pk)
    edited.licensee = "Acme Holding"
    edit(edited, SYSTEM)
    clock.pass_by(HOUR / 100)
    client.post(address("license_files", license))
    client.post(opened[3], {"computer_id": "ID-TWO", "computer_name": "TWO"})
    two = Activation.objects.get(deactivated_at=None)
    client.post(address("deactivate", two))
    client.post(opened[0], {"computer_id": "ID-TWO", "computer_name": "TWO"})
    client.get(f"/license-files/{one.license_file_id}/")
    revoke(license.pk, SYSTEM, reason="Unpaid")
    reinstate(license.pk, SYSTEM)
    rotate_signing_key(license.product, SYSTEM)
    return opened


def test_every_step_is_written_down_once_in_its_order(client: Client, shared: License, clock: Clock) -> None:
    whole_run(client, shared, clock)
    about = AuditEvent.objects.filter(target_id=shared.pk).order_by("id")
    assert [event.action for event in about] == [
        "license.issued",
        "license.activated",
        "license.computer_renamed",
        "license.file_issued",
        "license.edited",
        "license.file_issued",
        "license.replaced",
        "license.activated",
        "license.deactivated",
        "license.activated",
        "license.revoked",
        "license.reinstated",
    ]
    assert about[9].details["undo"] is True


def test_events_name_the_person_their_address_and_one_id_for_each_request(
    client: Client, shared: License, clock: Clock, anna: Customer
) -> None:
    whole_run(client, shared, clock)
    by_anna = AuditEvent.objects.filter(actor_id=anna.user.pk, target_id=shared.pk).order_by("id")
    assert {(event.actor_name, event.actor_kind, event.address) for event in by_anna} == {
        ("Anna Acme", "person", FROM_HOME)
    }
    ids = [event.request_id for event in by_anna]
    assert all(len(each) == 32 for each in ids)
    assert len(ids) == 8
    assert len(set(ids)) == 7  # a replacement is two events of one request
    by_portal = AuditEvent.objects.filter(actor_kind="system")
    assert {(event.address, event.request_id) for event in by_portal} == {(None, "")}


def test_events_concern_whom_the_license_concerned_then(client: Client, shared: License, clock: Clock) -> None:
    whole_run(client, shared, clock)
    before = (shared.customer_id, shared.organization_id, shared.user_group_id)
    moved = License.objects.get(pk=shared.pk)
    moved.customer, moved.organization, moved.user_group = make_customer(), make_organization("Globex"), None
    edit(moved, SYSTEM)
    *earlier, last = AuditEvent.objects.filter(target_id=shared.pk).order_by("id")
    named = [(event.customer_id, event.organization_id, event.user_group_id) for event in (*earlier, last)]
    assert set(named[:-1]) == {before}
    assert named[-1] == (moved.customer_id, moved.organization_id, None)


def test_no_key_token_or_secret_is_in_the_trail_the_logs_or_an_address(
    client: Client, shared: License, clock: Clock, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, logger="django.db.backends")
    opened = whole_run(client, shared, clock)
    opened += [client.get(path).headers.get("Location", "") for path in opened]
    trail = repr(list(AuditEvent.objects.values()))
    left_behind = {"trail": trail, "logs": caplog.text + "".join(capfd.readouterr()), "addresses": repr(opened)}
    for where, text in left_behind.items():
        for secret in secrets_of(shared, client):
            assert secret not in text, where
    assert shared.key_tail in trail


def secrets_of(license: License, client: Client) -> list[str]:
    private = [open_sealed(key.private_key) for key in SigningKey.objects.all()]
    files = LicenseFile.objects.values_list("text", flat=True)
    return [
        license.activation_key,
        license.folded_key,
        PASSWORD,
        client.cookies["sessionid"].value,
        *(raw.hex() for raw in private),
        *(repr(raw)[2:-1] for raw in private),
        *SigningKey.objects.values_list("private_key", flat=True),
        *(text.splitlines()[-2] for text in files),
    ]


def test_actor_on_the_vendors_side_is_the_vendor(shared: License, anna: Customer) -> None:
    revoke(shared.pk, Actor.vendor(anna.user), reason="Unpaid")
    assert AuditEvent.objects.latest("id").actor_kind == "vendor"
