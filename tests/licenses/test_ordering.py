"""The named orders: whatever the dates, pages join without gaps or repeats, forwards and backwards, for everybody."""

from datetime import date, timedelta
from urllib.parse import parse_qsl

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from licenses import listing, ordering
from licenses.activation_key import make
from licenses.filters import Criteria, Filters
from licenses.listing import all_licenses, license_page
from licenses.models import License, LicenseModel, ProductVersion
from licenses.ordering import Order, Place
from organizations import paging
from organizations.access import viewer_for
from organizations.models import Customer, Organization, UserGroup
from organizations.viewer import Viewer
from tests.cast import make_contact, make_customer, make_group, make_member, make_organization, make_product

PAGE_SIZE, MOST_PAGES = 3, 20
FIRST_DAY = date(2030, 1, 1)

Facts = tuple[int | None, int | None, str, bool]
"""Days after FIRST_DAY on which a license expires and its updates end, how it is seen, and whether it is a trial."""

FACTS = st.tuples(
    st.none() | st.integers(0, 2),
    st.none() | st.integers(0, 2),
    st.sampled_from(["own", "contact", "group", "own contact group", "second", "nobody's"]),
    st.booleans(),
)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few licenses have several pages."""
    monkeypatch.setattr(listing, "PAGE_SIZE", PAGE_SIZE)
    monkeypatch.setattr(paging, "PAGE_SIZE", PAGE_SIZE)


class People:
    """Paula, who sees licenses in every way at once: her own, as contact of two organizations, as a group's member."""

    def __init__(self) -> None:
        self.first, self.second = make_organization("First"), make_organization("Second")
        self.group: UserGroup = make_group(name="North")
        self.version: ProductVersion = make_product("Spectra").versions.get()
        self.stranger = make_customer("Stranger")
        member = make_member(self.group, "Paula Brandt")
        self.paula = Customer.objects.create(user=member, organization=self.first)
        for organization in (self.first, self.second):
            organization.primary_contact = self.paula
            organization.save()

    def viewer(self) -> Viewer:
        return viewer_for(User.objects.get(pk=self.paula.user_id))

    def make_licenses(self, rows: list[Facts]) -> None:
        License.objects.bulk_create(self._license(*facts) for facts in rows)

    def _license(self, expires: int | None, updates: int | None, seen: str, is_trial: bool) -> License:
        whose: dict[str, Customer | Organization | UserGroup] = {}
        if "own" in seen:
            whose["customer"] = self.paula
        if "contact" in seen:
            whose["organization"] = self.first
        if seen == "second":
            whose["organization"] = self.second
        if "group" in seen:
            whose["user_group"] = self.group
        return License(
            activation_key=make(),
            product_version=self.version,
            license_model=LicenseModel.TRIAL if is_trial else LicenseModel.PERMANENT,
            licensee="Somebody",
            expires_on=None if expires is None else FIRST_DAY + timedelta(expires),
            expires_after_days=30,
            maintenance_until=None if updates is None else FIRST_DAY + timedelta(updates),
            **(whose or {"customer": self.stranger}),
        )


@pytest.fixture
def people(db: None) -> People:
    return People()


def in_order(licenses: list[License], order: Order) -> list[License]:
    """Return `licenses` as a person would put them in order: by hand."""
    if order is Order.NEWEST:
        return sorted(licenses, key=lambda license: license.pk, reverse=True)
    name = {Order.EXPIRES: "expires_on", Order.UPDATES: "maintenance_until"}[order]
    by_id = sorted(licenses, key=lambda license: license.pk)
    dated = [license for license in by_id if getattr(license, name) is not None]
    return sorted(dated, key=lambda license: getattr(license, name)) + [
        license for license in by_id if getattr(license, name) is None
    ]


def place_of(url: str, order: Order) -> Place:
    return Place.read(order, dict(parse_qsl(url.removeprefix("?"))))


def walk(viewer: Viewer, criteria: Criteria) -> tuple[list[list[License]], list[list[License]]]:
    """Turn the pages to the end and back, as long as that leads on; return both, in the order of the list."""
    page = license_page(viewer, criteria, Place())
    forwards = [page.rows]
    while page.next_url and len(forwards) < MOST_PAGES:
        page = license_page(viewer, criteria, place_of(page.next_url, criteria.order))
        forwards.append(page.rows)
    backwards = [page.rows]
    while page.previous_url and len(backwards) < MOST_PAGES:
        page = license_page(viewer, criteria, place_of(page.previous_url, criteria.order))
        backwards.insert(0, page.rows)
    return forwards, backwards


