"""What people and staff have stored comes out as text wherever it appears, never as markup or a template."""

import html
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.audit import SYSTEM, Actor
from accounts.letters import Letter
from accounts.mail import queue
from licenses.activation import activate, deactivate, rename_computer, replace
from licenses.issuing import reinstate, revoke
from licenses.models import Activation, Feature, License, MailTemplate, Product
from organizations.models import Customer
from organizations.privileges import Privilege
from tests.access_matrix.checks import quiet
from tests.accounts.sealing import make_seal
from tests.bad_input.asking import hazards
from tests.bad_input.inputs import MARKUP, TEMPLATE, TEXTS
from tests.cast import (
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_person,
    make_product,
)
from tests.releases import make_download, make_release, make_release_file
from tests.support.strict_html import inline_parts

FORMAT = TEXTS["a format"]


@pytest.fixture(autouse=True)
def _undone(db: None) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def make_hostile_license(sample: str) -> tuple[License, dict[str, Client]]:
    """Make a license around which everything that can be named is called `sample`, and browsers of those who see it."""
    group = make_group(Privilege.ACTIVATE, Privilege.DEACTIVATE, name=sample[:60])
    organization = make_organization(sample, user_group=group)
    customer, contact = make_customer("Anna", organization=organization), make_contact(organization, "Ben")
    member, staff = make_member(group, "Cleo"), make_person("Dora", is_staff=True, is_superuser=True)
    for person in (customer.user, contact.user, member, staff):
        person.full_name = f"{person.full_name} {sample}"
        person.save(update_fields=["full_name"])
    product = make_product("Spectra", computer_id_help=sample, license_file_help=sample, computer_id_example=sample)
    Product.objects.update(name=sample)
    license = make_license(
        customer=customer, user_group=group, product=product, licensee=sample, comment=sample, order_id=sample[:100]
    )
    license.features.add(Feature.objects.create(product=product, code="odd", name=sample))
    live(license, Actor.person(contact.user), sample)
    make_hostile_releases(license, customer, sample)
    browsers = {"customer": customer.user, "contact": contact.user, "group member": member, "staff": staff}
    return license, {name: signed_in(user) for name, user in browsers.items()}


def signed_in(user: object) -> Client:
    """Return a browser in which `user` is signed in."""
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]  # each is a user
    return client


def live(license: License, actor: Actor, sample: str) -> None:
    """Let everything happen to the license that leaves a line in its timeline."""
    name, computer_id = sample[:100], "".join(sample.split())[:255]
    first = activate(license.pk, actor, computer_id=computer_id, computer_name=name, is_unusual_confirmed=True)
    rename_computer(first.activation.pk, actor, name=f"x{sample}"[:100], was=name)
    second = replace(first.activation.pk, actor, computer_id=f"2{computer_id}", computer_name=name)
    activate(license.pk, actor, computer_id=f"3{computer_id}", computer_name=name)
    deactivate(second.activation.pk, actor)
    revoke(license.pk, SYSTEM, reason=sample)
    reinstate(license.pk, SYSTEM)


def make_hostile_releases(license: License, customer: Customer, sample: str) -> None:
    """Make a release with a file, and one that the customer downloaded before it was withdrawn."""
    make_release_file(make_release(license.product, notes=sample), name=sample.replace("/", "|").replace("\\", "|"))
    withdrawn = make_release(license.product, "4.1.4", notes=sample, withdrawn=sample)
    make_download(license, make_release_file(withdrawn), customer)


def pages_about(license: License) -> Iterator[str]:
    """Yield the path of every page that shows something of the license, while it is not revoked."""
    in_use = license.activations.in_use().get()
    yield from ("/licenses/", license.get_absolute_url(), f"{license.get_absolute_url()}activate/")
    yield from (f"/activate/?product={license.product.slug}", f"{license.get_absolute_url()}updates/")
    for below in ("deactivate", "rename", "license_file"):
        yield reverse(f"licenses:{below}", args=[license.pk, in_use.pk])


@pytest.mark.parametrize("sample", [MARKUP, TEMPLATE, FORMAT])
def test_stored_text_is_text_on_every_page_of_the_portal(sample: str) -> None:
    license, browsers = make_hostile_license(sample)
    for name, browser in browsers.items():
        for path in pages_about(license):
            response = browser.get(path)
            assert response.status_code == 200, (name, path)
            assert not list(hazards(response)), (name, path)
            assert inline_parts(response.content.decode()) == [], (name, path)
            assert html.escape(sample[:40]) in response.content.decode(), (name, path)


@pytest.mark.parametrize("sample", [MARKUP, TEMPLATE, FORMAT])
def test_stored_text_is_text_in_messages_errors_and_refusals(sample: str) -> None:
    license, browsers = make_hostile_license(sample)
    contact, computer = browsers["contact"], license.activations.in_use().get()
    here = f"{license.get_absolute_url()}activations/{computer.pk}/"
    stale = contact.post(f"{here}rename/", {"computer_name": f"y{sample}"[:100], "was": "something else"})
    renamed = contact.post(f"{here}rename/", {"computer_name": sample[:90], "was": computer.computer_name}, follow=True)
    bad = contact.post(
        f"{license.get_absolute_url()}activate/", {"computer_id": f"a b{sample}", "computer_name": sample}
    )
    freed = contact.post(f"{here}deactivate/", follow=True)
    for response in (stale, renamed, bad, freed):
        assert response.status_code == 200
        assert not list(hazards(response))
        assert inline_parts(response.content.decode()) == []
        assert html.escape(sample[:40]) in response.content.decode()


@pytest.mark.parametrize("sample", [MARKUP, 'a"b;c\\d\u202e/e', "..\\..\\x", "CON", "\u202egpj.exe", "   .   "])
def test_file_names_are_plain_whatever_the_computer_is_called(sample: str) -> None:
    contact = make_contact(make_organization("Acme"), "Ben")
    license = make_license(customer=contact, computers=("PC",))
    Activation.objects.update(computer_name=sample)
    License.objects.update(terms_changed_at="2100-01-01T00:00Z")
    computer = license.activations.get()
    browser = signed_in(contact.user)
    one = browser.get(f"{license.get_absolute_url()}activations/{computer.pk}/license-file/?download=1")
    License.objects.update(terms_changed_at=license.terms_changed_at)
    for response in (one,):
        name = response["Content-Disposition"].partition('filename="')[2].rstrip('"')
        assert name.endswith(".lic")
        assert name.replace("-", "").replace(".", "").isalnum()
        assert name.isascii()


@pytest.mark.parametrize("sample", [MARKUP, TEMPLATE])
def test_stored_text_is_text_in_the_admin(sample: str) -> None:
    _license, browsers = make_hostile_license(sample)
    make_seal()
    staff = browsers["staff"]
    queue(Letter(sample, sample, sample), "nora@people.example")
    MailTemplate.objects.create(name=sample, subject=sample, body=sample)
    with quiet():
        for model in admin.site._registry:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            first = model._default_manager.order_by("pk").first()
            assert first is not None
            for path in (reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[first.pk])):
                response = staff.get(path, follow=True)
                assert response.status_code == 200, path
                assert not list(hazards(response)), path
                assert not [part for part in inline_parts(response.content.decode()) if "onerror" in part], path
