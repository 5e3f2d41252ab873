"""For whom a Microsoft tenant vouches that staff entered for an organization."""

import pytest
from django.test import RequestFactory

from accounts.models import User
from organizations.models import Organization, OrganizationTenant
from organizations.sign_in import IdentityAdapter
from tests.cast import make_contact, make_customer, make_group, make_member, make_organization, name_contact

TENANT, ANOTHER = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d", "11111111-aaaa-4aaa-8aaa-111111111111"


@pytest.fixture
def acme(db: None) -> Organization:
    acme = make_organization("Acme")
    OrganizationTenant.objects.create(organization=acme, tenant_id=TENANT)
    return acme


def vouches(user: User, tenant: str = TENANT) -> bool:
    return IdentityAdapter(RequestFactory().get("/")).has_entered_tenant(user, tenant)


def test_tenant_vouches_for_members_and_contacts_of_its_organization(acme: Organization) -> None:
    assert vouches(make_customer("Mira", organization=acme).user)
    assert vouches(make_contact(acme, "Paula").user)


def test_another_tenant_vouches_for_none_of_them(acme: Organization) -> None:
    mira = make_customer("Mira", organization=acme).user
    globex = make_organization("Globex")
    OrganizationTenant.objects.create(organization=globex, tenant_id=ANOTHER)
    assert not vouches(mira, ANOTHER)
    assert not vouches(mira, "")
    assert not vouches(mira, TENANT.upper())


def test_tenant_vouches_for_nobody_elsewhere(acme: Organization) -> None:
    assert not vouches(make_customer("Ida").user)
    assert not vouches(make_customer("Greta", organization=make_organization("Globex")).user)
    assert not vouches(make_member(make_group(), "Nora"))


def test_tenant_does_not_vouch_for_who_can_do_something_elsewhere(acme: Organization) -> None:
    reseller = make_customer("Rasmus", organization=acme)
    make_group().members.create(user=reseller.user)
    assert not vouches(reseller.user)

    staff = make_customer("Stella", organization=acme).user
    staff.is_staff = True
    assert not vouches(staff)

    contact = make_customer("Otto", organization=acme)
    name_contact(make_organization("Globex"), contact)
    assert not vouches(contact.user)


def test_contact_from_outside_is_not_vouched_for(acme: Organization) -> None:
    consultant = make_customer("Connie", organization=make_organization("Consulting"))
    Organization.objects.filter(pk=acme.pk).update(primary_contact=consultant)
    assert not vouches(consultant.user)
