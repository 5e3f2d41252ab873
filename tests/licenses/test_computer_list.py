"""The list of computers: those in use on every license one sees, newest license first, 25 by key, found by a text."""

import re
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from licenses import computer_list
from licenses.computer_list import Place, computer_count, computer_page
from licenses.models import Activation, License
from organizations import paging
from organizations.access import viewer_for
from organizations.models import Customer
from tests import reading
from tests.cast import (
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_product,
)
from tests.licenses.computers import all_pages, in_use_on, place_of, rows_of, whole_list
from tests.world_rows import Rows, existing
from tests.worlds import GroupFacts, LicenseFacts, OrganizationFacts, PersonFacts, World, worlds


@pytest.fixture
def anna(db: None) -> Customer:
    return make_customer("Anna Acme")


def test_pages_hold_25_newest_license_first_and_lead_on_and_back(anna: Customer) -> None:
    for number in (30, 1, 0, 26, 3):
        in_use_on(make_license(customer=anna), number)
    viewer = viewer_for(anna.user)
    pages = all_pages(viewer)
    assert [len(page.rows) for page in pages] == [25, 25, 10]
    assert rows_of(pages) == whole_list(viewer)
    assert {page.count_text for page in pages} == {"60"}
    assert (pages[0].previous_url, pages[-1].next_url) == (None, None)


def test_page_of_exactly_25_has_no_next(anna: Customer) -> None:
    in_use_on(make_license(customer=anna), 25)
    page = computer_page(viewer_for(anna.user), "", Place())
    assert (len(page.rows), page.next_url, page.previous_url) == (25, None, None)


def test_deactivated_computers_are_not_listed(anna: Customer) -> None:
    license = make_license(customer=anna, computers=("OLD", "NEW"))
    license.activations.filter(computer_name="OLD").update(deactivated_at=timezone.now())
    License.objects.filter(pk=license.pk).update(activations_in_use=1)
    page = computer_page(viewer_for(anna.user), "", Place())
    assert ([row.computer_name for row in page.rows], page.count_text) == (["NEW"], "1")


def test_computer_seen_in_several_ways_stands_once(db: None) -> None:
    acme = make_organization("Acme")
    paula = make_contact(acme)
    in_use_on(make_license(customer=paula, organization=acme, user_group=make_group()), 27)
    page = computer_page(viewer_for(paula.user), "", Place())
    assert (len(set(page.rows)), page.count_text) == (25, "27")


def test_computer_deactivated_meanwhile_leaves_the_pages_whole(anna: Customer) -> None:
    in_use_on(make_license(customer=anna), 30)
    viewer = viewer_for(anna.user)
    rows, first = whole_list(viewer), computer_page(viewer, "", Place())
    Activation.objects.filter(pk=rows[24].pk).update(deactivated_at=timezone.now())
    assert computer_page(viewer, "", place_of(first.next_url)).rows == rows[25:]


@pytest.mark.parametrize("text", ["", "x", "_", "0_0", f"{UUID(int=0)}", f"{UUID(int=0)}_x", "1" * 500, "../.."])
def test_unreadable_place_is_the_first_page(text: str) -> None:
    assert Place.read({"after": text}) == Place.read({"before": text}) == Place()


@pytest.mark.parametrize("number", [0, 2**128 - 1])
@pytest.mark.parametrize("is_backwards", [True, False])
def test_page_beyond_either_end_shows_the_first(anna: Customer, number: int, *, is_backwards: bool) -> None:
    in_use_on(make_license(customer=anna), 3)
    viewer, end = viewer_for(anna.user), UUID(int=number)
    assert computer_page(viewer, "", Place((end, end), is_backwards=is_backwards)).rows == whole_list(viewer)


def test_place_at_a_license_of_others_tells_nothing_of_it(anna: Customer) -> None:
    other = make_license(computers=("THEIRS-1", "THEIRS-2"))
    mine = make_license(customer=anna, computers=("MINE",))
    first, second = other.activations.order_by("pk")
    for place in (Place((other.pk, second.pk)), Place((other.pk, first.pk), is_backwards=True)):
        assert [row.license for row in computer_page(viewer_for(anna.user), "", place).rows] == [mine]


