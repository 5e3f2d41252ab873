"""Staff read the audit trail in Django's admin; Django's own log is not written."""

from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import AuditEvent
from licenses.models import License
from organizations.models import Customer
from tests.admin.pages import address, save
from tests.cast import make_customer, make_license


def test_changes_stand_in_the_audit_trail_and_nowhere_else(everything: Client) -> None:
    customer = make_customer("Anna Berg")
    page = address(Customer, "change", customer.pk)

    save(everything, page, company="Lind AB")

    assert not LogEntry.objects.exists()
    history = everything.get(address(Customer, "history", customer.pk)).content.decode()
    assert "customer.edited" in history
    event = AuditEvent.objects.get(action="customer.edited")
    assert (event.address, len(event.request_id)) == ("127.0.0.1", 32)


def test_a_change_that_fails_leaves_no_event(everything: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = make_customer("Anna Berg")

    def fail(*_anything: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("accounts.admin.base.record", fail)
    with pytest.raises(RuntimeError):
        save(everything, address(Customer, "change", customer.pk), company="Lind AB")

    customer.refresh_from_db()
    assert customer.company == ""


def test_events_say_what_changed(everything: Client) -> None:
    license = make_license()
    save(everything, address(License, "change", license.pk), order_id="<b>A-7</b>")
    event = AuditEvent.objects.get(action="license.edited")

    page = everything.get(address(AuditEvent, "change", event.pk)).content.decode()

    assert "<div>order_id: – → &lt;b&gt;A-7&lt;/b&gt;</div>" in page


def test_events_are_found_by_id_action_name_and_address(everything: Client) -> None:
    customer = make_customer("Anna Berg")
    save(everything, address(Customer, "change", customer.pk), company="Lind AB")
    event = AuditEvent.objects.get(action="customer.edited")

    for text in (str(customer.pk), "customer.edited", "anna berg", "127.0.0.1"):
        page = everything.get(address(AuditEvent, "changelist"), {"q": text})
        assert event in page.context["cl"].result_list, text
    for parameters in ({"target": "customer"}, {"target_id": str(customer.pk)}, {"actor_kind__exact": "vendor"}):
        page = everything.get(address(AuditEvent, "changelist"), parameters)
        assert event in page.context["cl"].result_list, parameters
    assert (
        list(everything.get(address(AuditEvent, "changelist"), {"q": "nothing like it"}).context["cl"].result_list)
        == []
    )


@pytest.mark.parametrize(
    ("text", "is_found"),
    [("a berg", True), ("NNA", True), ("Bo", True), ("bo", True), ("an", False), ("B", False), ("10.9.8.7", True)],
)
def test_names_are_found_by_three_letters_in_a_row_and_shorter_ones_as_a_whole(
    everything: Client, text: str, is_found: bool
) -> None:
    event = AuditEvent.objects.create(
        actor_kind=AuditEvent.ActorKind.VENDOR,
        actor_name="Bo",
        action="customer.edited",
        target_type="customer",
        target_id=uuid4(),
        target_label="Anna Berg",
        address="10.9.8.7",
    )

    page = everything.get(address(AuditEvent, "changelist"), {"q": text})

    assert (event in page.context["cl"].result_list) is is_found


def test_a_license_is_never_looked_for_by_its_key_in_the_trail(everything: Client) -> None:
    license = make_license()

    page = everything.get(address(AuditEvent, "changelist"), {"q": license.activation_key})

    assert list(page.context["cl"].result_list) == []
