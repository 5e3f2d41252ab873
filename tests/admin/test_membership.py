"""Staff put customers into organizations, name contacts from outside, and keep licenses with their organization."""

import pytest
from django.test import Client

from accounts.models import AuditEvent
from licenses.models import License
from organizations.models import Customer, Organization, OrganizationDomain
from tests.admin.pages import address, form_of, save, told
from tests.cast import make_contact, make_customer, make_license, make_organization, make_product


@pytest.fixture
def acme(db: None) -> Organization:
    organization = make_organization("Acme")
    OrganizationDomain.objects.create(organization=organization, domain="acme.example")
    return organization


def test_licenses_are_ticked_when_staff_put_a_customer_into_an_organization(
    everything: Client, acme: Organization
) -> None:
    anna = make_customer("Anna Berg")
    first, second = make_license(customer=anna), make_license(customer=anna)
    page = address(Customer, "change", anna.pk)
    assert form_of(everything.get(page))["handed_over"] == [str(second.pk), str(first.pk)]

    save(everything, page, organization=acme.pk)

    assert set(License.objects.filter(organization=acme)) == {first, second}
    assert AuditEvent.objects.filter(action="license.handed_over", organization_id=acme.pk).count() == 2


def test_licenses_that_staff_untick_stay_the_customers_own(everything: Client, acme: Organization) -> None:
    anna = make_customer("Anna Berg")
    moved, kept = make_license(customer=anna), make_license(customer=anna)

    save(everything, address(Customer, "change", anna.pk), organization=acme.pk, handed_over=[str(moved.pk)])

    assert list(License.objects.filter(organization=acme)) == [moved]
    assert list(License.objects.filter(organization=None)) == [kept]


@pytest.mark.parametrize(("tick", "moved"), [("on", 26), ("", 0)])
def test_too_many_licenses_to_tick_one_by_one_move_along_by_one_tick(
    everything: Client, acme: Organization, tick: str, moved: int
) -> None:
    anna, product = make_customer("Anna Berg"), make_product()
    for _ in range(26):
        make_license(customer=anna, product=product)
    page = address(Customer, "change", anna.pk)
    form = form_of(everything.get(page))
    assert (form["all_handed_over"], "handed_over" in form) == ("on", False)

    save(everything, page, organization=acme.pk, all_handed_over=tick)

    assert License.objects.filter(organization=acme).count() == moved


def test_who_is_taken_out_of_an_organization_takes_none_of_its_licenses_along(
    everything: Client, acme: Organization
) -> None:
    mira = make_customer("Mira Lindholm", organization=acme)
    license = make_license(customer=mira, organization=acme)

    save(everything, address(Customer, "change", mira.pk), organization="")

    license.refresh_from_db()
    assert (license.organization, license.customer) == (acme, None)
    assert Customer.objects.get(pk=mira.pk).organization is None


def test_a_contact_from_outside_needs_a_tick_and_a_reason(everything: Client, acme: Organization) -> None:
    hal = make_customer("Hal Holding")
    page, why = address(Organization, "change", acme.pk), "The holding manages its licenses."

    for fields in ({}, {"is_outside_meant": "on"}, {"outside_reason": why}):
        refused = save(everything, page, primary_contact=hal.pk, **fields)
        assert "Hal Holding is no member of this organization." in told(refused)
    save(everything, page, primary_contact=hal.pk, is_outside_meant="on", outside_reason=why)

    acme.refresh_from_db()
    assert (acme.primary_contact, acme.outside_reason) == (hal, why)


def test_a_new_customer_with_an_address_in_a_domain_is_proposed_as_a_member(
    everything: Client, acme: Organization
) -> None:
    add, new = address(Customer, "add"), {"email": "nina@acme.example", "full_name": "Nina New"}

    asked = save(everything, add, **new)
    assert "acme.example is a mail domain of Acme, which is chosen now." in told(asked)
    assert not Customer.objects.exists()
    everything.post(add, form_of(asked))

    assert Customer.objects.get().organization == acme


def test_a_new_customer_in_a_domain_can_belong_to_nobody(everything: Client, acme: Organization) -> None:
    save(everything, address(Customer, "add"), email="nina@acme.example", full_name="Nina New", is_alone="on")

    assert Customer.objects.get().organization is None


def test_a_license_of_one_organization_is_refused_for_a_customer_of_another(
    everything: Client, acme: Organization
) -> None:
    gina = make_contact(make_organization("Globex"), "Gina Globex")
    fields = {"product_version": make_product().versions.get().pk, "license_model": "permanent", "customer": gina.pk}

    page = save(everything, address(License, "add"), **fields, organization=acme.pk)

    assert "Gina Globex belongs to Globex, and the license to Acme. Only its users can have it." in told(page)
    assert not License.objects.exists()
