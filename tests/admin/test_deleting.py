"""What has a history is not deleted, and the page says what stands against it."""

import pytest
from django.db.models import Model, ProtectedError
from django.test import Client

from accounts.models import AuditEvent, User
from licenses.models import Activation, Feature, License, Product, ProductVersion, SigningKey
from organizations.models import Customer, Organization, UserGroup
from tests.admin.pages import address, told
from tests.cast import (
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_product,
)


def test_licenses_activations_products_keys_and_events_are_deleted_by_nobody(everything: Client) -> None:
    license = make_license(computers=("PC",))
    rows: list[Model] = [
        license,
        license.activations.get(),
        license.product,
        SigningKey.objects.get(),
        AuditEvent.objects.first() or license,
    ]

    for row in rows:
        page = address(type(row), "delete", row.pk)
        assert everything.get(page).status_code == 403, row
        assert everything.post(page, {"post": "yes"}).status_code == 403, row
        assert b"deletelink" not in everything.get(address(type(row), "change", row.pk)).content, row


def test_no_list_offers_to_delete_many_rows(everything: Client) -> None:
    make_license(customer=make_contact(make_organization(), "Paula"), computers=("PC",))
    make_member(make_group())

    for model in (
        User,
        AuditEvent,
        Customer,
        Organization,
        UserGroup,
        Product,
        ProductVersion,
        Feature,
        License,
        Activation,
    ):
        page = everything.get(address(model, "changelist"))
        assert b"delete_selected" not in page.content, model


def test_what_is_needed_says_by_what_and_stays(everything: Client) -> None:
    group = make_group(name="North")
    make_member(group)
    organization = make_organization("Acme", user_group=group)
    contact = make_contact(organization, "Paula Brandt")
    product = make_product("Spectra")
    feature = Feature.objects.create(product=product, code="export", name="Export")
    make_license(customer=contact, product=product, user_group=group).features.set([feature])
    needed: list[tuple[Model, str]] = [
        (contact, "Licenses (customer): 1"),
        (contact, "Organizations (primary contact): 1"),
        (organization, "Licenses (organization): 1"),
        (organization, "Customers (organization): 1"),
        (group, "Group members (user group): 1"),
        (product.versions.get(), "Licenses (product version): 1"),
        (feature, "Licenses (features): 1"),
        (contact.user, "Customers (person): 1"),
    ]
    for row, reason in needed:
        page = address(type(row), "delete", row.pk)
        assert reason in everything.get(page).content.decode(), reason
        assert everything.post(page, {"post": "yes"}).status_code == 200, reason
        assert type(row).objects.filter(pk=row.pk).exists(), reason  # type: ignore[attr-defined]  # every model has them


def test_what_nothing_needs_is_deleted_and_the_trail_says_so(everything: Client, superuser: User) -> None:
    customer = make_customer("Anna Berg")
    label = str(customer)

    everything.post(address(Customer, "delete", customer.pk), {"post": "yes"})

    assert not Customer.objects.exists()
    event = AuditEvent.objects.get(action="customer.deleted")
    assert (event.actor_id, event.target_id, event.target_label) == (superuser.pk, customer.pk, label)
    assert event.customer_id == customer.pk


def test_what_is_needed_since_the_page_was_shown_stays(everything: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = make_customer("Anna Berg")

    def refuse(*_anything: object) -> None:
        raise ProtectedError("meanwhile", set())

    monkeypatch.setattr("django.contrib.admin.ModelAdmin.delete_model", refuse)
    page = everything.post(address(Customer, "delete", customer.pk), {"post": "yes"}, follow=True)

    assert "Something else needs this meanwhile, so it was not deleted." in told(page)
    assert Customer.objects.exists()
    assert not AuditEvent.objects.filter(action="customer.deleted").exists()
