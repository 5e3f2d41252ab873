"""S2: in any world, the license list shows what a plain reading of the rules says, however narrowed and ordered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from urllib.parse import parse_qsl

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, example, given, settings

from accounts.models import User
from licenses import filters, listing, searching
from licenses.filters import Criteria
from licenses.listing import license_page
from licenses.models import License
from licenses.ordering import Order, Place
from licenses.querysets import LicenseQuerySet, ways_apart
from organizations import paging
from organizations.access import viewer_for
from organizations.models import Customer, Organization
from organizations.querysets import CustomerQuerySet
from organizations.viewer import Viewer, Way
from tests import reading
from tests.world_rows import Rows, existing
from tests.worlds import GroupFacts, LicenseFacts, OrganizationFacts, PersonFacts, World, worlds

PAGE_SIZE, MOST_PAGES = 2, 10

WORLD = World(
    groups=(GroupFacts(frozenset({"view_all"})), GroupFacts(), GroupFacts(frozenset({"view_all_organizations"}))),
    people=(
        PersonFacts(is_customer=True, organization=0),
        PersonFacts(is_customer=True, organization=0, served_by=1),
        PersonFacts(member_of=0),
        PersonFacts(member_of=1),
        PersonFacts(is_customer=True, organization=0, member_of=1),
        PersonFacts(member_of=2),
        PersonFacts(is_staff=True, permissions=frozenset({"licenses.view_license"})),
    ),
    organizations=(OrganizationFacts(primary=4), OrganizationFacts(group=1)),
    licenses=(
        LicenseFacts(customer=0, organization=0, group=1),
        LicenseFacts(customer=1, organization=1, group=1),
        LicenseFacts(customer=0, group=1),
        LicenseFacts(customer=0, organization=1, group=2),
        LicenseFacts(customer=1, organization=0),
        LicenseFacts(customer=0, organization=0, is_deleted=True),
    ),
)
"""A world in which each rule about names hides something; its contact is also a member of a group."""


@dataclass(frozen=True)
class Narrowed:
    """One way of narrowing the list, in a URL's parameters, and whether a license is left by it."""

    parameters: dict[str, str]
    leaves: Callable[[int, LicenseFacts], bool]


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a world of a few licenses have several pages."""
    monkeypatch.setattr(listing, "PAGE_SIZE", PAGE_SIZE)
    monkeypatch.setattr(paging, "PAGE_SIZE", PAGE_SIZE)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds())
@example(world=WORLD)
def test_list_shows_what_the_rules_say_however_it_is_narrowed_and_ordered(db: None, world: World) -> None:
    assert list(differences(world)) == []


@pytest.mark.parametrize(
    ("module", "rule", "wrong"),
    [
        (listing, "ways_apart", lambda viewer: ways_apart(viewer)[1:]),
        (searching, "NAMES_KNOWN", frozenset(Way)),
        (searching, "_SEES_ORDERS", frozenset(Way)),
        (searching, "visible_customers", lambda viewer, prefix: Q()),
        (searching, "seen_by_way", lambda viewer: [(Way.STAFF, Q())]),
        (filters, "names_known_q", lambda viewer, customer, organization: Q()),
        (CustomerQuerySet, "visible_to", lambda rows, viewer: rows.all()),
    ],
)
def test_control_list_that_tells_more_is_noticed(
    db: None, monkeypatch: pytest.MonkeyPatch, module: object, rule: str, wrong: object
) -> None:
    monkeypatch.setattr(module, rule, wrong)
    if rule == "seen_by_way":
        monkeypatch.setattr(LicenseQuerySet, "visible_to", lambda rows, viewer: rows.all())
    assert any(differences(WORLD))


def differences(world: World) -> Iterator[str]:
    """Make the rows of `world`, narrow and order the list for everybody, and tell where it is not as it should be."""
    with existing(world) as rows:
        _give_dates_and_orders(rows)
        for who in range(len(world.people)):
            viewer = viewer_for(User.objects.get(pk=rows.users[who].pk))
            visible = [n for n, license in enumerate(world.licenses) if reading.ways(world, who, license)]
            for narrowed in _narrowings(world, rows, who):
                right = [rows.licenses[n] for n in visible if narrowed.leaves(n, world.licenses[n])]
                yield from (f"person {who}: {each}" for each in _faults(viewer, narrowed.parameters, right))


def _give_dates_and_orders(rows: Rows) -> None:
    """Let some licenses expire, two on each date, and give all of them an order id."""
    for number, license in enumerate(rows.licenses):
        license.expires_on = None if number % 3 == 2 else date(2090, 1, 1) + timedelta(number // 2)
        license.order_id = f"Order {number}"
        license.save()


def _narrowings(world: World, rows: Rows, who: int) -> Iterator[Narrowed]:
    """Yield every filter by somebody, and every search, that can find something in this world."""
    for order in Order:
        yield Narrowed({"order": order.value}, lambda n, facts: True)
    for number, row in rows.customers.items():
        yield _by_customer(world, who, number, row)
        yield Narrowed({"q": f"person {number}", "order": "expires"}, partial(_is_customer, world, who, number))
        yield Narrowed({"q": f"person{number}@example.org"}, partial(_is_visible_customer, world, who, number))
    for number, organization in enumerate(rows.organizations):
        yield _by_organization(world, who, number, organization)
        yield Narrowed({"q": f"organization {number}"}, partial(_is_organization, world, who, number))
    for number in range(len(world.licenses)):
        yield Narrowed({"q": f"licensee {number}"}, partial(_is_number, number))
        yield Narrowed({"q": f"ID-{number}"}, partial(_is_number, number))
        yield Narrowed({"q": f"order {number}"}, partial(_is_known_order, world, who, number))


def _is_number(number: int, n: int, facts: LicenseFacts) -> bool:
    return n == number


def _is_known_order(world: World, who: int, number: int, n: int, facts: LicenseFacts) -> bool:
    return n == number and bool(reading.ways(world, who, facts) & {"group", "staff"})


def _is_customer(world: World, who: int, customer: int, n: int, facts: LicenseFacts) -> bool:
    return facts.customer == customer and reading.knows_customer(world, who, facts)


def _is_visible_customer(world: World, who: int, customer: int, n: int, facts: LicenseFacts) -> bool:
    return _is_customer(world, who, customer, n, facts) and reading.sees_customer(world, who, customer)


def _is_organization(world: World, who: int, organization: int, n: int, facts: LicenseFacts) -> bool:
    return facts.organization == organization and reading.knows_organization(world, who, facts)


def _by_customer(world: World, who: int, number: int, row: Customer) -> Narrowed:
    """Return the filter by a customer, which is none for whoever does not see them."""
    if not reading.sees_customer(world, who, number):
        return Narrowed({"customer": str(row.pk)}, lambda n, facts: True)
    return Narrowed({"customer": str(row.pk)}, partial(_is_customer, world, who, number))


def _by_organization(world: World, who: int, number: int, row: Organization) -> Narrowed:
    """Return the filter by an organization, likewise."""
    if not reading.sees_organization(world, who, number):
        return Narrowed({"organization": str(row.pk)}, lambda n, facts: True)
    return Narrowed({"organization": str(row.pk), "order": "updates"}, partial(_is_organization, world, who, number))


def _faults(viewer: Viewer, parameters: dict[str, str], expected: list[License]) -> Iterator[str]:
    """Turn the pages to the end and back, and tell how they differ from `expected`, which is in the order of ids."""
    criteria = Criteria.read(viewer, parameters)
    page = license_page(viewer, criteria, Place())
    if page.count_text != str(len(expected)):
        yield f"{parameters} says {page.count_text} of {len(expected)}"
    forwards = [page.rows]
    while page.next_url and len(forwards) < MOST_PAGES:
        page = license_page(viewer, criteria, _place(page.next_url, criteria.order))
        forwards.append(page.rows)
    backwards = [page.rows]
    while page.previous_url and len(backwards) < MOST_PAGES:
        page = license_page(viewer, criteria, _place(page.previous_url, criteria.order))
        backwards.insert(0, page.rows)
    right = _in_order(expected, criteria.order)
    if [row for rows in forwards for row in rows] != right:
        yield f"{parameters} shows {[row.licensee for rows in forwards for row in rows]}"
    if backwards != forwards:
        yield f"{parameters}: pages backwards are not the pages forwards"


def _place(url: str, order: Order) -> Place:
    return Place.read(order, dict(parse_qsl(url.removeprefix("?"))))


def _in_order(licenses: list[License], order: Order) -> list[License]:
    ascending = sorted(licenses, key=lambda license: license.pk)
    if order is Order.EXPIRES:
        return sorted(ascending, key=lambda license: (license.expires_on is None, license.expires_on or date.max))
    return ascending if order is Order.UPDATES else ascending[::-1]
