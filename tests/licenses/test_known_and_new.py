"""Issuing to an address that the portal knows looks exactly like issuing to a new one (Product rules, section 5).

The same is done in portals that differ in one thing: whether, and as whom, the address was known
before. Every page that the reseller then reaches is the same, byte for byte.
"""

from collections.abc import Callable
from difflib import unified_diff
from uuid import UUID

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.audit import Actor
from accounts.models import User
from licenses.activation import activate
from licenses.models import License, MailTemplate, Product
from organizations.models import Customer, UserGroup
from organizations.privileges import Privilege
from organizations.viewer import Viewer
from tests.cast import (
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_product,
    make_staff,
)
from tests.licenses.crawling import Reader
from tests.licenses.pages import fields
from tests.licenses.reselling import make_reseller
from tests.licenses.test_order_page import sent

pytestmark = pytest.mark.django_db

ADDRESS, NAME, REAL = "kim@people.example", "Typed Name", "Kim Known"
P = Privilege
MAY = (*(set(Privilege) - {P.VIEW_ALL, P.VIEW_ALL_ORGANIZATIONS}),)


def nobody(north: UserGroup) -> None:
    """Let nobody have the address."""


def customer_alone(north: UserGroup) -> None:
    customer = make_customer(REAL, email=ADDRESS)
    Customer.objects.filter(pk=customer.pk).update(company="Real Company", phone="47 11")
    make_license(customer=customer, computers=("KIMS-OWN-PC",))


def member_of_an_organization(north: UserGroup) -> None:
    acme = make_organization("Acme Real")
    make_contact(acme, "Paula Brandt")
    make_license(customer=make_customer(REAL, organization=acme, email=ADDRESS, user_group=make_group(name="South")))


def member_of_another_group(north: UserGroup) -> None:
    user = make_member(make_group(name="South"), REAL)
    User.objects.filter(pk=user.pk).update(email=ADDRESS)


def staff(north: UserGroup) -> None:
    user = make_staff(REAL, "view")
    User.objects.filter(pk=user.pk).update(email=ADDRESS)


def switched_off(north: UserGroup) -> None:
    make_customer(REAL, email=ADDRESS)
    User.objects.filter(email=ADDRESS).update(is_active=False)


KNOWN = (
    customer_alone,
    member_of_an_organization,
    member_of_another_group,
    staff,
    switched_off,
)


@pytest.fixture
def product() -> Product:
    return make_product("Spectra")


@pytest.fixture
def rasmus(product: Product) -> User:
    """Return a member of the group North, which may do everything but see all."""
    north = make_reseller(*MAY, product=product)
    MailTemplate.objects.create(name="New", subject="Licenses", body="Hello {customer}: {licenses}")
    return make_member(north, "Rasmus North")


def test_reseller_reads_the_same_of_known_and_of_new_people(rasmus: User, product: Product) -> None:
    new = pages_when(nobody, rasmus, product)
    assert len(new) > 40, "what was issued was found"
    assert any(NAME in page for page in new.values())
    differences = {known.__name__: differing(new, pages_when(known, rasmus, product)) for known in KNOWN}
    assert differences == {known.__name__: "" for known in KNOWN}


def knows_anybody(viewer: Viewer, ways: object, customer: object) -> bool:
    return True


def has_entered_nobody(viewer: Viewer, license: License) -> None:
    return None


CONTROLS = {"knows_customer": (knows_anybody, REAL), "entered_as": (has_entered_nobody, "Somebody at the customer")}


