"""What happened to what a person may see, newest first, in plain words (Product rules, section 3).

A list never limits over an OR of ways: for each way in which events exist for the person the
next ids come from one indexed query, merged; then the events are fetched by primary key.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import groupby
from operator import or_
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Kind
from accounts.models import AuditEvent
from organizations.activity_filters import ActivityFilters
from organizations.events import (
    EventWay,
    actor_as_seen_by,
    actor_of,
    shows_address,
    vendor_name,
    visible_events,
    ways_to_events,
)
from organizations.licenses_of import Telling, licenses_of
from organizations.models import Customer
from organizations.paging import PAGE_SIZE, Cursor, Page, cut_page, neighbour_url, union_of
from organizations.telling import telling as own_telling
from organizations.telling import told_to_all
from organizations.viewer import Viewer


@dataclass(frozen=True)
class Entry:
    """One line: when, who, what, about what; the network address only for the actor and staff.

    `url` leads to what it is about where that exists for the reader, who is the actor where
    `is_own` says so.
    """

    at: datetime
    actor: str
    sentence: str
    about: str
    url: str
    address: str | None
    is_own: bool

    @property
    def day(self) -> date:
        """The day on which it happened, in the reader's time zone."""
        return timezone.localdate(self.at)


@dataclass(frozen=True)
class Day:
    """What happened on one day in the reader's time zone; `name` says which where a word says it better."""

    day: date
    name: str
    entries: list[Entry]


def by_day(entries: Iterable[Entry]) -> list[Day]:
    """Return `entries` by their days, both in the order in which they come."""
    today = timezone.localdate()
    names = {today: _("Today"), today - timedelta(days=1): _("Yesterday")}
    return [Day(day, names.get(day, ""), list(each)) for day, each in groupby(entries, key=lambda entry: entry.day)]


def activity_page(viewer: Viewer, filters: ActivityFilters, cursor: Cursor) -> Page[Entry]:
    """Return one page of what happened, newest first; the first page where there is none at `cursor`."""
    keys = next_keys(viewer, filters, cursor, PAGE_SIZE + 1)
    if not keys and cursor.key is not None:
        return activity_page(viewer, filters, Cursor())
    kept, has_newer, has_older = cut_page(
        keys, is_backwards=cursor.is_backwards, is_first=cursor.key is None, by=lambda key: (-key.int,)
    )
    parameters = filters.parameters()
    return Page(
        entries(viewer, kept),
        neighbour_url("before", str(kept[0]), parameters) if kept and has_newer else None,
        neighbour_url("after", str(kept[-1]), parameters) if kept and has_older else None,
    )


def recent_activity(viewer: Viewer, number: int, filters: ActivityFilters | None = None) -> list[Entry]:
    """Return the newest `number` of what happened and fits `filters`, newest first."""
    keys = next_keys(viewer, filters or ActivityFilters(), Cursor(), number)
    return entries(viewer, sorted(keys, reverse=True)[:number])


def next_keys(viewer: Viewer, filters: ActivityFilters, cursor: Cursor, size: int) -> set[UUID]:
    """Return up to `size` ids of events from `cursor` on for each way in which events exist for `viewer`."""
    narrowed = filters.as_q() & cursor.as_q()
    arms = [
        AuditEvent.objects.filter(way.as_q() & _told(way) & narrowed).order_by(cursor.order)[:size]
        for way in ways_to_events(viewer)
        if filters.fits(way)
    ]
    return {key for (key,) in union_of(arms, "pk")}


def _told(way: EventWay) -> Q:
    """Return the condition that an event tells something: changes of nothing but internal fields do not tell all."""
    if way.shows_internal:
        return Q()
    named = {**told_to_all(), **licenses_of().told_to_all}
    told = [Q(action=action, details__has_any_keys=list(fields)) for action, fields in named.items()]
    return reduce(or_, told, ~Q(action__in=sorted(named)))


def entries(viewer: Viewer, keys: Collection[UUID]) -> list[Entry]:
    """Return the events `keys` in words, in that order; those that do not exist for `viewer` are left out."""
    found = {event.pk: event for event in visible_events(viewer).filter(pk__in=keys)}
    events = [found[key] for key in keys if key in found]
    tellings = _tellings(viewer, events)
    known = _known_people(viewer, events, tellings)
    return [_entry(viewer, event, tellings[event.pk], is_known=event.pk in known) for event in events]


def _entry(viewer: Viewer, event: AuditEvent, telling: Telling, *, is_known: bool) -> Entry:
    actor, called = actor_of(event), telling.actor_called
    return Entry(
        event.at,
        actor_as_seen_by(viewer, actor, vendor=vendor_name(), is_person_known=is_known, called=called),
        telling.sentence,
        telling.about,
        telling.url,
        event.address if shows_address(viewer, event) else None,
        event.actor_id == viewer.user.pk,
    )


def _tellings(viewer: Viewer, events: Sequence[AuditEvent]) -> dict[UUID, Telling]:
    licenses = licenses_of()
    of_licenses = [event for event in events if event.action in licenses.topics]
    own = {event.pk: own_telling(viewer, event) for event in events if event.action not in licenses.topics}
    return {**own, **licenses.tellings(viewer, of_licenses)}


def _known_people(viewer: Viewer, events: Iterable[AuditEvent], tellings: dict[UUID, Telling]) -> set[UUID]:
    """Return the ids of the events whose actor `viewer` may know by name.

    The license says so itself. Else colleagues know each other, who acted for the same
    organization or customer, and everybody knows the customers that exist for them.
    """
    known, open_questions = set(), []
    for event in events:
        answer = tellings[event.pk].is_actor_known
        if answer or (answer is None and _is_colleague(viewer, event)):
            known.add(event.pk)
        elif answer is None and event.actor_kind == Kind.PERSON:
            open_questions.append(event)
    actors = {event.actor_id for event in open_questions if event.actor_id is not None}
    if actors:
        customers = Customer.objects.visible_to(viewer).filter(user_id__in=actors)
        actors.intersection_update(customers.values_list("user_id", flat=True))
    return known | {event.pk for event in open_questions if event.actor_id in actors}


def _is_colleague(viewer: Viewer, event: AuditEvent) -> bool:
    is_own = viewer.customer_id is not None and event.customer_id == viewer.customer_id
    return is_own or event.organization_id in viewer.contact_of
