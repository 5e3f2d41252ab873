"""Whether the audit trail still says what was sealed, and where not: which day, which event (S10).

And whether it is guarded at all: by the triggers in the database, and by a worker that seals each day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.append_only import missing_triggers
from accounts.audit_seals import (
    BEFORE_THE_FIRST,
    EARLIEST,
    Entry,
    entry_of,
    events_of,
    last_day_to_seal,
    midnight,
    seal_of,
    unpack,
)
from accounts.ids import first_id
from accounts.models import AuditEvent, AuditSeal

MOST_NAMED = 20
"""Events that are named for one day."""

SEALED_WITHIN = timedelta(hours=1)
"""How long the worker may take to seal a day that is due, before its seal is missed."""

_ENTRY_BYTES = 48


@dataclass(frozen=True)
class Misfit:
    """Something that does not fit: of which day (None where it is of none that is sealed), and what."""

    day: date | None
    what: str


def misfits(mailed: Mapping[date, str]) -> Iterator[Misfit]:
    """Return what does not fit, day by day; `mailed` holds seals from earlier mails, which have to be the same."""
    late = _late_ids()
    before, day = BEFORE_THE_FIRST, None
    for seal in AuditSeal.objects.order_by("day").iterator(chunk_size=1):
        yield from _of_chain(seal, before, day)
        yield from islice(_of_events(seal, late), MOST_NAMED)
        if mailed.get(seal.day, seal.sha256) != seal.sha256:
            yield Misfit(seal.day, "the seal is not the one that was mailed")
        before, day = seal.sha256, seal.day
    sealed_days = set(AuditSeal.objects.filter(day__in=mailed).values_list("day", flat=True))
    yield from (Misfit(each, "there is no seal, but one was mailed") for each in sorted(set(mailed) - sealed_days))
    yield from islice(_outside(), MOST_NAMED)
    yield from unguarded(timezone.now())


def unguarded(now: datetime) -> Iterator[Misfit]:
    """Return what leaves the trail without a guard: triggers that are not at work, and seals that are overdue."""
    for model in (AuditEvent, AuditSeal):
        table = model._meta.db_table
        for name in missing_triggers(connection, table):
            what = f"the trigger {name} is not at work: the database no longer refuses to change {table}"
            yield Misfit(None, what)
    due = last_day_to_seal(now - SEALED_WITHIN)
    last = AuditSeal.objects.order_by("-day").values_list("day", flat=True).first()
    if last is not None and last < due:
        yield Misfit(
            None, f"the last seal is of {last}, and there should be one of {due}: seals were removed, or no worker runs"
        )
    elif last is None and _events_until(due).exists():
        yield Misfit(
            None, f"there is no seal, though there are events until {due}: seals were removed, or no worker runs"
        )


def _events_until(day: date) -> "QuerySet[AuditEvent]":
    end = first_id(midnight(day + timedelta(days=1)))
    return AuditEvent.objects.filter(pk__gte=first_id(midnight(EARLIEST)), pk__lt=end)


def unsealed() -> "QuerySet[AuditEvent]":
    """Return the events after the last sealed day, which wait for their seal."""
    last = AuditSeal.objects.order_by("-day").values_list("day", flat=True).first()
    if last is None:
        return AuditEvent.objects.all()
    return AuditEvent.objects.filter(pk__gte=first_id(midnight(last + timedelta(days=1))))


def _late_ids() -> set[UUID]:
    """Return the ids of the events that were sealed after their day."""
    return {entry.id for seal in AuditSeal.objects.filter(late_events__gt=0) for entry in _late(seal)}


def _late(seal: AuditSeal) -> Iterator[Entry]:
    return (entry for entry in unpack(seal.ledger) if entry.id < first_id(midnight(seal.day)))


def _of_chain(seal: AuditSeal, before: str, day: date | None) -> Iterator[Misfit]:
    """Return what is wrong with a seal by itself, and with its place after the one before."""
    if day is not None and seal.day != day + timedelta(days=1):
        yield Misfit(seal.day, f"the seals between {day:%Y-%m-%d} and this one are missing")
    if seal.before != before:
        yield Misfit(seal.day, "the seal does not follow the one before")
    if seal.sha256 != seal_of(seal.before, seal.day, seal.ledger) or seal.events * _ENTRY_BYTES != len(seal.ledger):
        yield Misfit(seal.day, "the seal itself was changed")


def _of_events(seal: AuditSeal, late: set[UUID]) -> Iterator[Misfit]:
    """Return which events of a seal were changed, added or removed since."""
    sealed = {entry.id: entry.digest for entry in unpack(seal.ledger)}
    late_ones = AuditEvent.objects.in_bulk([entry.id for entry in _late(seal)]).values()
    for events in (late_ones, events_of(seal.day).iterator()):
        for event in events:
            digest = sealed.pop(event.pk, None)
            if digest is None and event.pk not in late:
                yield Misfit(seal.day, f"event {event.pk} ({event}) was added after the day had been sealed")
            elif digest is not None and digest != entry_of(event).digest:
                yield Misfit(seal.day, f"event {event.pk} ({event}) was changed")
    yield from (Misfit(seal.day, f"event {pk} was removed") for pk in sealed)


def _outside() -> Iterator[Misfit]:
    """Return the events whose ids are older than every seal."""
    first = AuditSeal.objects.order_by("day").values_list("day", flat=True).first()
    if first is not None:
        late = _late_ids()
        for event in AuditEvent.objects.filter(pk__lt=first_id(midnight(first))).order_by("pk"):
            if event.pk not in late:
                yield Misfit(None, f"event {event.pk} ({event}) was added: it stands in no seal")
