"""What was changed in the audit trail behind the portal's back is found, and named (S10)."""

from collections.abc import Iterator
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from accounts.audit import SYSTEM, record
from accounts.audit_check import misfits
from accounts.ids import uuid7
from accounts.models import AuditEvent, AuditSeal
from tests.accounts.sealing import DAY, MONDAY, NOON, make_days, seal_until, tampering
from tests.cast import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _thursday() -> Iterator[None]:
    """Check on Thursday, with all days until Wednesday due."""
    with time_machine.travel(NOON + 3 * DAY):
        yield


@pytest.fixture
def events() -> list[AuditEvent]:
    """Two events on Monday, one on Tuesday, none on Wednesday, all sealed; one on Thursday that waits."""
    events = make_days(2, 1, 0, 1)
    seal_until(NOON + 3 * DAY)
    return events


def verify(*mailed: str) -> str:
    """Return what the command prints; raises CommandError, for which it exits with 1, after printing."""
    output = StringIO()
    try:
        call_command("verify_audit", *(f"--seal={each}" for each in mailed), stdout=output)
    except CommandError as error:
        return f"{output.getvalue()}{error}"
    return output.getvalue()


def found(**mailed: str) -> list[str]:
    return [misfit.what for misfit in misfits({MONDAY: mailed["monday"]} if mailed else {})]


def test_trail_that_nobody_changed_fits(events: list[AuditEvent]) -> None:
    last = AuditSeal.objects.latest("day")
    assert (
        verify(*map(str, AuditSeal.objects.all()))
        == f"3 days fit. The last seal: {last}\n1 events wait for their seal.\n"
    )


def test_nothing_sealed_yet_is_no_fault(db: None) -> None:
    assert verify() == "No day is sealed yet.\n0 events wait for their seal.\n"


def test_changed_event_is_named_with_its_day(events: list[AuditEvent]) -> None:
    with tampering():
        AuditEvent.objects.filter(pk=events[1].pk).update(actor_name="Somebody else")
    told = verify()
    assert told.startswith(f"2026-03-09: event {events[1].pk} (person.created · anna@people.example) was changed\n")
    assert told.endswith("does not fit its seals, or is not guarded (1).")


@pytest.mark.parametrize("field", ["at", "action", "details", "address", "customer_id", "request_id", "target_label"])
def test_whatever_of_an_event_is_changed_is_found(events: list[AuditEvent], field: str) -> None:
    other = {"at": NOON, "details": {"a": 1}, "address": "198.51.100.1", "customer_id": uuid7()}
    with tampering():
        AuditEvent.objects.filter(pk=events[1].pk).update(**{field: other.get(field, "other")})
    assert [what.rsplit(maxsplit=1)[-1] for what in found()] == ["changed"]


def test_removed_event_is_named(events: list[AuditEvent]) -> None:
    with tampering():
        AuditEvent.objects.filter(pk=events[2].pk).delete()
    assert found() == [f"event {events[2].pk} was removed"]


def test_added_event_is_named(events: list[AuditEvent]) -> None:
    added = record(SYSTEM, "license.issued", make_person(), now=NOON)
    assert found() == [f"event {added.pk} ({added}) was added after the day had been sealed"]


def test_event_of_a_slow_transaction_is_no_misfit_once_it_is_sealed(events: list[AuditEvent]) -> None:
    record(SYSTEM, "license.issued", make_person(), now=NOON)
    seal_until(NOON + 5 * DAY)
    assert found() == []


def test_event_of_a_slow_transaction_that_is_changed_or_removed_is_found(events: list[AuditEvent]) -> None:
    late = [record(SYSTEM, "license.issued", make_person(), now=NOON) for _number in range(2)]
    seal_until(NOON + 5 * DAY)
    with tampering():
        AuditEvent.objects.filter(pk=late[0].pk).update(action="license.revoked")
        AuditEvent.objects.filter(pk=late[1].pk).delete()
    assert sorted(what.split()[1] for what in found()) == sorted(str(each.pk) for each in late)


def test_event_from_before_every_seal_is_found(events: list[AuditEvent]) -> None:
    added = record(SYSTEM, "license.issued", make_person(), now=NOON - 30 * DAY)
    assert found() == [f"event {added.pk} ({added}) was added: it stands in no seal"]


def test_changed_seal_is_found(events: list[AuditEvent]) -> None:
    with tampering(AuditSeal):
        AuditSeal.objects.filter(day=MONDAY).update(ledger=b"", events=0)
    assert found()[0] == "the seal itself was changed"


def test_missing_seal_is_found(events: list[AuditEvent]) -> None:
    with tampering(AuditSeal):
        AuditSeal.objects.filter(day=MONDAY + DAY).delete()
    assert found() == [
        "the seals between 2026-03-09 and this one are missing",
        "the seal does not follow the one before",
    ]


def test_trail_that_was_sealed_anew_from_end_to_end_is_found_by_an_earlier_mail(events: list[AuditEvent]) -> None:
    mailed = str(AuditSeal.objects.get(day=MONDAY))
    with tampering(), tampering(AuditSeal):
        AuditSeal.objects.all().delete()
        AuditEvent.objects.filter(pk=events[0].pk).delete()
    seal_until(NOON + 3 * DAY)
    assert verify().startswith("3 days fit."), "the portal alone cannot know it"
    assert verify(mailed).startswith("2026-03-09: the seal is not the one that was mailed\n")


def test_trail_without_its_seals_is_found_by_an_earlier_mail(events: list[AuditEvent]) -> None:
    mailed = str(AuditSeal.objects.get(day=MONDAY))
    with tampering(AuditSeal):
        AuditSeal.objects.all().delete()
    assert verify(mailed).startswith("2026-03-09: there is no seal, but one was mailed\n")


@pytest.mark.parametrize("text", ["2026-03-09", "2026-02-30=" + "a" * 64, "2026-03-09=12", "x"])
def test_what_is_no_seal_is_said(db: None, text: str) -> None:
    assert "is no seal; mails have them as" in verify(text)


def test_much_that_does_not_fit_is_cut_short(db: None) -> None:
    events = make_days(30)
    seal_until(NOON + 3 * DAY)
    with tampering():
        AuditEvent.objects.filter(pk__in=[event.pk for event in events]).update(action="x")
    assert len(found()) == 20
