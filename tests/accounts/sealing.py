"""Days of the audit trail for tests of its seals."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from accounts.append_only import without_triggers
from accounts.audit import SYSTEM, record
from accounts.audit_seals import seal_next_day
from accounts.models import AuditEvent, AuditSeal
from tests.cast import make_person

MONDAY = date(2026, 3, 9)
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def make_days(*numbers: int) -> list[AuditEvent]:
    """Write that many events on Monday and the days after it, and return all of them."""
    person = make_person("Anna Berg", email="anna@people.example")
    return [
        record(SYSTEM, "person.created", person, now=NOON + DAY * day + timedelta(minutes=minute))
        for day, number in enumerate(numbers)
        for minute in range(number)
    ]


def seal_until(now: datetime) -> list[AuditSeal]:
    """Let the worker seal what is due at that moment, and return all seals in their order."""
    while seal_next_day(now):
        pass
    return list(AuditSeal.objects.order_by("day"))


def make_seal() -> AuditSeal:
    """Seal the first day on which anything happened, today perhaps, and return its seal."""
    seal_next_day(timezone.now() + 2 * DAY)
    return AuditSeal.objects.earliest("day")


@contextmanager
def tampering(model: type[AuditEvent] | type[AuditSeal] = AuditEvent) -> Iterator[None]:
    """Do what somebody could do who may take the triggers down."""
    with without_triggers(connection, model._meta.db_table):
        yield