def faults(viewer: Viewer, criteria: Criteria, expected: list[License]) -> list[str]:
    """Tell how the pages of a list, and its export, differ from what is expected."""
    forwards, backwards = walk(viewer, criteria)
    found = []
    if [row for page in forwards for row in page] != expected:
        found.append("pages are not the list")
    if [row for page in backwards for row in page] != expected:
        found.append("pages backwards are not the list")
    if any(len(page) != PAGE_SIZE for page in forwards[:-1]):
        found.append("a page is not full")
    exported = [key for part in all_licenses(viewer, criteria, size=PAGE_SIZE) for key, _day in part]
    if exported != [row.pk for row in expected]:
        found.append("the whole is not the list")
    return found


@pytest.mark.parametrize("order", Order)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(FACTS, max_size=14))
@example(rows=[(1, 1, "own", False)] * 7 + [(None, None, "group", True)] * 7)
@example(rows=[(None, 0, "own contact group", True)] * 4)
def test_pages_of_every_order_join_without_gaps_and_repeats(people: People, order: Order, rows: list[Facts]) -> None:
    with transaction.atomic():
        people.make_licenses(rows)
        viewer = people.viewer()
        visible = list(License.objects.visible_to(viewer))
        assert len(visible) == len([facts for facts in rows if facts[2] != "nobody's"])
        assert faults(viewer, Criteria(order=order), in_order(visible, order)) == []
        trials = [license for license in visible if license.license_model == LicenseModel.TRIAL]
        criteria = Criteria(Filters(model=LicenseModel.TRIAL), order=order)
        assert faults(viewer, criteria, in_order(trials, order)) == []
        criteria = Criteria(Filters(organization=people.second), text="spectra", order=order)
        seconds = [license for license in visible if license.organization_id == people.second.pk]
        assert faults(viewer, criteria, in_order(seconds, order)) == []
        transaction.set_rollback(True)


@pytest.mark.parametrize("order", [Order.EXPIRES, Order.UPDATES])
def test_control_order_that_forgets_equal_dates_is_noticed(
    people: People, monkeypatch: pytest.MonkeyPatch, order: Order
) -> None:
    people.make_licenses([(1, 1, "own", False)] * 7)
    viewer = people.viewer()
    expected = in_order(list(License.objects.visible_to(viewer)), order)
    assert faults(viewer, Criteria(order=order), expected) == []
    later = {False: "gt", True: "lt"}
    monkeypatch.setattr(
        ordering,
        "_dated",
        lambda column, place: (
            ordering.Q(**{f"{column}__{later[place.is_backwards]}": place.day}) if place.day else ordering.Q()
        ),
    )
    assert faults(viewer, Criteria(order=order), expected) != []


def test_member_of_one_way_only_sees_each_order_too(people: People) -> None:
    people.make_licenses([(day, None, "contact", False) for day in (2, 0, 1, None, 0)])
    contact = make_contact(people.first, "Samuel Okoro", is_secondary=True)
    expected = in_order(list(License.objects.filter(organization=people.first)), Order.EXPIRES)
    assert faults(viewer_for(contact.user), Criteria(order=Order.EXPIRES), expected) == []


@pytest.mark.parametrize(
    "text",
    ["", "x", "2030-01-01", "2030-01-01_", "none_", "_", "2030-13-01_0190", "none_nonsense", "0190", "9999-99-99_x"],
)
@pytest.mark.parametrize("order", Order)
def test_place_that_cannot_be_read_is_the_first_page(order: Order, text: str) -> None:
    assert Place.read(order, {"after": text}) == Place()


def test_place_of_another_order_is_the_first_page() -> None:
    assert Place.read(Order.EXPIRES, {"after": "01900000-0000-7000-8000-000000000000"}) == Place()
    assert Place.read(Order.NEWEST, {"after": "none_01900000-0000-7000-8000-000000000000"}) == Place()


def test_license_that_moves_in_the_order_while_somebody_turns_pages_breaks_nothing(people: People) -> None:
    people.make_licenses([(day, None, "own", False) for day in (0, 0, 1, 1, 2, 2, None)])
    viewer = people.viewer()
    first = license_page(viewer, Criteria(order=Order.EXPIRES), Place())
    License.objects.filter(pk=first.rows[-1].pk).update(expires_on=None)
    second = license_page(viewer, Criteria(order=Order.EXPIRES), place_of(str(first.next_url), Order.EXPIRES))
    expected = in_order(list(License.objects.visible_to(viewer)), Order.EXPIRES)
    assert second.rows == expected[2 : 2 + PAGE_SIZE]
