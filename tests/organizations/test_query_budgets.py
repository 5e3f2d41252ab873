"""P3 for an organization's pages: few questions, and no more with a thousand users, invitations and licenses."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from organizations.models import Customer, Invitation
from tests.access_matrix.checks import browser_of
from tests.cast import Cast, make_cast
from tests.test_query_budgets import ANY_OTHER, MANY, add_many_rows, take_statistics, templates_cut_off

pytestmark = pytest.mark.usefixtures("demo_mark_asked_for_once")

PEOPLE = ("primary contact", "outside contact", "north, every privilege", "staff with view and change", "superuser")
ONLY_READS = "north, every privilege"
OF_ALL = ("detail", "user_add", "users_add")
OF_CONTACTS = ("contacts", "user_edit", "user_leave", "assign_several", "assign")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_pages_ask_few_questions_and_no_more_for_a_thousand_users(cast: Cast) -> None:
    with_few = queries_by_page(cast)
    add_many_rows(cast)
    add_many_people(cast)
    with_many = queries_by_page(cast)
    assert {page: number for page, number in with_many.items() if number > ANY_OTHER} == {}
    assert {page: (number, with_few[page]) for page, number in with_many.items() if number > with_few[page]} == {}


def test_buttons_ask_no_more_for_a_thousand_users(cast: Cast) -> None:
    with_few = queries_by_button(cast)
    add_many_rows(cast)
    add_many_people(cast)
    assert queries_by_button(cast) == with_few


def test_templates_ask_nothing(cast: Cast) -> None:
    with templates_cut_off():
        assert min(queries_by_page(cast).values()) > 0


def queries_by_page(cast: Cast) -> dict[str, int]:
    """Return how many queries each page takes for each person, named "person: page"."""
    found = {}
    for person in PEOPLE:
        client = browser_of(cast, person)
        client.get(reverse("licenses:list"))
        pages = {name: address_of(cast, name) for name in OF_ALL + (() if person == ONLY_READS else OF_CONTACTS)}
        pages["found"] = f"{pages['detail']}?q=m"
        for name, address in pages.items():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200, f"{person}: {name}"
            found[f"{person}: {name}"] = len(queries)
    return found


def queries_by_button(cast: Cast) -> dict[str, int]:
    """Return how many queries each button takes for a contact, by the button's name."""
    client, found = browser_of(cast, "primary contact"), {}
    client.get(reverse("licenses:list"))
    buttons = {"user_add": {"full_name": "Nina", "email": "nina@new.example"}, "user_edit": {}}
    for name, fields in buttons.items():
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            assert client.post(address_of(cast, name), fields).status_code in {200, 302}
            transaction.set_rollback(True)
        found[name] = len(queries)
    return found


def address_of(cast: Cast, name: str) -> str:
    """Return the path of a page about Acme, Mira or her license."""
    if name == "assign":
        return reverse("licenses:assign", args=[cast.license.pk])
    if name == "assign_several":
        return reverse("licenses:assign_several", args=[cast.acme.pk])
    member = [cast.mira.pk] if name in {"user_edit", "user_leave"} else []
    return reverse(f"organizations:{name}", args=[cast.acme.pk, *member])


def add_many_people(cast: Cast) -> None:
    """Put a thousand users and a thousand open invitations into Acme; no license is Mira's but the cast's."""
    users = User.objects.bulk_create(
        User(email=f"mass{number}@people.example", full_name=f"Mass {number}", folded_name=f"mass {number}")
        for number in range(MANY)
    )
    Customer.objects.bulk_create(Customer(user=user, organization=cast.acme, user_group=cast.north) for user in users)
    Invitation.objects.bulk_create(
        Invitation(
            organization=cast.acme,
            email=f"mass{number}@invited.example",
            full_name=f"Mass {number}",
            invited_by=users[0],
            token_hash=f"mass {number}",
            mailed_at=timezone.now() - timedelta(days=2),
            expires_at=timezone.now() + timedelta(days=5),
        )
        for number in range(MANY)
    )
    take_statistics()
