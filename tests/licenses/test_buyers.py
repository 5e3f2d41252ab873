"""A customer of one user group may belong to an organization of another: whose are the licenses they buy?"""

import pytest
from django.test import Client

from accounts.audit import Actor
from licenses.issuing import issue
from licenses.models import License
from licenses.orders import Recipient, place
from organizations.models import Customer, Organization, UserGroup
from tests.cast import make_customer, make_group, make_organization, make_product, make_staff, name_contact
from tests.licenses.reselling import PERMANENT, P, issued_by, make_reseller, order_of

pytestmark = pytest.mark.django_db
MAY = (P.CREATE, P.EDIT_CUSTOMERS)
XENA = Recipient("xena@buyer.example")


@pytest.fixture
def south() -> UserGroup:
    return make_group(*MAY, name="South")


@pytest.fixture
def organization(south: UserGroup) -> Organization:
    """An organization of South's, whose contact Carl is South's customer."""
    organization = make_organization("Southern Works", user_group=south)
    name_contact(organization, make_customer("Carl Contact", organization=organization, user_group=south))
    return organization


def make_xena(organization: Organization, group: UserGroup | None) -> Customer:
    return make_customer("Xena Buyer", organization=organization, user_group=group, email=XENA.address)


def test_contact_of_another_groups_organization_does_not_get_hold_of_the_license(
    client: Client, organization: Organization
) -> None:
    north = make_reseller(*MAY)
    make_xena(organization, north)
    license = issued_by(north, recipients=(XENA,))
    assert (license.organization, license.licensee) == (None, "Xena Buyer")
    assert organization.primary_contact is not None
    client.force_login(organization.primary_contact.user)
    assert client.get(license.get_absolute_url()).status_code == 404


def test_license_is_of_the_customers_organization_where_no_group_looks_after_it() -> None:
    north, globex = make_reseller(*MAY), make_organization("Globex")
    make_xena(globex, north)
    license = issued_by(north, recipients=(XENA,))
    assert (license.organization, license.licensee) == (globex, "Xena Buyer")


def test_order_of_the_vendor_for_a_group_does_the_same(organization: Organization) -> None:
    north, vendor = make_reseller(*MAY), Actor.vendor(make_staff("Stella", "add"))
    make_xena(organization, north)
    [theirs] = place(order_of(recipients=(XENA,), user_group=north), None, vendor).licenses
    assert (theirs.organization, theirs.licensee) == (None, "Xena Buyer")
    [nobodys] = place(order_of(recipients=(XENA,)), None, vendor).licenses
    assert nobodys.organization == organization, "no other group’s license comes to the organization"
    [named] = place(order_of(recipients=(XENA,), user_group=north, organization=organization), None, vendor).licenses
    assert named.organization == organization, "the vendor may choose it"


def test_license_that_staff_issue_for_a_group_does_the_same(organization: Organization, south: UserGroup) -> None:
    north, vendor = make_reseller(*MAY), Actor.vendor(make_staff("Stella", "add"))
    xena, version = make_xena(organization, north), make_product().versions.get()
    for group, expected in ((north, None), (south, organization), (None, organization)):
        license = License(product_version=version, license_model=PERMANENT, customer=xena, user_group=group)
        assert issue(license, vendor).organization == expected
