"""What the page of the license list shows: rows, how many, filters, chips, orders, and ways out when it is empty."""

from collections.abc import Iterator, Sequence
from functools import cache

from django.urls import reverse
from django.utils.translation import gettext as _

from licenses.bulk import bulk_of
from licenses.ends import learn_beginnings
from licenses.exporting import export_links
from licenses.filters import Criteria, Files, Updates, Within
from licenses.issuers import may_create
from licenses.models import License
from licenses.ordering import Order
from licenses.products import OfferedProduct, name_versions
from licenses.querysets import seen_by_way
from licenses.searching import searched_by
from licenses.sharing import (
    customer_name,
    entered_as,
    knows_customer,
    organization_name,
    shows_customers,
    shows_organizations,
)
from licenses.status import LicenseModel, Status
from organizations.access import RULES, Action
from organizations.lists import Chip, Link, Select, Tick, select
from organizations.models import Organization
from organizations.paging import Page
from organizations.viewer import Viewer, Way

MOST_ORGANIZATIONS = 50
"""How many organizations are offered to choose from; where there are more, rows lead to the list of theirs."""


def list_context(
    viewer: Viewer, criteria: Criteria, page: Page[License], products: Sequence[OfferedProduct], typed: str
) -> dict[str, object]:
    """Return what the template of the list shows: a page of licenses in the state `criteria`.

    `products` are those that exist for `viewer`. `typed` stands in the search box; it is the
    text of `criteria`, unless it must not stand in addresses.
    """
    bulk = bulk_of(viewer)
    learn_beginnings(page.rows)
    name_versions(page.rows, products)
    for license in page.rows:
        _name_holders(viewer, criteria, license)
        license.can_select = bulk is not None and bool(viewer.ways_to(license) & {Way.GROUP, Way.STAFF})
    is_narrowed = criteria.is_narrowed or bool(typed)
    offered_selects, offered_ticks = list(selects(viewer, criteria, products)), list(ticks(viewer, criteria))
    offered = {each.name for each in offered_selects} | {each.name for each in offered_ticks}
    filters = criteria.filters.parameters()
    return {
        "page": page,
        "count": count_in_words(criteria, page.count_text, is_empty=not page.rows, is_narrowed=is_narrowed),
        "is_narrowed": is_narrowed,
        "switched_off_group": viewer.switched_off_group,
        "shows_customer": shows_customers(viewer),
        "shows_organization": shows_organizations(viewer),
        "export": export_links(viewer, criteria) if page.rows and typed == criteria.text else None,
        "bulk": bulk if any(license.can_select for license in page.rows) else None,
        "kept_by_selection": criteria.parameters(),
        "may_create": may_create(viewer),
        "typed": typed,
        "search_hint": search_hint(viewer),
        "searched_by": searched_by(viewer) if typed and not page.rows else [],
        "selects": offered_selects,
        "ticks": offered_ticks,
        "orders": tuple(orders(criteria)),
        "chips": list(chips(criteria)),
        "filter_number": len(filters),
        "kept_by_search": criteria.parameters(q=None),
        "kept_by_filter": {name: value for name, value in criteria.parameters().items() if name not in offered},
        "without_filters": without_filters(criteria),
        "without_search": list_address(criteria, q=None) if typed and filters else "",
        "wider_search": without_filters(criteria) if criteria.text and filters else "",
        "without_anything": without_anything(criteria),
    }


def _name_holders(viewer: Viewer, criteria: Criteria, license: License) -> None:
    """Say whose `license` is, as `viewer` may know it, and lead to the list of what else is theirs."""
    ways, customer, organization = viewer.ways_to(license), license.customer, license.organization
    if shows_customers(viewer):
        license.shown_customer = customer_name(viewer, license)
        if customer is not None and knows_customer(viewer, ways, customer) and viewer.sees_customer(customer):
            license.customer_url = list_address(criteria, customer=str(customer.pk))
        elif entered := entered_as(viewer, license):
            license.customer_url = list_address(criteria, customer=str(entered.pk))
    if shows_organizations(viewer):
        license.shown_organization = organization_name(viewer, license)
        if organization is not None and license.shown_organization and viewer.sees_organization(organization):
            license.organization_url = list_address(criteria, organization=str(organization.pk))


def list_address(criteria: Criteria, **changed: str | None) -> str:
    """Return the address of the license list in this state, with parameters `changed`; None takes one away."""
    query = criteria.url(**changed)
    return _list_url() + (query if query != "?" else "")


@cache
def _list_url() -> str:
    return reverse("licenses:list")


