"""What stands around the activity page: filters to choose from, what it is narrowed to."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from organizations.activity_filters import ActivityFilters, Period, topics_for
from organizations.lists import Chip, DayField, Select, select
from organizations.viewer import Viewer


def activity_address(filters: ActivityFilters, **changed: str | None) -> str:
    """Return the page's address with these filters, with parameters `changed`; None takes one away."""
    query = filters.url(**changed)
    return reverse("organizations:activity") + (query if query != "?" else "")


def export_address(filters: ActivityFilters) -> str:
    """Return the address of the file that holds what the page shows."""
    query = filters.url()
    return reverse("organizations:activity_export") + (query if query != "?" else "")


def selects(viewer: Viewer, filters: ActivityFilters) -> Iterator[Select]:
    """Yield the filters to choose from."""
    chosen = filters.parameters()
    topics = [(topic.value, topic.label) for topic in topics_for(viewer)]
    yield select("kind", _("About"), _("Everything"), topics, chosen.get("kind", ""))
    periods = [(str(period.value), period.label) for period in Period]
    yield select("days", _("When"), _("At any time"), periods, chosen.get("days", ""))


def day_fields(filters: ActivityFilters) -> list[DayField]:
    """Return the fields for the first and the last day."""
    chosen = filters.parameters()
    return [
        DayField("from", _("From"), chosen.get("from", "")),
        DayField("to", _("Until"), chosen.get("to", "")),
    ]


def chips(filters: ActivityFilters) -> list[Chip]:
    """Return everything that the page is narrowed to."""
    return [Chip(text, activity_address(filters, **{name: None})) for name, text in filters.chips()]


def summary(filters: ActivityFilters, *, is_empty: bool) -> str:
    """Return what stands beside the heading, and is read out when it changes."""
    if is_empty:
        return _("Nothing found") if filters.is_narrowed else ""
    if not filters.is_narrowed:
        return _("Newest first")
    return _("%(filters)s, newest first") % {"filters": ", ".join(text for _name, text in filters.chips())}
