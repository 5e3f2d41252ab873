"""A trail whose triggers are gone, or that nobody seals any more, is told by the check and by the report (S10)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from accounts.append_only import missing_triggers, without_triggers
from accounts.audit_check import unguarded
from accounts.models import AuditEvent, AuditSeal
from licenses.readiness import report
from tests.accounts.sealing import DAY, MONDAY, NOON, make_days, seal_until, tampering
from tests.accounts.test_audit_check import verify

pytestmark = pytest.mark.django_db

TABLES = ("accounts_auditevent", "accounts_auditseal")
TRIGGERS = {
    "postgresql": ["append_only", "no_truncate"],
    "sqlite": ["no_update", "no_delete", "no_replace"],
}
only_on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite cannot do that")


@pytest.fixture(autouse=True)
def _thursday() -> Iterator[None]:
    with time_machine.travel(NOON + 3 * DAY):
        yield


def told() -> list[str]:
    """Return what the readiness report says of the trail."""
    return [
        row.label for finding in report() if finding.what == "The audit trail is not guarded" for row in finding.rows
    ]


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_new_portal_is_guarded() -> None:
    assert told() == []
    make_days(0, 0, 0, 2)
    assert told() == []


@pytest.mark.parametrize("table", TABLES)
def test_triggers_that_are_gone_are_named_by_both(table: str) -> None:
    names = [f"{table}_{each}" for each in TRIGGERS[connection.vendor]]
    with without_triggers(connection, table):
        assert missing_triggers(connection, table) == names
        for said in (told(), verify().splitlines()):
            for name in names:
                assert f"the trigger {name} is not at work: the database no longer refuses to change {table}" in said
        assert verify().endswith(f"or is not guarded ({len(names)}).")
    assert told() == []


@pytest.mark.parametrize("table", TABLES)
def test_trigger_that_does_something_else_under_the_same_name_is_named(table: str) -> None:
    name = f"{table}_{TRIGGERS[connection.vendor][0]}"
    if connection.vendor == "postgresql":
        nothing = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
        run(f"CREATE OR REPLACE FUNCTION {table}_refuse() {nothing}")
    else:
        run(f"DROP TRIGGER {name}")
        run(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} BEGIN SELECT 1; END")
    assert missing_triggers(connection, table)[0] == name


@only_on_postgresql
@pytest.mark.parametrize("how", ["DISABLE TRIGGER USER", "ENABLE REPLICA TRIGGER accounts_auditevent_append_only"])
def test_triggers_that_are_switched_off_are_named(how: str) -> None:
    run(f"ALTER TABLE accounts_auditevent {how}")
    assert "accounts_auditevent_append_only" in missing_triggers(connection, "accounts_auditevent")
    run("ALTER TABLE accounts_auditevent ENABLE TRIGGER USER")
    assert told() == []


def test_end_that_was_cut_off_is_missed() -> None:
    make_days(1, 1, 1)
    seal_until(NOON + 3 * DAY)
    assert told() == []
    with tampering(), tampering(AuditSeal):
        AuditSeal.objects.filter(day__gt=MONDAY).delete()
        AuditEvent.objects.exclude(pk=AuditEvent.objects.earliest("pk").pk).delete()
    said = (
        "the last seal is of 2026-03-09, and there should be one of 2026-03-11: seals were removed, or no worker runs"
    )
    assert told() == [said]
    assert verify() == f"{said}\nThe audit trail does not fit its seals, or is not guarded (1)."


def test_trail_that_was_never_sealed_is_missed() -> None:
    make_days(1)
    said = "there is no seal, though there are events until 2026-03-11: seals were removed, or no worker runs"
    assert told() == [said]


def test_worker_has_an_hour_to_seal_a_day_that_is_due() -> None:
    make_days(1, 1)
    [_monday] = seal_until(NOON + DAY)
    due = NOON.replace(hour=1) + 2 * DAY
    assert list(unguarded(due + timedelta(minutes=59))) == []
    assert len(list(unguarded(due + timedelta(minutes=60)))) == 1
