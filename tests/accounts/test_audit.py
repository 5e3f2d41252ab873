"""The audit trail: who did what, for whom, from where; and nobody can change it afterwards."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.audit import SYSTEM, Actor, Concerned, Origin, as_detail, record
from accounts.models import AuditEvent, User
from accounts.people import create_person

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 3, 10, 15, 30, tzinfo=UTC)


@pytest.fixture
def anna() -> User:
    """Somebody."""
    return create_person("anna@acme.example", "Anna Acme")


def test_event_tells_who_what_whom_when_and_from_where(anna: User) -> None:
    concerned = Concerned(customer_id=uuid4(), organization_id=uuid4(), user_group_id=uuid4())
    token = audit.origin.set(Origin("203.0.113.7", "0123456789abcdef"))
    try:
        record(Actor.person(anna), "person.renamed", anna, concerned=concerned, details={"before": "A"}, now=MOMENT)
    finally:
        audit.origin.reset(token)
    event = AuditEvent.objects.get()
    assert (event.at, event.action, event.details) == (MOMENT, "person.renamed", {"before": "A"})
    assert (event.actor_id, event.actor_kind, event.actor_name) == (anna.pk, "person", "Anna Acme")
    assert (event.target_type, event.target_id, event.target_label) == ("user", anna.pk, "anna@acme.example")
    assert (event.customer_id, event.organization_id, event.user_group_id) == (
        concerned.customer_id,
        concerned.organization_id,
        concerned.user_group_id,
    )
    assert (event.address, event.request_id) == ("203.0.113.7", "0123456789abcdef")


def test_names_are_kept_as_they_were_then(anna: User) -> None:
    event = record(Actor.person(anna), "person.renamed", anna)
    anna.full_name, anna.email = "Anna Neumann", "neumann@acme.example"
    anna.save()
    event.refresh_from_db()
    assert (event.actor_name, event.target_label) == ("Anna Acme", "anna@acme.example")


def test_portal_itself_acts_without_a_person_and_without_an_address(anna: User) -> None:
    event = record(SYSTEM, "person.created", anna)
    assert (event.actor_id, event.actor_kind, event.actor_name) == (None, "system", "portal")
    assert (event.address, event.request_id) == (None, "")


def test_group_members_act_in_the_name_of_their_group(anna: User) -> None:
    event = record(Actor(audit.Kind.GROUP, anna.pk, "Rasmus", "North"), "license.activated", anna)
    assert (event.actor_kind, event.actor_group_name) == ("group", "North")


def test_very_long_names_are_cut_and_not_refused(anna: User) -> None:
    event = record(Actor(audit.Kind.PERSON, anna.pk, "n" * 1000), "person.renamed", anna)
    event.refresh_from_db()
    assert len(event.actor_name) == 254


def test_events_of_one_moment_stand_in_the_order_in_which_they_happened(anna: User) -> None:
    made = [record(SYSTEM, f"step.{number}", anna, now=MOMENT).pk for number in range(20)]
    assert list(AuditEvent.objects.order_by("id").values_list("pk", flat=True)) == made


def test_event_is_gone_with_the_transaction_that_failed(anna: User) -> None:
    def create_and_fail() -> None:
        with transaction.atomic():
            record(SYSTEM, "person.created", anna)
            raise RuntimeError("out of order")

    with pytest.raises(RuntimeError, match="out of order"):
        create_and_fail()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE accounts_auditevent SET actor_name = 'Somebody else'",
        "UPDATE accounts_auditevent SET details = '{}' WHERE action = 'person.created'",
        "DELETE FROM accounts_auditevent",
    ],
)
def test_database_refuses_to_change_or_remove_events(anna: User, change: str) -> None:
    record(SYSTEM, "person.created", anna)
    before = AuditEvent.objects.values().get()
    with (
        pytest.raises(DatabaseError, match="rows of this table are never changed or removed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
    assert AuditEvent.objects.values().get() == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE; the run on PostgreSQL tests it")
def test_database_refuses_to_empty_the_trail(anna: User) -> None:
    record(SYSTEM, "person.created", anna)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_auditevent CASCADE")
    assert AuditEvent.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite can replace a row while inserting it")
def test_database_refuses_to_replace_an_event_by_another(anna: User) -> None:
    record(SYSTEM, "person.created", anna)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("REPLACE INTO accounts_auditevent SELECT * FROM accounts_auditevent")
    assert AuditEvent.objects.count() == 1


def test_django_can_neither_change_nor_remove_events_either(anna: User) -> None:
    event = record(SYSTEM, "person.created", anna)
    event.action = "nothing.happened"
    with pytest.raises(DatabaseError), transaction.atomic():
        event.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()
    assert AuditEvent.objects.get().action == "person.created"


def triggers() -> set[str]:
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'accounts_auditevent'",
        "postgresql": "SELECT tgname FROM pg_trigger "
        "WHERE tgrelid = 'accounts_auditevent'::regclass AND NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(names[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def test_all_triggers_are_there_after_all_migrations() -> None:
    expected = {
        "sqlite": {f"accounts_auditevent_no_{verb}" for verb in ("update", "delete", "replace")},
        "postgresql": {"accounts_auditevent_append_only", "accounts_auditevent_no_truncate"},
    }
    assert triggers() == expected[connection.vendor]


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        (None, None),
        (True, True),
        (3, 3),
        ("text", "text"),
        (MOMENT, "2026-03-10T15:30:00+00:00"),
        (MOMENT.date(), "2026-03-10"),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (["b", "a"], ["a", "b"]),
    ],
)
def test_details_are_plain_values(value: object, detail: object) -> None:
    assert as_detail(value) == detail
