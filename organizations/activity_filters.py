"""What the activity page is narrowed to: its state, which stands in the URL. Unknown values are ignored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organizations.events import EventWay, Tie
from organizations.licenses_of import Topic, licenses_of
from organizations.telling import ACTIONS
from organizations.viewer import Viewer

FIRST_YEAR, LAST_YEAR = 1971, 2999
_CLOCKS_DIFFER = timedelta(minutes=1)
"""By how much the moment in an event's id may differ from when it happened."""


_TIES = {
    Topic.LICENSES: frozenset(Tie),
    Topic.PEOPLE: frozenset(Tie) - {Tie.LICENSES},
    Topic.SIGN_INS: frozenset({Tie.ACTOR, Tie.PERSON, Tie.STAFF}),
    Topic.EXPORTS: frozenset({Tie.ACTOR, Tie.GROUP, Tie.STAFF}),
    Topic.PRODUCTS: frozenset({Tie.ACTOR, Tie.STAFF}),
}
"""In which ways there can be events of a kind: sign-ins name nobody, exports at most a user group, products nobody.

Where there can be none, none are looked for: that would read everything a way leads to.
"""


class Period(models.IntegerChoices):
    """How many days back, today among them; the value stands in URLs."""

    TODAY = 1, _("Today")
    WEEK = 7, _("Last 7 days")
    MONTH = 30, _("Last 30 days")
    YEAR = 365, _("Last 365 days")


def topics_for(viewer: Viewer) -> list[Topic]:
    """Return what there can be events about for `viewer`: those about products are staff's."""
    return [topic for topic in Topic if topic is not Topic.PRODUCTS or viewer.user.is_staff]


@dataclass(frozen=True)
class ActivityFilters:
    """What an event has to be about, and when it happened; None where anything will do.

    Days are days in the reader's time zone. Two dates win over a period.
    """

    kind: Topic | None = None
    days: Period | None = None
    first: date | None = None
    last: date | None = None

    @classmethod
    def read(cls, viewer: Viewer, parameters: Mapping[str, str]) -> "ActivityFilters":
        """Return the filters in a URL's parameters, as far as they mean something to `viewer`."""
        first, last = _day(parameters.get("from", "")), _day(parameters.get("to", ""))
        days = next((each for each in Period if str(each.value) == parameters.get("days")), None)
        return cls(
            kind=next((each for each in topics_for(viewer) if each.value == parameters.get("kind")), None),
            days=None if first or last else days,
            first=first,
            last=last,
        )

    def as_q(self) -> Q:
        """Return the condition on events. Ids are in the order of time, so an index answers the moments."""
        condition = Q() if self.kind is None else Q(action__in=actions_about(self.kind))
        first = self.first
        if self.days is not None:
            first = timezone.localdate() - timedelta(days=self.days - 1)
        if first is not None:
            since = _midnight(first)
            condition &= Q(at__gte=since, pk__gte=_first_id(since - _CLOCKS_DIFFER))
        if self.last is not None:
            until = _midnight(self.last + timedelta(days=1))
            condition &= Q(at__lt=until, pk__lt=_first_id(until + _CLOCKS_DIFFER))
        return condition

    def fits(self, way: EventWay) -> bool:
        """Return whether events that exist in that way can be of the kind at all."""
        return self.kind is None or way.tie in _TIES[self.kind]

    def parameters(self, **changed: str | None) -> dict[str, str]:
        """Return the filters as they stand in a URL, with parameters `changed`; None takes one away."""
        found = {
            "kind": self.kind.value if self.kind else None,
            "days": str(self.days.value) if self.days else None,
            "from": self.first.isoformat() if self.first else None,
            "to": self.last.isoformat() if self.last else None,
        }
        return {name: value for name, value in {**found, **changed}.items() if value is not None}

    def url(self, **changed: str | None) -> str:
        """Return the page's address with these filters."""
        return "?" + urlencode(self.parameters(**changed))

    def chips(self) -> Iterator[tuple[str, str]]:
        """Yield each filter that is set: its name in the URL, and what it says."""
        if self.kind:
            yield "kind", str(self.kind.label)
        if self.days:
            yield "days", str(self.days.label)
        if self.first:
            yield "from", gettext("From %(day)s") % {"day": date_format(self.first, "j M Y")}
        if self.last:
            yield "to", gettext("Until %(day)s") % {"day": date_format(self.last, "j M Y")}

    @property
    def is_narrowed(self) -> bool:
        """Whether the page shows less than everything that exists for the person."""
        return bool(self.parameters())


def actions_about(topic: Topic) -> list[str]:
    """Return every action that is about `topic`, as the apps that record them say."""
    own = {action: words.topic for action, words in ACTIONS.items()}
    return sorted(action for action, about in {**own, **licenses_of().topics}.items() if about is topic)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _first_id(moment: datetime) -> UUID:
    """Return the lowest id that an event of that moment can have (`accounts.ids.uuid7`)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
