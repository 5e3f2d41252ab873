"""The list of licenses: newest first, 25 by key, exact counts up to 10,000, and never a LIMIT over an OR of ways."""

import re
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from licenses.activation_key import make
from licenses.filters import Criteria
from licenses.listing import license_count, license_page
from licenses.models import License, LicenseModel
from licenses.ordering import Order, Place
from organizations import paging
from organizations.access import viewer_for
from organizations.models import Customer, Organization, UserGroup
from organizations.paging import Cursor
from organizations.privileges import Privilege
from tests.cast import (
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_product,
)

LIST = "/licenses/"


@pytest.fixture
def anna(db: None) -> Customer:
    return make_customer("Anna Acme")


def make_licenses(number: int, **whose: Customer | Organization | UserGroup) -> list[License]:
    version = make_product().versions.get()
    rows = License.objects.bulk_create(
        License(
            activation_key=make(),
            product_version=version,
            license_model=LicenseModel.PERMANENT,
            licensee="Somebody",
            **whose,
        )
        for _ in range(number)
    )
    return sorted(rows, key=lambda license: license.pk, reverse=True)


def cursor_of(url: str | None) -> Place:
    assert url is not None
    return Place.read(Order.NEWEST, dict(parse_qsl(url.removeprefix("?"))))


def test_pages_hold_25_newest_first_and_lead_on_and_back(anna: Customer) -> None:
    rows, viewer = make_licenses(60, customer=anna), viewer_for(anna.user)
    first = license_page(viewer, Criteria(), Place())
    second = license_page(viewer, Criteria(), cursor_of(first.next_url))
    third = license_page(viewer, Criteria(), cursor_of(second.next_url))
    assert [page.rows for page in (first, second, third)] == [rows[:25], rows[25:50], rows[50:]]
    assert (first.previous_url, third.next_url) == (None, None)
    assert license_page(viewer, Criteria(), cursor_of(third.previous_url)).rows == rows[25:50]
    back = license_page(viewer, Criteria(), cursor_of(second.previous_url))
    assert (back.rows, back.previous_url) == (rows[:25], None)


def test_page_of_exactly_25_has_no_next(anna: Customer) -> None:
    make_licenses(25, customer=anna)
    page = license_page(viewer_for(anna.user), Criteria(), Place())
    assert (len(page.rows), page.next_url, page.previous_url) == (25, None, None)


def test_license_deleted_meanwhile_leaves_the_pages_whole(anna: Customer) -> None:
    rows, viewer = make_licenses(30, customer=anna), viewer_for(anna.user)
    first = license_page(viewer, Criteria(), Place())
    License.objects.filter(pk=rows[24].pk).update(deleted_at=rows[24].created_at)
    assert license_page(viewer, Criteria(), cursor_of(first.next_url)).rows == rows[25:]


def test_license_seen_in_several_ways_stands_once(db: None) -> None:
    north = make_group(name="North")
    acme = make_organization("Acme")
    paula = make_contact(acme)
    rows = make_licenses(27, customer=paula, organization=acme, user_group=north)
    page = license_page(viewer_for(paula.user), Criteria(), Place())
    assert page.rows == rows[:25]
    assert page.count_text == "27"


@pytest.mark.parametrize("text", ["", "x", "0", "-1", "null", "1" * 500, "../..", "<b>", "a0eebc99", "ａ" * 32])
def test_unreadable_cursor_shows_the_first_page(anna: Customer, client: Client, text: str) -> None:
    rows = make_licenses(26, customer=anna)
    client.force_login(anna.user)
    for name in ("after", "before"):
        assert client.get(LIST, {name: text}).context["page"].rows == rows[:25]


def test_cursor_reads_after_before_and_prefixes() -> None:
    key = uuid4()
    assert Cursor.read({"after": str(key)}) == Cursor(key)
    assert Cursor.read({"before": key.hex}) == Cursor(key, is_backwards=True)
    assert Cursor.read({"after": "x", "before": str(key)}) == Cursor(key, is_backwards=True)
    assert Cursor.read({"after": str(key)}, "events_") == Cursor()
    assert Cursor.read({"events_after": str(key)}, "events_") == Cursor(key)


