"""What else happens to customers and organizations while licenses are made for them (Product rules, section 5)."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts.audit import Actor
from licenses.errors import LicenseError, Reason
from licenses.models import License, ProductVersion
from licenses.orders import Order, Placed
from organizations.access import viewer_for
from organizations.customers import delete_customer
from organizations.membership.contacts import name_first_contact
from organizations.membership.managing import Refused
from organizations.models import Customer, EnteredCustomer, Organization
from tests.cast import make_customer, make_group, make_member, make_organization, make_product, make_staff
from tests.licenses.reselling import P, Recipient, actor_of, issue_by, make_reseller, order_of, place
from tests.races.racing import in_own_connection

MIRA = Recipient("mira@acme.example", "Typed Name")

with_others = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one write at a time; the run on PostgreSQL tests it"
)


def make_order(is_staff: bool, **changed: object) -> Callable[[], Placed]:
    """Return the placing of an order for Mira, by staff or by the group North."""
    order: Order = order_of(**{"recipients": (MIRA,), **changed})
    if is_staff:
        stella = Actor.vendor(make_staff("Stella", "view", "add"))
        return lambda: place(order, None, stella)
    north = make_reseller(P.CREATE, P.EDIT_CUSTOMERS)
    actor = actor_of(north)
    return lambda: place(order, north.pk, actor)


def meanwhile(first: Callable[[], object], then: Callable[[], object]) -> "Future[object]":
    """Do `first`, let somebody else begin with `then` before it is committed, and return how that ended."""
    with ThreadPoolExecutor(1) as others:
        with transaction.atomic():
            first()
            future = others.submit(in_own_connection(then))
            until_somebody_waits()
        future.exception(timeout=30)
    return future


def until_somebody_waits() -> None:
    """Return once somebody waits for a row that this transaction holds."""
    with connection.cursor() as cursor:
        for _number in range(1_000):
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.fetchone():
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")


@with_others
@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("is_staff", [False, True], ids=["group", "staff"])
def test_customer_to_whom_somebody_issues_is_not_deleted(is_staff: bool) -> None:
    south = make_group(P.DELETE_CUSTOMERS, name="South")
    mira, viewer = make_customer("Mira", user_group=south, email=MIRA.address), viewer_for(make_member(south))
    meanwhile(make_order(is_staff), lambda: delete_customer(viewer, mira)).result()
    assert License.objects.get().customer == mira
    assert Customer.objects.get(pk=mira.pk).user_group is None


@with_others
@pytest.mark.usefixtures("transactional_db")
def test_customer_who_was_just_deleted_is_entered_anew() -> None:
    south = make_group(P.DELETE_CUSTOMERS, name="South")
    mira, viewer = make_customer("Mira", user_group=south, email=MIRA.address), viewer_for(make_member(south))
    meanwhile(lambda: delete_customer(viewer, mira), make_order(is_staff=False)).result()
    customer = License.objects.get().customer
    assert customer is not None
    assert (customer == mira, customer.user.full_name) == (False, "Typed Name")


@with_others
@pytest.mark.usefixtures("transactional_db")
def test_two_groups_that_enter_the_same_people_at_once_both_issue_to_them() -> None:
    south, people = make_group(P.CREATE, P.EDIT_CUSTOMERS, name="South"), (Recipient("a@acme.example", "Anna"), MIRA)
    south.may_issue_all_products = True
    south.save()
    order, actor = order_of(recipients=people), actor_of(south)
    meanwhile(make_order(is_staff=False), lambda: place(order, south.pk, actor)).result()
    assert sorted(each.licensee for each in License.objects.all()) == ["Anna", "Typed Name", "Typed Name"]
    assert EnteredCustomer.objects.get().user_group == south


@with_others
@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("is_chosen", [True, False], ids=["chosen", "the customer’s"])
def test_contact_is_not_named_while_somebody_else_makes_licenses_of_the_organization(is_chosen: bool) -> None:
    west = make_group(P.MANAGE_ORGANIZATIONS, name="West")
    acme = make_organization("Acme", user_group=west)
    mira = make_customer("Mira", organization=acme, email=MIRA.address)
    viewer = viewer_for(make_member(west, is_manager=True))
    placing = make_order(is_staff=True, **({"organization": acme} if is_chosen else {}))
    with pytest.raises(Refused, match="Not every license"):
        meanwhile(placing, lambda: name_first_contact(viewer, acme.pk, mira.pk)).result()
    assert License.objects.get().organization == acme


@with_others
@pytest.mark.usefixtures("transactional_db")
def test_customer_who_joins_an_organization_at_that_moment_gets_nothing_by_halves() -> None:
    acme, mira = make_organization("Acme"), make_customer("Mira", email=MIRA.address)

    def join() -> None:
        Customer.objects.select_for_update().filter(pk=mira.pk).update(organization=acme)

    with pytest.raises(LicenseError, match="changed at this very moment") as refused:
        meanwhile(join, make_order(is_staff=True)).result()
    assert refused.value.reason is Reason.STALE
    assert not License.objects.exists()


@pytest.mark.django_db
def test_organization_that_staff_took_from_the_group_gets_no_license_of_it() -> None:
    north = make_reseller(P.CREATE, P.EDIT_CUSTOMERS)
    acme = make_organization("Acme", user_group=north)
    Organization.objects.filter(pk=acme.pk).update(user_group=make_group(name="South"))
    with pytest.raises(LicenseError, match="Acme is no organization of your user group any more"):
        issue_by(north, organization=acme)
    Organization.objects.filter(pk=acme.pk).delete()
    with pytest.raises(LicenseError, match="changed at this very moment"):
        issue_by(north, organization=acme)


@pytest.mark.usefixtures("transactional_db")
def test_what_was_removed_a_moment_ago_is_refused_and_nothing_is_made() -> None:
    product = make_product()
    placing = make_order(is_staff=False, product=product)
    ProductVersion.objects.filter(product=product).delete()
    with pytest.raises(LicenseError, match="removed at this very moment") as refused:
        placing()
    assert refused.value.reason is Reason.STALE
    assert not License.objects.exists()
    assert not Customer.objects.exists()
