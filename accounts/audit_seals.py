"""Seals of past days, by which staff can tell later that nobody changed the audit trail behind the portal's back (S10).

The triggers keep the portal from changing an event, not somebody who can take the triggers down. So
the worker seals each day: SHA-256 over the seal before, the day, the number of its events, and each
of them in the order of their ids. Whoever changes one afterwards would have to make that seal and
every later one anew, and the mails that staff have would tell. docs/audit_seals.md says the same for
somebody who checks without this program.
"""

import json
import time as clock
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import chores
from accounts.ids import first_id
from accounts.letters import write_letter
from accounts.mail import queue
from accounts.models import AuditEvent, AuditSeal, User

SEALED_FIELDS = (
    *("id", "at", "actor_id", "actor_kind", "actor_name", "actor_group_name", "action"),
    *("target_type", "target_id", "target_label", "customer_id", "organization_id", "user_group_id"),
    *("details", "address", "request_id"),
)
"""What of an event is sealed. A field added later stays outside, or needs a second version of the seal."""

BEFORE_THE_FIRST = "0" * 64
EARLIEST = date(2020, 1, 1)
"""No portal is older; an event that claims to be is found in no seal."""

WAIT = timedelta(hours=1)
LATE_FOR = timedelta(days=7)
"""A day is sealed an hour after its end. What a slower transaction writes with an id of it is late: it is
sealed with the next day, up to a week later."""

LOOK_EVERY_SECONDS = 600.0

_ID, _DIGEST = 16, 32
_next_look_at = 0.0


@dataclass(frozen=True)
class Entry:
    """What a seal keeps of each event: its id, and the SHA-256 of what it said."""

    id: UUID
    digest: bytes


def seal_what_is_due() -> bool:
    """Seal the next day that is due; look every ten minutes only, because the worker asks every two seconds."""
    global _next_look_at  # noqa: PLW0603  # one worker per process
    if clock.monotonic() < _next_look_at:
        return False
    is_more = seal_next_day()
    _next_look_at = 0.0 if is_more else clock.monotonic() + LOOK_EVERY_SECONDS
    return is_more


def seal_next_day(now: datetime | None = None) -> bool:
    """Seal the next day that is over, with a mail to staff when it is the last; tell whether another one is due."""
    now = now or timezone.now()
    last = AuditSeal.objects.defer("ledger").order_by("-day").first()
    day, newest = _day_after(last), last_day_to_seal(now)
    if day is None or day > newest:
        return False
    late, events = late_events(day), events_of(day)
    ledger = pack(map(entry_of, (*late, *events.iterator())))
    try:
        with transaction.atomic():
            seal = _append(last, day, ledger, len(late))
            if seal is not None and day == newest:
                _tell_staff(seal)
    except IntegrityError:  # another worker has just made the very first one
        return False
    return day < newest


def last_day_to_seal(now: datetime) -> date:
    """Return the last day that is over, and to which no transaction adds events any more."""
    return (now - WAIT).astimezone(UTC).date() - timedelta(days=1)


def _day_after(last: AuditSeal | None) -> date | None:
    """Return the day after that of the last seal; at first that of the first event, None where there is none."""
    if last is not None:
        return last.day + timedelta(days=1)
    first = AuditEvent.objects.filter(pk__gte=first_id(midnight(EARLIEST))).order_by("pk").first()
    return day_of(first.pk) if first is not None else None


def _append(last: AuditSeal | None, day: date, ledger: bytes, late: int) -> AuditSeal | None:
    """Add the seal of `day` after `last`; nothing where another worker has done so since."""
    if last is not None:
        AuditSeal.objects.select_for_update().defer("ledger").get(pk=last.pk)
    if AuditSeal.objects.filter(day__gte=day).exists():
        return None
    before = last.sha256 if last is not None else BEFORE_THE_FIRST
    return AuditSeal.objects.create(
        day=day,
        events=len(ledger) // (_ID + _DIGEST),
        late_events=late,
        before=before,
        sha256=seal_of(before, day, ledger),
        ledger=ledger,
    )


def _tell_staff(seal: AuditSeal) -> None:
    """Mail a seal to the staff who may read the trail: it vouches for all days before it, too."""
    for reader in readers():
        letter = write_letter(
            "audit_sealed", reader, seal=str(seal), day=seal.day, events=seal.events, late_events=seal.late_events
        )
        queue(letter, reader.email)


def readers() -> "QuerySet[User]":
    """Return the staff who may read the audit trail."""
    found: QuerySet[User] = ModelBackend().with_perm("accounts.view_auditevent")
    return found.filter(is_staff=True).order_by("pk")


# What is sealed


def midnight(day: date) -> datetime:
    """Return the moment at which `day` begins, in UTC."""
    return datetime.combine(day, time.min, UTC)


def day_of(event_id: UUID) -> date:
    """Return the day, in UTC, at which an event with this id was made."""
    return datetime.fromtimestamp((event_id.int >> 80) / 1000, UTC).date()


def events_of(day: date) -> "QuerySet[AuditEvent]":
    """Return the events whose ids are of `day`, in the order of their ids."""
    bounds = first_id(midnight(day)), first_id(midnight(day + timedelta(days=1)))
    return AuditEvent.objects.filter(pk__gte=bounds[0], pk__lt=bounds[1]).order_by("pk")


def late_events(day: date) -> list[AuditEvent]:
    """Return the events of the week before `day` that stand in no seal, in the order of their ids."""
    since = day - LATE_FOR
    sealed = {
        entry.id
        for seal in AuditSeal.objects.filter(day__gte=since, day__lt=day).iterator(chunk_size=1)
        for entry in unpack(seal.ledger)
    }
    ids = AuditEvent.objects.filter(pk__gte=first_id(midnight(since)), pk__lt=first_id(midnight(day)))
    late = [pk for pk in ids.order_by("pk").values_list("pk", flat=True).iterator() if pk not in sealed]
    found = AuditEvent.objects.in_bulk(late)
    return [found[pk] for pk in late]


def entry_of(event: AuditEvent) -> Entry:
    """Return what a seal keeps of an event."""
    return Entry(event.pk, sha256(as_sealed(event)).digest())


def as_sealed(event: AuditEvent) -> bytes:
    """Return an event as it is sealed: one JSON object in ASCII, names sorted, nothing between, moments in UTC."""
    said = {name: _plain(getattr(event, name)) for name in SEALED_FIELDS}
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")


def _plain(value: object) -> object:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case _:
            return value


def pack(entries: Iterable[Entry]) -> bytes:
    """Return entries as the ledger of a seal: 16 bytes of id and 32 of digest for each."""
    return b"".join(entry.id.bytes + entry.digest for entry in entries)


def unpack(ledger: bytes | memoryview) -> Iterator[Entry]:
    """Return the entries of a ledger."""
    for begin in range(0, len(ledger), _ID + _DIGEST):
        each = bytes(ledger[begin : begin + _ID + _DIGEST])
        yield Entry(UUID(bytes=each[:_ID]), each[_ID:])


def seal_of(before: str, day: date, ledger: bytes | memoryview) -> str:
    """Return the seal of a day: SHA-256 over lines with the seal before, the day, the number, and each digest."""
    digests = [entry.digest.hex() for entry in unpack(ledger)]
    lines = [before, day.isoformat(), str(len(digests)), *digests]
    return sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


chores.register("seals of the audit trail", seal_what_is_due)