def test_cursor_of_a_license_that_is_somebody_elses_only_says_where_to_begin(anna: Customer) -> None:
    mine, other = make_licenses(2, customer=anna), make_licenses(1)[0]
    viewer = viewer_for(anna.user)
    assert license_page(viewer, Criteria(), Place(other.pk)).rows == mine


@pytest.mark.parametrize("cursor", [Place(UUID(int=0)), Place(UUID(int=2**128 - 1), is_backwards=True)])
def test_page_beyond_either_end_shows_the_first(anna: Customer, cursor: Place) -> None:
    rows = make_licenses(30, customer=anna)
    assert license_page(viewer_for(anna.user), Criteria(), cursor).rows == rows[:25]


@pytest.mark.parametrize(("limit", "count"), [(3, "3+"), (4, "4"), (5, "4")])
def test_counts_are_exact_up_to_the_limit(
    anna: Customer, monkeypatch: pytest.MonkeyPatch, limit: int, count: str
) -> None:
    make_licenses(4, customer=anna)
    monkeypatch.setattr(paging, "COUNT_LIMIT", limit)
    assert license_count(viewer_for(anna.user), Criteria()) == count


def test_limit_of_counting_is_ten_thousand() -> None:
    assert paging.COUNT_LIMIT == 10_000


def test_each_way_of_seeing_is_limited_by_itself_and_by_its_own_index(db: None) -> None:
    north, acme = make_group(name="North"), make_organization("Acme")
    member = make_member(north)
    paula = Customer.objects.create(user=member, organization=acme)
    acme.primary_contact = paula
    acme.save()
    for whose in ({"customer": paula}, {"organization": acme}, {"user_group": north}):
        make_licenses(30, **whose)
    viewer = viewer_for(User.objects.get(pk=member.pk))
    with CaptureQueriesContext(connection) as queries:
        page = license_page(viewer, Criteria(), Place())
    [sql] = [query["sql"] for query in queries if "LIMIT 26" in query["sql"]]
    arms = re.findall(r"\(SELECT .*? LIMIT 26\)", sql)
    assert len(page.rows) == 25
    assert len(arms) == 3
    assert [arm for arm in arms if " OR " in arm] == []
    columns = [re.findall(r'"(customer_id|organization_id|user_group_id)" (?:IN|=)', arm) for arm in arms]
    assert sorted(columns) == [["customer_id"], ["organization_id"], ["user_group_id"]]


def test_list_asks_for_one_more_than_a_page_and_not_for_all(db: None) -> None:
    viewer = viewer_for(make_member(make_group(Privilege.VIEW_ALL)))
    make_licenses(60)
    with CaptureQueriesContext(connection) as queries:
        license_page(viewer, Criteria(), Place())
    assert any(re.search(r"LIMIT 26\b", query["sql"]) for query in queries)


@pytest.mark.parametrize(
    ("role", "shows"),
    [("customer", (False, False)), ("contact", (True, False)), ("member", (True, True))],
)
def test_columns_depend_on_whom_one_sees(client: Client, anna: Customer, role: str, shows: tuple[bool, bool]) -> None:
    people = {
        "customer": anna.user,
        "contact": make_contact(make_organization("Acme")).user,
        "member": make_member(make_group()),
    }
    client.force_login(people[role])
    context = client.get(LIST).context
    assert (context["shows_customer"], context["shows_organization"]) == shows


def test_empty_list_says_whom_to_ask(client: Client, anna: Customer) -> None:
    client.force_login(anna.user)
    page = client.get(LIST).content.decode()
    assert "support@vendor.example" in page


def test_deleted_license_is_on_no_list(client: Client, anna: Customer) -> None:
    license = make_license(customer=anna)
    License.objects.filter(pk=license.pk).update(deleted_at=license.created_at)
    client.force_login(anna.user)
    assert client.get(LIST).context["page"].rows == []
