"""A member's address leaves the organization's mail domains: the contacts are told, and nobody else."""

import pytest

from accounts.mail import take_out, waiting
from accounts.models import User
from accounts.own_address import Change, _state, change_address, give_back_address
from organizations.models import Customer, Organization, OrganizationDomain
from tests.cast import make_contact, make_customer, make_organization

PRIVATE, INSIDE = "mira@private.example", "mira.lindholm@acme.example"


@pytest.fixture
def acme(db: None) -> Organization:
    acme = make_organization("Acme")
    OrganizationDomain.objects.create(organization=acme, domain="acme.example")
    return acme


@pytest.fixture
def paula(acme: Organization) -> Customer:
    return make_contact(acme, "Paula Brandt")


@pytest.fixture
def samuel(acme: Organization) -> Customer:
    return make_contact(acme, "Samuel Okoro", is_secondary=True)


@pytest.fixture
def mira(acme: Organization) -> Customer:
    return make_customer("Mira Lindholm", organization=acme, email="mira@acme.example")


def move(person: Customer, address: str) -> None:
    """Let the person confirm another address."""
    user = User.objects.get(pk=person.user_id)
    change_address(user, Change(user.pk.hex, address, _state(user)))


def told() -> set[str]:
    """Return who is told that an address is outside of the domains."""
    return {mail.to[0] for mail in waiting() if "outside of Acme" in mail.subject}


def test_both_contacts_are_told_with_both_addresses_and_the_way_on(
    paula: Customer, samuel: Customer, mira: Customer, acme: Organization
) -> None:
    move(mira, PRIVATE)
    assert told() == {paula.user.email, samuel.user.email}
    [text] = {take_out(mail)[0] for mail in waiting() if mail.to == [paula.user.email]}
    for said in ("Mira Lindholm", "mira@acme.example", PRIVATE, f"http://127.0.0.1:8000/organizations/{acme.pk}/"):
        assert said in text


def test_address_within_the_domains_is_nobodys_business(paula: Customer, mira: Customer) -> None:
    move(mira, INSIDE)
    assert told() == set()


def test_address_that_was_outside_before_tells_nothing_new(paula: Customer, mira: Customer) -> None:
    move(mira, PRIVATE)
    waiting().delete()
    move(mira, "mira@elsewhere.example")
    assert told() == set()


def test_organization_without_domains_has_none_to_leave(paula: Customer, mira: Customer) -> None:
    OrganizationDomain.objects.all().delete()
    move(mira, PRIVATE)
    assert told() == set()


def test_contact_who_moves_is_known_to_themselves(paula: Customer, samuel: Customer, mira: Customer) -> None:
    move(paula, "paula@acme.example")
    move(paula, "paula@private.example")
    assert told() == {samuel.user.email}


def test_person_of_no_organization_tells_nobody(paula: Customer, mira: Customer) -> None:
    Customer.objects.filter(pk=mira.pk).update(organization=None)
    move(mira, PRIVATE)
    assert told() == set()


def test_address_that_staff_give_back_is_told_as_well(paula: Customer, mira: Customer) -> None:
    move(mira, PRIVATE)
    move(mira, INSIDE)
    waiting().delete()
    give_back_address(User.objects.get(pk=mira.user_id), PRIVATE)
    assert told() == {paula.user.email}
