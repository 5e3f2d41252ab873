"""What a user group learns of people whom it does not serve: what it typed itself, and nothing else (section 5)."""

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.test import Client

from accounts.audit import Actor, Kind
from accounts.models import User
from licenses.assigning import assign
from licenses.models import License
from organizations.access import viewer_for
from organizations.customers import enter_customer
from organizations.membership.invitations import invite
from organizations.membership.leaving import Settlement, end_membership
from organizations.membership.managing import Refused
from organizations.models import Customer, EnteredCustomer, UserGroup
from organizations.privileges import Privilege
from organizations.serving import customer_for_issue
from organizations.viewer import Viewer
from tests.cast import make_contact, make_customer, make_group, make_license, make_member, make_organization
from tests.licenses.reselling import Recipient, issue_by

KNOWN, NEW = "kim@known.example", "kim@elsewhere.example"
P = Privilege


@pytest.fixture
def north(db: None) -> UserGroup:
    group = make_group(P.CREATE, P.EDIT_CUSTOMERS, P.MANAGE_ORGANIZATIONS, P.VIEW_ALL, name="North")
    UserGroup.objects.filter(pk=group.pk).update(may_issue_all_products=True)
    group.refresh_from_db()
    return group


@pytest.fixture
def rasmus(north: UserGroup) -> User:
    return make_member(north, "Rasmus North")


def seeing(user: User) -> Viewer:
    return viewer_for(User.objects.get(pk=user.pk))


def issued_to(group: UserGroup, address: str) -> Customer:
    actor = Actor(Kind.GROUP, None, "Rasmus North", group.name, group.pk)
    with transaction.atomic():
        return customer_for_issue(group, "Typed Name", address, actor)


def move(customer: Customer, address: str) -> None:
    """Let the person sign in with another address from now on."""
    User.objects.filter(pk=customer.user_id).update(email=address)
    EmailAddress.objects.filter(user_id=customer.user_id).update(email=address)


def test_page_of_who_was_entered_lists_no_license_of_others(rasmus: User, north: UserGroup) -> None:
    kim = make_customer("Kim Known", email=KNOWN)
    theirs = make_license(customer=kim, user_group=make_group(name="South"), licensee="Kim Known")
    entered = enter_customer(seeing(rasmus), KNOWN, {"full_name": "Typed Name"})
    own = make_license(customer=kim, user_group=north, licensee="Typed Name")
    client = Client()
    client.force_login(rasmus)
    page = client.get(f"/customers/{entered.pk}/").content.decode()
    assert own.get_absolute_url() in page
    assert theirs.get_absolute_url() not in page
    assert client.get(theirs.get_absolute_url()).status_code == 200, "they see it, and not whose it is"


def test_who_has_an_address_after_somebody_else_is_named_as_typed(rasmus: User, north: UserGroup) -> None:
    kim = make_customer("Kim Known", email=KNOWN)
    issued_to(north, KNOWN)
    move(kim, NEW)
    make_customer("Robert Real", email=KNOWN)
    issue_by(north, recipients=(Recipient(KNOWN, "Somebody"),))
    license = License.objects.get()
    assert license.customer is not None
    assert (license.customer.user.full_name, license.licensee) == ("Robert Real", "Typed Name")
    assert EnteredCustomer.objects.get().customer == license.customer


def test_address_that_nobody_has_any_more_is_somebody_new(north: UserGroup, rasmus: User) -> None:
    kim = make_customer("Kim Known", email=KNOWN)
    issued_to(north, KNOWN)
    move(kim, NEW)
    customer = issued_to(north, KNOWN)
    assert customer != kim
    assert customer.user_group == north
    assert not EnteredCustomer.objects.visible_to(seeing(rasmus)).exists(), "the customer’s own row is there instead"


def test_two_addresses_of_one_person_are_named_as_each_was_typed(north: UserGroup) -> None:
    kim = make_customer("Kim Known", email=KNOWN)
    issue_by(north, recipients=(Recipient(KNOWN, "First Name"),))
    move(kim, NEW)
    issue_by(north, recipients=(Recipient(NEW, "Second Name"),))
    assert list(License.objects.order_by("pk").values_list("licensee", flat=True)) == ["First Name", "Second Name"]


def test_group_is_not_told_who_got_a_license_or_left_whom_it_does_not_serve(rasmus: User, north: UserGroup) -> None:
    acme = make_organization("Acme", user_group=north)
    paula, kim = make_contact(acme, "Paula Brandt"), make_customer("Kim Known", email=KNOWN, organization=acme)
    nina = make_customer("Nina Served", email="nina@served.example", organization=acme, user_group=north)
    license = make_license(organization=acme, user_group=north)
    for holder in (kim, nina, None):
        assign([license.pk], acme.pk, holder, Actor.person(paula.user))
    told = texts_of(rasmus, license)
    assert "gave the license to somebody" in told
    assert "gave the license to nobody" in told
    end_membership(seeing(paula.user), acme.pk, kim.pk, Settlement())
    assert not any(each in texts_of(rasmus, license) for each in ("Kim", KNOWN))
    assert "gave the license to Kim Known" in texts_of(paula.user, license)


def test_group_is_told_who_got_a_license_whom_it_serves(rasmus: User, north: UserGroup) -> None:
    acme = make_organization("Acme", user_group=north)
    paula, nina = make_contact(acme, "Paula Brandt"), make_customer("Nina", organization=acme, user_group=north)
    license = make_license(organization=acme, user_group=north)
    assign([license.pk], acme.pk, nina, Actor.person(paula.user))
    assert "gave the license to Nina" in texts_of(rasmus, license)


def texts_of(user: User, license: License) -> str:
    """Return the activity and the page of the license, as that person reads them."""
    client = Client()
    client.force_login(user)
    pages = (client.get(path) for path in ("/activity/", license.get_absolute_url()))
    return "".join(page.content.decode() for page in pages)


def test_group_that_invites_a_user_whom_it_does_not_serve_learns_no_name(rasmus: User, north: UserGroup) -> None:
    acme = make_organization("Acme", user_group=north)
    make_customer("Kim Known", email=KNOWN, organization=acme)
    make_customer("Nina Served", email="nina@served.example", organization=acme, user_group=north)
    with pytest.raises(Refused, match=f"{KNOWN} belongs to Acme already"):
        invite(seeing(rasmus), acme.pk, KNOWN, "Typed Name")
    with pytest.raises(Refused, match="Nina Served belongs to Acme already"):
        invite(seeing(rasmus), acme.pk, "nina@served.example", "Typed Name")
