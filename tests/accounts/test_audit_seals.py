"""Each past day of the audit trail is sealed, once, and staff get the seal by mail (S10)."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.audit import SYSTEM, Actor, Concerned, Origin, origin, record
from accounts.audit_seals import (
    BEFORE_THE_FIRST,
    SEALED_FIELDS,
    as_sealed,
    readers,
    seal_next_day,
    seal_what_is_due,
    unpack,
)
from accounts.chores import do_next_portions
from accounts.ids import uuid7
from accounts.mail import take_out
from accounts.models import AuditEvent, AuditSeal, Mail
from tests.accounts.sealing import DAY, MONDAY, NOON, make_days, seal_until
from tests.cast import make_person, make_staff

pytestmark = pytest.mark.django_db
AFTER_MONDAY = datetime(2026, 3, 10, 1, tzinfo=UTC)


def test_seal_holds_the_number_and_the_hash_over_the_seal_before_and_the_events_in_order() -> None:
    events = make_days(3, 2)
    first, second = seal_until(NOON + 2 * DAY)
    before = BEFORE_THE_FIRST
    for seal, of_day in ((first, events[:3]), (second, events[3:])):
        digests = [sha256(as_sealed(AuditEvent.objects.get(pk=event.pk))).hexdigest() for event in of_day]
        lines = [before, seal.day.isoformat(), str(len(of_day)), *digests]
        before = sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
        assert (seal.sha256, seal.events, seal.late_events) == (before, len(of_day), 0)
        assert [entry.id for entry in unpack(seal.ledger)] == [event.pk for event in of_day]
    assert (first.day, first.before, second.day, second.before) == (
        MONDAY,
        BEFORE_THE_FIRST,
        MONDAY + DAY,
        first.sha256,
    )


def test_event_is_sealed_as_the_page_about_seals_says() -> None:
    person = make_person("Anna Bérg")
    token = origin.set(Origin("203.0.113.7", "0f"))
    try:
        concerned, details = Concerned(customer_id=person.pk), {"name": {"before": "A", "after": "Ä"}}
        event = record(Actor.person(person), "person.renamed", person, concerned=concerned, details=details, now=NOON)
    finally:
        origin.reset(token)
    said = json.loads(as_sealed(AuditEvent.objects.get(pk=event.pk)))
    assert list(said) == sorted(SEALED_FIELDS)
    assert (said["at"], said["address"], said["details"]) == (
        "2026-03-09T12:00:00.000000+00:00",
        "203.0.113.7",
        details,
    )
    assert (said["id"], said["customer_id"], said["organization_id"]) == (str(event.pk), str(person.pk), None)
    assert as_sealed(AuditEvent.objects.get(pk=event.pk)).startswith(
        b'{"action":"person.renamed","actor_group_name":"",'
    )


def test_all_that_an_event_says_is_sealed() -> None:
    assert {field.name for field in AuditEvent._meta.concrete_fields} == set(SEALED_FIELDS)


def test_day_is_sealed_an_hour_after_its_end_and_not_before() -> None:
    make_days(1)
    assert seal_until(AFTER_MONDAY - timedelta(seconds=1)) == []
    assert [seal.day for seal in seal_until(AFTER_MONDAY)] == [MONDAY]
    assert len(seal_until(AFTER_MONDAY + timedelta(hours=22))) == 1


def test_day_without_events_has_a_seal_too() -> None:
    make_days(1, 0, 0, 1)
    assert [(seal.day - MONDAY, seal.events) for seal in seal_until(NOON + 4 * DAY)] == [
        (0 * DAY, 1),
        (1 * DAY, 0),
        (2 * DAY, 0),
        (3 * DAY, 1),
    ]


def test_nothing_is_sealed_before_anything_has_happened() -> None:
    assert not seal_next_day(NOON)
    assert not AuditSeal.objects.exists()


def test_midnight_of_utc_parts_the_days() -> None:
    person, midnight = make_person(), datetime(2026, 3, 10, tzinfo=UTC)
    for at in (midnight - timedelta(milliseconds=1), midnight, midnight + timedelta(hours=23, minutes=59)):
        record(SYSTEM, "person.created", person, now=at)
    assert [seal.events for seal in seal_until(NOON + 2 * DAY)] == [1, 2]


def test_what_a_slow_transaction_writes_after_the_seal_stands_in_the_next_one() -> None:
    make_days(2, 0, 1)
    seal_until(AFTER_MONDAY + DAY)
    [late] = [record(SYSTEM, "person.created", make_person(), now=NOON)]
    seals = seal_until(NOON + 5 * DAY)
    assert [(seal.events, seal.late_events) for seal in seals] == [(2, 0), (0, 0), (2, 1), (0, 0), (0, 0)]
    assert next(unpack(seals[2].ledger)).id == late.pk


def test_every_event_stands_in_exactly_one_seal() -> None:
    events = make_days(3, 0, 4)
    seal_until(AFTER_MONDAY)
    events += [record(SYSTEM, "person.created", make_person(), now=NOON + DAY * day) for day in (0, 1, 2)]
    sealed = [entry.id for seal in seal_until(NOON + 9 * DAY) for entry in unpack(seal.ledger)]
    assert sorted(sealed) == sorted(event.pk for event in events)


def test_event_that_claims_to_be_older_than_any_portal_does_not_begin_the_seals_in_its_day() -> None:
    AuditEvent.objects.create(
        id=uuid7(datetime(1975, 1, 1, tzinfo=UTC)), actor_kind="system", action="x", target_id=uuid7()
    )
    make_days(1)
    assert [seal.day for seal in seal_until(AFTER_MONDAY)] == [MONDAY]


def test_worker_that_comes_second_seals_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    make_days(1, 1)
    seal_until(AFTER_MONDAY)
    seen_before = AuditSeal.objects.get()
    seal_until(AFTER_MONDAY + DAY)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("accounts.audit_seals._day_after", lambda last: seen_before.day + DAY)
        assert not seal_next_day(AFTER_MONDAY + DAY)
        meanwhile.setattr("accounts.audit_seals._day_after", lambda last: MONDAY)
        meanwhile.setattr("accounts.audit_seals._append", lambda *_seal: AuditSeal.objects.create(day=MONDAY, events=0))
        assert not seal_next_day(AFTER_MONDAY + DAY), "the database has refused it"
    assert AuditSeal.objects.count() == 2


def test_worker_seals_yesterday_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.audit_seals._next_look_at", 0.0)
    record(SYSTEM, "person.created", make_person(), now=datetime.now(UTC) - 2 * DAY)
    while do_next_portions():
        pass
    assert AuditSeal.objects.earliest("day").events == 1


def test_worker_looks_for_days_to_seal_every_ten_minutes(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr("accounts.audit_seals._next_look_at", 0.0)
    assert not seal_what_is_due()
    with django_assert_num_queries(0):
        assert not seal_what_is_due()


def test_staff_who_may_read_the_trail_get_the_last_seal_and_nobody_else() -> None:
    stella = make_person("Stella Berg", is_staff=True, is_superuser=True)
    reader = make_staff("Rita Reader")
    reader.user_permissions.add(Permission.objects.get(codename="view_auditevent"))
    for name in ("Stan Bare", "Off Switched"):
        make_staff(name)
    person = make_person("Paul Plain")
    person.user_permissions.add(Permission.objects.get(codename="view_auditevent"))
    make_days(1, 1, 3)

    last = seal_until(NOON + 3 * DAY)[-1]

    assert sorted(mail.to[0] for mail in Mail.objects.all()) == sorted([stella.email, reader.email])
    text, _html = take_out(Mail.objects.all()[0])
    assert f"--seal 2026-03-11={last.sha256}" in text
    assert "3 events of March 11, 2026" in " ".join(text.split())
    assert "late" not in text


def test_who_is_switched_off_gets_no_seal() -> None:
    stella = make_person("Stella Berg", is_staff=True, is_superuser=True)
    stella.is_active = False
    stella.save(update_fields=["is_active"])
    assert not readers().exists()


def test_mail_tells_of_events_that_came_late() -> None:
    make_person("Stella Berg", is_staff=True, is_superuser=True)
    make_days(1)
    seal_until(AFTER_MONDAY)
    record(SYSTEM, "person.created", make_person(), now=NOON)
    Mail.objects.all().delete()
    seal_until(AFTER_MONDAY + DAY)
    text, _html = take_out(Mail.objects.get())
    assert "1 of them came late" in text


@pytest.mark.parametrize("change", ["update", "delete"])
def test_database_refuses_to_change_or_remove_seals(change: str) -> None:
    make_days(1)
    [seal] = seal_until(AFTER_MONDAY)
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        AuditSeal.objects.update(events=7) if change == "update" else seal.delete()
    assert AuditSeal.objects.get().events == 1


def test_staff_see_seals_in_the_administration_and_can_change_none(client: Client) -> None:
    make_days(1)
    [seal] = seal_until(AFTER_MONDAY)
    client.force_login(make_person("Stella Berg", is_staff=True, is_superuser=True))
    page = client.get(reverse("admin:accounts_auditseal_changelist"))
    assert seal.sha256 in page.content.decode()
    assert client.post(reverse("admin:accounts_auditseal_delete", args=[seal.pk]), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:accounts_auditseal_add")).status_code == 403
