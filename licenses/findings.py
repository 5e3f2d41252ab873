"""The overview's three pictures: each with what it shows in one sentence, and its numbers as a table."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from licenses.figures import Figures
from licenses.filters import Criteria, Filters, Within
from licenses.needs import list_url
from licenses.ordering import Order
from licenses.pictures import Amount, Bars, Columns, Share, bars, columns, with_others


@dataclass(frozen=True)
class Picture:
    """A picture; nothing is drawn where there is nothing to see.

    `url` leads to everything that expires within a year, where the picture is about that.
    """

    slug: str
    heading: str
    finding: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: Bars | None = None
    columns: Columns | None = None
    url: str = ""


def pictures(figures: Figures) -> list[Picture]:
    """Return the pictures of `figures`."""
    return [usage(figures), expiring(figures), activated(figures)]


def usage(figures: Figures) -> Picture:
    """Return the computers that use each product, of how many that may."""
    shares = [
        Share(each.name, each.in_use, each.allowed, f"{reverse('licenses:list')}?product={each.product_id}")
        for each in figures.products
    ]
    shown = with_others(shares, _("Other products"))
    return Picture(
        "usage",
        _("Activations in use"),
        _usage_finding(figures, shown),
        (_("Product"), _("In use"), _("Allowed")),
        tuple((share.label, exact(share.part), exact(share.whole)) for share in shown),
        bars=bars(shown) if figures.allowed else None,
    )


def _usage_finding(figures: Figures, shown: list[Share]) -> str:
    number = {"in_use": exact(figures.in_use), "allowed": exact(figures.allowed)}
    most, others = shown[:1], shown[1:]
    if not others or most[0].part == others[0].part:
        return _("%(in_use)s of %(allowed)s activations are in use.") % number
    return _("%(in_use)s of %(allowed)s activations are in use; %(product)s has the most, %(part)s.") % {
        **number,
        "product": most[0].label,
        "part": exact(most[0].part),
    }


def expiring(figures: Figures) -> Picture:
    """Return how many licenses expire in each of the next twelve months."""
    number = sum(amount for _month, amount in figures.expiring)
    counted = ngettext(
        "%(number)s license expires in the next 12 months",
        "%(number)s licenses expire in the next 12 months",
        number,
    )
    return _by_month(
        "expiring",
        _("Expiring in the next 12 months"),
        (_("Month"), _("Licenses that expire")),
        figures.expiring,
        counted if number else _("No license expires in the next 12 months"),
        url=list_url(Criteria(Filters(expires=Within.YEAR), order=Order.EXPIRES)) if number else "",
    )


def activated(figures: Figures) -> Picture:
    """Return on how many computers licenses were activated in each of the last twelve months."""
    number = sum(amount for _month, amount in figures.activated)
    counted = ngettext(
        "%(number)s activation in the last 12 months", "%(number)s activations in the last 12 months", number
    )
    return _by_month(
        "activated",
        _("Activations per month"),
        (_("Month"), _("Activations")),
        figures.activated,
        counted if number else _("No activation in the last 12 months"),
    )


def _by_month(
    slug: str,
    heading: str,
    head: tuple[str, str],
    months: tuple[tuple[date, int], ...],
    counted: str,
    url: str = "",
) -> Picture:
    finding = counted % {"number": exact(sum(number for _month, number in months))}
    most_month, most = max(months, key=lambda each: each[1])
    numbers = sorted(number for _month, number in months)
    if 0 < numbers[-2] < most:
        most_of_them = {"counted": finding, "month": month_in_words(most_month), "most": exact(most)}
        finding = _("%(counted)s; %(month)s has the most, %(most)s") % most_of_them
    amounts = [
        Amount(date_format(month, "M"), month_in_words(month), number, str(month.year) if month.month == 1 else "")
        for month, number in months
    ]
    return Picture(
        slug,
        heading,
        f"{finding}.",
        head,
        tuple((amount.name, exact(amount.number)) for amount in amounts),
        columns=columns(amounts) if most else None,
        url=url,
    )


def month_in_words(month: date) -> str:
    """Write a month as "December 2026"."""
    return date_format(month, "F Y")


def exact(number: int) -> str:
    """Write a number in full: "12,345"."""
    return str(number_format(number, force_grouping=True))
