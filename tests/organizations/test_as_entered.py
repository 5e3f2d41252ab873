"""Customers whom a user group only entered: what it typed stands for them, and tells nothing else (section 5)."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from accounts.models import User
from licenses.models import License
from licenses.sharing import customer_name
from organizations.access import viewer_for
from organizations.customers import delete_customer, enter_customer
from organizations.models import EnteredCustomer, UserGroup
from organizations.privileges import Privilege
from organizations.viewer import Viewer
from tests.cast import make_customer, make_group, make_license, make_member, make_organization, name_contact
from tests.licenses.reselling import Recipient, issue_by
from tests.organizations.test_strangers import KNOWN, NEW, move

P = Privilege


@pytest.fixture
def north(db: None) -> UserGroup:
    group = make_group(P.CREATE, P.EDIT_CUSTOMERS, P.DELETE_CUSTOMERS, P.MANAGE_ORGANIZATIONS, name="North")
    UserGroup.objects.filter(pk=group.pk).update(may_issue_all_products=True)
    group.refresh_from_db()
    return group


@pytest.fixture
def rasmus(north: UserGroup) -> User:
    return make_member(north, "Rasmus North")


def seeing(user: User) -> Viewer:
    return viewer_for(User.objects.get(pk=user.pk))


def names_in_list(user: User, query: str = "") -> list[str]:
    client = Client()
    client.force_login(user)
    return [license.shown_customer for license in client.get(f"/licenses/{query}").context["page"].rows]


def test_name_leads_to_their_licenses_and_nobody_elses(rasmus: User, north: UserGroup) -> None:
    make_customer("Quentin Zeller", email=KNOWN)
    issue_by(north, recipients=(Recipient(KNOWN, "First"),), licensee="Somebody")
    issue_by(north, recipients=(Recipient(NEW, "Second"),))
    assert names_in_list(rasmus) == ["Second", "First"]
    entered = EnteredCustomer.objects.get()
    assert names_in_list(rasmus, f"?customer={entered.pk}") == ["First"]
    assert names_in_list(rasmus, f"?customer={entered.customer_id}") == ["Second", "First"], "unknown, so ignored"
    assert names_in_list(rasmus, "?q=first") == names_in_list(rasmus, f"?q={KNOWN}") == ["First"]
    for part in ("quentin", "uenti", "zeller", "ell"):
        assert names_in_list(rasmus, f"?q={part}") == []


def test_two_addresses_of_one_person_stay_two_customers(rasmus: User, north: UserGroup) -> None:
    kim = make_customer("Kim Known", email=KNOWN)
    issue_by(north, recipients=(Recipient(KNOWN, "First"),))
    move(kim, NEW)
    issue_by(north, recipients=(Recipient(NEW, "Second"),))
    assert names_in_list(rasmus) == ["Second", "First"]
    client = Client()
    client.force_login(rasmus)
    for entered in EnteredCustomer.objects.all():
        [license] = License.objects.filter(licensee=entered.full_name)
        rows = client.get(f"/customers/{entered.pk}/").context["licenses"].rows
        assert [row.url for row in rows] == [license.get_absolute_url()]


def test_licenses_are_issued_to_the_company_that_the_group_typed(rasmus: User, north: UserGroup) -> None:
    make_customer("Kim Known", email=KNOWN)
    enter_customer(seeing(rasmus), KNOWN, {"full_name": "Typed Name", "company": "Typed Ltd"})
    issue_by(north, recipients=(Recipient(KNOWN, "Other"),))
    assert License.objects.get().licensee == "Typed Ltd"


def test_what_another_group_typed_stays_with_it(rasmus: User, north: UserGroup) -> None:
    UserGroup.objects.filter(pk=north.pk).update(privileges=[*north.privileges, P.VIEW_ALL])
    make_customer("Kim Known", email=KNOWN)
    south = make_group(P.CREATE, P.EDIT_CUSTOMERS, name="South")
    UserGroup.objects.filter(pk=south.pk).update(may_issue_all_products=True)
    issue_by(UserGroup.objects.get(pk=south.pk), recipients=(Recipient(KNOWN, "As South knows"),), licensee="Licensee")
    assert names_in_list(rasmus) == ["Licensee"]
    assert names_in_list(rasmus, "?q=as south") == []


def test_who_is_given_the_license_afterwards_is_not_called_so(rasmus: User, north: UserGroup) -> None:
    make_customer("Kim Known", email=KNOWN)
    issue_by(north, recipients=(Recipient(KNOWN, "First"),), licensee="Licensee")
    License.objects.update(customer=make_customer("Mira Other"))
    assert names_in_list(rasmus) == ["Licensee"]
    assert names_in_list(rasmus, "?q=first") == []
    assert names_in_list(rasmus, f"?customer={EnteredCustomer.objects.get().pk}") == []


def test_once_the_group_serves_them_they_are_called_as_they_are(rasmus: User, north: UserGroup) -> None:
    kim = make_customer("Kim Known", email=KNOWN)
    issue_by(north, recipients=(Recipient(KNOWN, "First"),))
    kim.user_group = north
    kim.save()
    assert names_in_list(rasmus) == names_in_list(rasmus, f"?customer={kim.pk}") == ["Kim Known"]


def test_license_that_staff_issue_for_the_group_is_of_whom_it_entered(rasmus: User, north: UserGroup) -> None:
    kim = make_customer("Kim Known", email=KNOWN)
    enter_customer(seeing(rasmus), KNOWN, {"full_name": "First"})
    license = make_license(customer=kim, user_group=north)
    assert customer_name(seeing(rasmus), License.objects.get(pk=license.pk)) == "First"


def test_deleting_tells_nothing_of_what_they_are_to_others(rasmus: User, north: UserGroup) -> None:
    kim = make_customer("Kim Known", email=KNOWN)
    name_contact(make_organization("Acme", user_group=north), kim)
    entered = enter_customer(seeing(rasmus), KNOWN, {"full_name": "First"})
    delete_customer(seeing(rasmus), entered)
    assert not EnteredCustomer.objects.exists()
    kim.refresh_from_db()
    assert kim.user.full_name == "Kim Known"


def test_licenses_issued_before_this_was_marked_are_found_by_whom_they_are_of(rasmus: User, north: UserGroup) -> None:
    make_customer("Kim Known", email=KNOWN)
    issue_by(north, recipients=(Recipient(KNOWN, "First"),), licensee="Licensee")
    License.objects.update(entered=None)
    assert names_in_list(rasmus) == ["Licensee"]
    migration = import_module("licenses.migrations.0009_customers_as_entered")
    migration.mark_licenses(apps, connection.schema_editor())
    assert names_in_list(rasmus) == ["First"]
