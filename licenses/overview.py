"""What the overview says: whose licenses these are, what needs doing, how many there are of what.

The numbers come from `figures.py`; here they become sentences, each with the list that it counts.
"""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from licenses.figures import Figures
from licenses.filters import Criteria, Filters
from licenses.limits import Meter, meters
from licenses.models import License
from licenses.needs import FirstFew, Need, criteria_of, list_url
from licenses.ordering import Order
from licenses.sharing import customer_name, organization_name, shows_customers
from licenses.status import Status
from organizations import paging
from organizations.models import UserGroup
from organizations.paging import count_in_words
from organizations.privileges import Privilege
from organizations.viewer import Viewer

ORGANIZATIONS_NAMED = 3

_ICONS = {
    Need.FILES: "file-key",
    Need.EXPIRED: "circle-alert",
    Need.EXPIRING: "hourglass",
    Need.UPDATES: "calendar-clock",
    Need.NONE_LEFT: "monitor-check",
}


@dataclass(frozen=True)
class NeedyLicense:
    """A license that is named beside what it needs: for whom it is, and the date that matters, if one does."""

    license: License
    whose: str
    day: date | None


@dataclass(frozen=True)
class Task:
    """One line of what needs doing: a sentence whose number is that of the list at `url`, and its first licenses."""

    need: Need
    count: int
    sentence: str
    advice: str
    url: str
    licenses: list[NeedyLicense]
    more: str

    @property
    def tone(self) -> str:
        """How urgent it is: bad, warn, or neutral for what is only good to know."""
        return {Need.EXPIRED: "bad", Need.NONE_LEFT: "neutral"}.get(self.need, "warn")

    @property
    def is_urgent(self) -> bool:
        """Whether somebody has to do something."""
        return self.tone != "neutral"

    @property
    def icon(self) -> str:
        """The icon that stands for the need."""
        return _ICONS[self.need]


@dataclass(frozen=True)
class Tally:
    """One number, with the list that it counts; `tone` is that of a status."""

    label: str
    text: str
    url: str
    tone: str = "neutral"
    is_zero: bool = False


def whose_licenses(viewer: Viewer) -> str:
    """Return in words whose licenses exist for `viewer`; nothing where they have no role."""
    if viewer.staff_may("view"):
        return _("The licenses of everybody")
    parts = [_("your own licenses")] if viewer.customer_id else []
    parts += [_("the licenses of %(organization)s") % {"organization": name} for name in _organizations(viewer)]
    if viewer.group_id:
        parts.append(_("the licenses of the user group %(group)s") % {"group": viewer.group_name})
    if viewer.has(Privilege.VIEW_ALL):
        parts.append(_("those of everybody else"))
    return capfirst(get_text_list(parts, _("and")))


def _organizations(viewer: Viewer) -> list[str]:
    """Return the names of the first few organizations that `viewer` is contact of, and how many more there are."""
    names = list(viewer.contact_of_names[:ORGANIZATIONS_NAMED])
    if more := len(viewer.contact_of_names) - len(names):
        names.append(ngettext("%(more)s more organization", "%(more)s more organizations", more) % {"more": more})
    return names


def tasks(viewer: Viewer, figures: Figures, few: FirstFew) -> list[Task]:
    """Return what needs doing, the most urgent first, with the first few licenses of each."""
    return [_task(viewer, need, figures, few[need]) for need in Need if figures.needs[need]]


def _task(viewer: Viewer, need: Need, figures: Figures, few: list[License]) -> Task:
    criteria, count = criteria_of(need, viewer), figures.needs[need]
    more = count - len(few)
    return Task(
        need,
        count,
        _sentence(need, count, figures.computers_needing_files),
        _advice(need),
        list_url(criteria),
        [_needy(viewer, license, criteria.order) for license in few],
        _("and %(more)s more") % {"more": _in_words(more)} if more > 0 else "",
    )


def _needy(viewer: Viewer, license: License, order: Order) -> NeedyLicense:
    whose = customer_name(viewer, license) or organization_name(viewer, license) if shows_customers(viewer) else ""
    return NeedyLicense(license, whose, getattr(license, order.column) if order.column else None)


def _sentence(need: Need, count: int, computers: int) -> str:
    number = {"count": _in_words(count)}
    match need:
        case Need.FILES:
            licenses = ngettext("%(count)s license", "%(count)s licenses", count) % number
            return ngettext(
                "%(computers)s computer on %(licenses)s needs a new license file",
                "%(computers)s computers on %(licenses)s need a new license file",
                computers,
            ) % {"computers": _in_words(computers), "licenses": licenses}
        case Need.EXPIRED:
            sentence = ngettext(
                "%(count)s license expired in the last 30 days",
                "%(count)s licenses expired in the last 30 days",
                count,
            )
        case Need.EXPIRING:
            sentence = ngettext(
                "%(count)s license expires within 30 days", "%(count)s licenses expire within 30 days", count
            )
        case Need.UPDATES:
            sentence = ngettext(
                "Updates of %(count)s license end within 30 days",
                "Updates of %(count)s licenses end within 30 days",
                count,
            )
        case _:
            sentence = ngettext(
                "%(count)s license has all its activations in use",
                "%(count)s licenses have all their activations in use",
                count,
            )
    return sentence % number


def _advice(need: Need) -> str:
    match need:
        case Need.FILES:
            return _("The license or the computer’s name has changed, or the file has ended. New files use up nothing.")
        case Need.EXPIRED:
            return _("What has expired no longer works; what is still needed has to be renewed.")
        case Need.EXPIRING:
            return _("What is not renewed until then stops working.")
        case Need.UPDATES:
            return _("The programs go on working; later releases are not included.")
        case Need.NONE_LEFT:
            return _("For another computer, one that is no longer needed has to be deactivated or replaced.")


def tallies(figures: Figures) -> list[Tally]:
    """Return how many licenses there are of each status."""
    return [
        Tally(
            str(status.label),
            _in_words(figures.statuses[status.slug]),
            list_url(Criteria(Filters(status=status))),
            status.tone,
            figures.statuses[status.slug] == 0,
        )
        for status in (Status.ACTIVATED, Status.PARTLY_ACTIVATED, Status.NOT_ACTIVATED, Status.EXPIRED, Status.REVOKED)
    ]


def totals(figures: Figures) -> list[Tally]:
    """Return how many licenses there are in all, and how many computers use them, of how many that may."""
    allowed = _("%(in_use)s of %(allowed)s") % {
        "in_use": _in_words(figures.in_use),
        "allowed": _in_words(figures.allowed),
    }
    return [
        Tally(ngettext("License", "Licenses", figures.licenses), _in_words(figures.licenses), list_url(Criteria())),
        Tally(_("Computers in use"), allowed, reverse("licenses:computers")),
    ]


def own_meters(viewer: Viewer) -> list[Meter]:
    """Return how much of its limits the viewer's user group has used; nothing for anybody else."""
    group = UserGroup.objects.visible_to(viewer).filter(pk=viewer.group_id).first() if viewer.group_id else None
    return meters(group) if group is not None else []


def _in_words(count: int) -> str:
    return count_in_words(count, paging.COUNT_LIMIT)