def selects(viewer: Viewer, criteria: Criteria, products: Sequence[OfferedProduct]) -> Iterator[Select]:
    """Yield the filters to choose from, as far as there is something to choose for `viewer`."""
    chosen = criteria.filters.parameters()

    def of(name: str, label: str, anything: str, choices: list[tuple[str, str]]) -> Select:
        return select(name, label, anything, choices, chosen.get(name, ""))

    yield of("status", _("Status"), _("Any status"), [(each.slug, str(each.label)) for each in Status])
    yield of("product", _("Product"), _("All products"), [(str(each.pk), each.name) for each in products])
    if sees_several_organizations(viewer):
        named = Organization.objects.visible_to(viewer).order_by("folded_name").values_list("pk", "name")
        organizations = [(str(pk), name) for pk, name in named[: MOST_ORGANIZATIONS + 1]]
        if len(organizations) <= MOST_ORGANIZATIONS:
            yield of("organization", _("Organization"), _("All organizations"), organizations)
    yield of("model", _("License model"), _("Any license model"), _of(LicenseModel))
    yield of("expires", _("Expires"), _("Any time"), _of(Within))
    yield of("updates", _("Updates"), _("Any"), _of(Updates))


def _of(choices: type[LicenseModel] | type[Within] | type[Updates]) -> list[tuple[str, str]]:
    return [(str(each.value), str(each.label)) for each in choices]


def sees_several_organizations(viewer: Viewer) -> bool:
    """Return whether licenses of more than one organization may exist for `viewer`."""
    return viewer.group_id is not None or viewer.staff_may("view") or len(viewer.contact_of) > 1


def ticks(viewer: Viewer, criteria: Criteria) -> Iterator[Tick]:
    """Yield the filters to tick: license files only for whoever may get some."""
    if any(RULES[Action.GET_LICENSE_FILE].allows(viewer, [way]) for way, _condition in seen_by_way(viewer)):
        is_ticked = criteria.filters.files is Files.OUTDATED
        yield Tick("files", Files.OUTDATED.value, Files.OUTDATED.label, is_ticked)


def chips(criteria: Criteria) -> Iterator[Chip]:
    """Yield everything that the list is narrowed to, the searched text first."""
    if criteria.text:
        yield Chip(_("Search: “%(text)s”") % {"text": criteria.text}, list_address(criteria, q=None))
    words = {
        "status": _("Status: %(value)s"),
        "product": _("Product: %(value)s"),
        "model": _("License model: %(value)s"),
        "organization": _("Organization: %(value)s"),
        "customer": _("Customer: %(value)s"),
    }
    for name, value in criteria.filters.chips():
        yield Chip(words.get(name, "%(value)s") % {"value": value}, list_address(criteria, **{name: None}))


def without_filters(criteria: Criteria) -> str:
    """Return the address of the list with its search and order alone."""
    return list_address(criteria, **dict.fromkeys(criteria.filters.parameters()))


def without_anything(criteria: Criteria) -> str:
    """Return the address of the list with its order alone."""
    return list_address(criteria, q=None, **dict.fromkeys(criteria.filters.parameters()))


def orders(criteria: Criteria) -> Iterator[Link]:
    """Yield the named orders."""
    for order in Order:
        value = None if order is Order.NEWEST else order.value
        yield Link(order.label, list_address(criteria, order=value), order is criteria.order)


def count_in_words(criteria: Criteria, count: str, *, is_empty: bool, is_narrowed: bool) -> str:
    """Return what stands beside the heading: how many licenses there are, and in which order."""
    if is_empty:
        return _("Nothing found") if is_narrowed else ""
    in_all = {
        Order.NEWEST: _("%(count)s in all, newest first"),
        Order.EXPIRES: _("%(count)s in all, those that expire soonest first"),
        Order.UPDATES: _("%(count)s in all, those whose updates end soonest first"),
    }
    found = {
        Order.NEWEST: _("%(count)s found, newest first"),
        Order.EXPIRES: _("%(count)s found, those that expire soonest first"),
        Order.UPDATES: _("%(count)s found, those whose updates end soonest first"),
    }
    return (found if is_narrowed else in_all)[criteria.order] % {"count": count}


def search_hint(viewer: Viewer) -> str:
    """Return what stands in the empty search box: some of what can be searched by."""
    if viewer.group_id is not None or viewer.staff_may("view"):
        return _("End of a key, computer, customer, order id …")
    if viewer.contact_of:
        return _("End of a key, computer, product, colleague …")
    return _("End of a key, computer, product …")
