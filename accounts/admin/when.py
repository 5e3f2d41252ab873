"""When something came into being, as a filter of lists in Django's admin."""

from datetime import datetime, timedelta

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.ids import first_id

MONTHS = 12

Period = tuple[str, datetime, datetime]


class WhenFilter(admin.SimpleListFilter):
    """Rows made in a period, found by their time-ordered ids.

    Django's own filter by date reads the whole table for each page, which takes seconds where
    there are a million rows; the ids have an index.
    """

    title = gettext_lazy("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Return the periods."""
        return [(name, label) for name, (label, _start, _end) in periods(timezone.localtime()).items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        """Return the rows made in the chosen period."""
        period = periods(timezone.localtime()).get(str(self.value()))
        if period is None:
            return queryset
        return queryset.filter(pk__gte=first_id(period[1]), pk__lt=first_id(period[2]))


def periods(now: datetime) -> dict[str, Period]:
    """Return the name, label, beginning and end of each period, in the time zone of `now`."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + timedelta(days=1)
    found = {
        "today": (_("Today"), midnight, end),
        "7-days": (_("Past 7 days"), midnight - timedelta(days=7), end),
    }
    first = midnight.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    for _number in range(MONTHS):
        found[f"{first:%Y-%m}"] = (date_format(first, "YEAR_MONTH_FORMAT"), first, after)
        first, after = (first - timedelta(days=1)).replace(day=1), first
    return found