@pytest.mark.parametrize("rule", CONTROLS)
def test_control_page_that_tells_something_is_noticed(
    rasmus: User, product: Product, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    new, (broken, told) = pages_when(nobody, rasmus, product), CONTROLS[rule]
    monkeypatch.setattr(f"licenses.sharing.{rule}", broken)
    assert told in differing(new, pages_when(customer_alone, rasmus, product))


def pages_when(known: Callable[[UserGroup], None], rasmus: User, product: Product) -> dict[str, str]:
    """Return what the reseller reads after issuing to an address that is `known` so; everything is undone."""
    with transaction.atomic():
        known(UserGroup.objects.get(members__user=rasmus))
        found = pages_of(rasmus, product)
        transaction.set_rollback(True)
    return found


def pages_of(rasmus: User, product: Product) -> dict[str, str]:
    """Do all that a reseller does with a customer, and return every page that is read meanwhile and then."""
    client = Client()
    with time_machine.travel(rasmus.created_at, tick=False) as clock:
        client.force_login(rasmus)
        reader = Reader(client, clock)
        orders(reader, product)
        use_and_mail(reader)
        find(reader)
        reader.crawl(["/", "/licenses/", "/customers/", "/computers/", "/activity/", "/group/"])
    return reader.read


def orders(reader: Reader, product: Product) -> None:
    """Order in the form, by a list and for a licensee; before the last order the customer gets a company."""
    create, order = reverse("licenses:create"), sent(product, email=ADDRESS, full_name=NAME)
    reader.post("order", create, order)
    listed = sent(product, email="", full_name="", people=f"Another Name, {ADDRESS}")
    reader.post("list", create, {**listed, "do": "preview"})
    looked_at = fields(reader.client.post(create, {**listed, "do": "preview"}))["looked_at"]
    reader.post("list made", create, {**listed, "looked_at": looked_at, "do": "create"})
    reader.post("licensee", create, sent(product, email=ADDRESS, full_name=NAME, licensee="Typed Licensee"))
    reader.post("find", create, {**order, "find": NAME, "do": "find"})
    edit = reverse("organizations:customer_edit", args=[known_id(reader.client)])
    form = reader.client.get(edit).context["form"]
    wanted = {name: form[name].value() or "" for name in form.fields}
    reader.post("edit", edit, {**wanted, "full_name": "Typed Newly", "company": "Typed Company", "phone": "1"})
    reader.post("with company", create, sent(product, email=ADDRESS, full_name=NAME))


def known_id(client: Client) -> UUID:
    """Return by which id the group knows the customer."""
    found: UUID = client.get(reverse("organizations:customer_list")).context["page"].rows[0].id
    return found


def use_and_mail(reader: Reader) -> None:
    """Let the customer and the group activate a license each, mail one, revoke one; try to delete the customer."""
    first, second, *_others, last = License.objects.filter(customer__user__email=ADDRESS, batch__isnull=False)
    kim = Actor.person(User.objects.get(email=ADDRESS))
    activate(first.pk, kim, computer_id="KIM", computer_name="KIMS-LAPTOP")
    computer = {"computer_id": "DESK", "computer_name": "DESK"}
    reader.post("activate", reverse("licenses:activate", args=[second.pk]), computer)
    mail = {"template": str(MailTemplate.objects.get().pk)}
    for title, of_form in (("mail", mail), ("mailed", {**mail, "do": "send"})):
        reader.post(title, reverse("licenses:mail", args=[first.pk]), of_form)
        reader.post(f"{title} all", reverse("licenses:batch_mail", args=[first.batch_id]), of_form)
    reader.post("keys", reverse("licenses:batch_keys", args=[first.batch_id]), {})
    reader.post("revoke", reverse("licenses:revoke", args=[last.pk]), {"reason": "By mistake"})
    reader.post("delete", reverse("organizations:customer_delete", args=[known_id(reader.client)]), {})


def find(reader: Reader) -> None:
    """Search for what was typed, and for what was not."""
    for text in ("Typed Newly", "Typed Comp", ADDRESS, REAL, "Real Comp"):
        reader.post(f"licenses of {text}", reverse("licenses:search"), {"q": text})
        reader.post(f"computers of {text}", reverse("licenses:search_computers"), {"q": text})
        reader.post(f"customers of {text}", reverse("organizations:customer_search"), {"q": text})


def differing(new: dict[str, str], known: dict[str, str]) -> str:
    """Return in what the pages differ, page by page."""
    lines = [
        line
        for title in sorted(new.keys() | known.keys())
        for line in unified_diff(new.get(title, "").split("\n"), known.get(title, "").split("\n"), title, n=0)
    ]
    return "\n".join(lines[:60])
