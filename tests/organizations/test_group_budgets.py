"""P3 for the pages of user groups: few questions, and no more with a thousand customers, organizations and members."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from licenses.models import License, MailTemplate
from organizations.models import Customer, EnteredCustomer, GroupMember, Organization
from tests.access_matrix.checks import browser_of
from tests.cast import Cast, make_cast
from tests.test_query_budgets import ANY_OTHER, MANY, add_many_rows, take_statistics, templates_cut_off
from tests.test_query_budgets import queries_by_page as queries_of_licenses

pytestmark = pytest.mark.usefixtures("demo_mark_asked_for_once")

PEOPLE = ("north", "north, every privilege", "staff with view and change")
OF_GROUPS = ("group", "group_member_add", "group_member_remove", "customer_create", "customer_edit", "customer_delete")
OF_ALL = ("customer_list", "customer_detail", "list")


@pytest.fixture
def cast(db: None) -> Cast:
    MailTemplate.objects.create(name="New", subject="Licenses", body="Hello {customer}.")
    return make_cast()


def test_pages_ask_few_questions_and_no_more_for_a_thousand_rows(cast: Cast) -> None:
    with_few = queries_by_page(cast)
    add_many_rows(cast)
    add_many_people(cast)
    with_many = queries_by_page(cast)
    assert {page: number for page, number in with_many.items() if number > ANY_OTHER} == {}
    assert {page: (number, with_few[page]) for page, number in with_many.items() if number > with_few[page]} == {}


def test_templates_ask_nothing(cast: Cast) -> None:
    with templates_cut_off():
        assert min(queries_by_page(cast).values()) > 0


def test_licenses_of_customers_as_entered_ask_no_more(cast: Cast) -> None:
    add_many_rows(cast)
    before = queries_of_licenses(cast)
    entered = EnteredCustomer.objects.create(
        user_group=cast.north, customer=cast.mira, email="mira@typed.example", full_name="Typed Name"
    )
    License.objects.filter(user_group=cast.north).update(entered=entered)
    with templates_cut_off():
        assert queries_of_licenses(cast) == before


def queries_by_page(cast: Cast) -> dict[str, int]:
    """Return how many queries each page takes for each person, named "person: page"."""
    found = {}
    for person in PEOPLE:
        client = browser_of(cast, person)
        client.get(reverse("licenses:list"))
        names = OF_ALL + (OF_GROUPS if person == "north, every privilege" else ())
        pages = {name: address_of(cast, name) for name in names}
        if person == "north, every privilege":
            pages |= {f"licenses:{name}": reverse(f"licenses:{name}", args=args) for name, args in of_issuing(cast)}
        if person != "north":
            pages["mail"] = reverse("licenses:mail", args=[cast.license.pk])
        for name in ("customer_list", "list"):
            pages[f"{name} found"] = f"{pages[name]}?q=m"
        for name, address in pages.items():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200, f"{person}: {name}"
            found[f"{person}: {name}"] = len(queries)
    return found


def of_issuing(cast: Cast) -> list[tuple[str, list[UUID]]]:
    """Return the pages that make, change and mail licenses, by name, with the ids in their addresses."""
    license, batch = [cast.license.pk], [cast.batch.pk]
    return [("create", []), ("edit", license), ("renew", license), ("batch", batch), ("batch_mail", batch)]


def address_of(cast: Cast, name: str) -> str:
    """Return the path of a page about Nina or Otto."""
    parts = {"group_member_remove": [cast.otto.pk]}
    nina = [cast.nina.pk] if name in {"customer_detail", "customer_edit", "customer_delete"} else []
    return reverse(f"organizations:{name}", args=parts.get(name, nina))


def add_many_people(cast: Cast) -> None:
    """Give North a thousand customers, entered customers, organizations and members."""
    users = User.objects.bulk_create(
        User(email=f"many{number}@people.example", full_name=f"Many {number}", folded_name=f"many {number}")
        for number in range(2 * MANY)
    )
    customers = Customer.objects.bulk_create(
        Customer(user=user, user_group=cast.north if number < MANY else None) for number, user in enumerate(users)
    )
    EnteredCustomer.objects.bulk_create(
        EnteredCustomer(user_group=cast.north, customer=each, email=each.user.email, full_name="Many entered")
        for each in customers[MANY:]
    )
    Organization.objects.bulk_create(
        Organization(name=f"Many {number}", user_group=cast.north) for number in range(MANY)
    )
    GroupMember.objects.bulk_create(GroupMember(user=user, user_group=cast.north) for user in users[:MANY])
    take_statistics()