@pytest.mark.parametrize(("limit", "count"), [(3, "3+"), (4, "4"), (5, "4")])
def test_counts_are_exact_up_to_the_limit(
    anna: Customer, monkeypatch: pytest.MonkeyPatch, limit: int, count: str
) -> None:
    for number in (3, 1):
        in_use_on(make_license(customer=anna), number)
    monkeypatch.setattr(paging, "COUNT_LIMIT", limit)
    assert computer_count(viewer_for(anna.user)) == count


def test_each_way_reads_no_more_licenses_than_fill_a_page_each_by_its_own_index(db: None) -> None:
    north, acme, product = make_group(name="North"), make_organization("Acme"), make_product()
    member = make_member(north)
    paula = Customer.objects.create(user=member, organization=acme)
    acme.primary_contact = paula
    acme.save()
    for whose in ({"customer": paula}, {"organization": acme}, {"user_group": north}):
        for _ in range(3):
            in_use_on(make_license(product=product, **whose), 20)
    with CaptureQueriesContext(connection) as queries:
        page = computer_page(viewer_for(User.objects.get(pk=member.pk)), "", Place())
    assert len(page.rows) == 25
    [licenses] = [query["sql"] for query in queries if "LIMIT 26)" in query["sql"]]
    arms = re.findall(r"\(SELECT .*? LIMIT 26\)", licenses)
    assert len(arms) == 3
    assert [arm for arm in arms if " OR " in arm] == []
    [rows] = [query["sql"] for query in queries if query["sql"].endswith("LIMIT 26") and "computer_id" in query["sql"]]
    named = re.search(r'"license_id" IN \(([^)]*)\)', rows)
    assert named is not None
    assert len(named[1].split(",")) == 2


# Who sees which


def assert_lists_what_the_rules_say(world: World, rows: Rows) -> None:
    for who, user in enumerate(rows.users):
        viewer = viewer_for(User.objects.get(pk=user.pk))
        seen = [n for n, facts in enumerate(world.licenses) if reading.ways(world, who, facts)]
        expected = Activation.objects.filter(license__in=[rows.licenses[n].pk for n in seen])
        pages = all_pages(viewer)
        assert rows_of(pages) == list(expected.order_by("-license_id", "-pk")), f"person {who}"
        assert pages[0].count_text == str(len(expected))


EVERY_WAY = World(
    groups=(GroupFacts(frozenset({"view_all"})), GroupFacts()),
    people=(
        PersonFacts(is_customer=True, member_of=1),
        PersonFacts(member_of=0),
        PersonFacts(is_staff=True, is_superuser=True),
        PersonFacts(is_customer=True, is_active=False),
    ),
    organizations=(OrganizationFacts(primary=0),),
    licenses=(
        LicenseFacts(customer=0, organization=0, group=1),
        LicenseFacts(organization=0),
        LicenseFacts(group=0, is_deleted=True),
        LicenseFacts(customer=3),
    ),
)


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(world=EVERY_WAY, more=[0, 2, 1, 0, 0, 0, 0], page_size=1)
@given(world=worlds(), more=st.lists(st.integers(0, 3), min_size=7, max_size=7), page_size=st.integers(1, 3))
def test_every_person_of_any_world_gets_exactly_the_computers_of_the_licenses_they_see(
    world: World, more: list[int], page_size: int
) -> None:
    with existing(world) as rows, pytest.MonkeyPatch.context() as patch:
        for license, number in zip(rows.licenses, more, strict=False):
            in_use_on(license, number)
        for module in ("organizations.paging", "licenses.computer_list"):
            patch.setattr(f"{module}.PAGE_SIZE", page_size)
        assert_lists_what_the_rules_say(world, rows)


@pytest.mark.django_db
def test_control_list_that_forgets_a_way_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    every_way = computer_list.ways_apart
    monkeypatch.setattr(computer_list, "ways_apart", lambda viewer: every_way(viewer)[:1])
    with existing(EVERY_WAY) as rows, pytest.raises(AssertionError):
        assert_lists_what_the_rules_say(EVERY_WAY, rows)
