"""The page of a license: facts, computers, doors, who can see it, and what happened."""

from datetime import date

from django.test import Client

from accounts.audit import Actor
from licenses.activation import deactivate, rename_computer, replace
from licenses.issuing import revoke
from licenses.models import Feature, License
from organizations.models import Customer
from tests.cast import (
    make_activation,
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_organization,
    make_staff,
)
from tests.licenses.moments import DAY, HOUR, TODAY, Clock
from tests.licenses.pages import address, links, words


def test_page_shows_the_facts(browser_of_anna: Client, anna: Customer) -> None:
    license = make_license(
        customer=anna,
        license_model="subscription",
        expires_on=date(2026, 12, 31),
        maintenance_until=date(2027, 6, 30),
        floating_seats=20,
        comment="SECRET COMMENT",
        order_id="ORDER-4711",
    )
    license.features.add(Feature.objects.create(product=license.product, code="export", name="Export to PDF"))
    page = words(browser_of_anna.get(address("detail", license)))
    for fact in ("Subscription", "31 Dec 2026", "30 Jun 2027", "20", "Export to PDF", "Anna Acme", "Not activated"):
        assert fact in page
    assert "SECRET COMMENT" not in page
    assert "ORDER-4711" not in page


def test_whole_activation_key_is_not_on_the_page(browser_of_anna: Client, license: License) -> None:
    page = browser_of_anna.get(address("detail", license)).content.decode()
    assert license.activation_key not in page
    assert license.folded_key not in page
    assert license.key_tail in page


def test_computers_in_use_are_listed_with_what_can_be_done(browser_of_anna: Client, license: License) -> None:
    laptop = make_activation(license, "LAPTOP")
    page = browser_of_anna.get(address("detail", license))
    assert "1 of 3" in words(page)
    for name in ("rename", "deactivate", "license_file"):
        assert address(name, laptop) in links(page)


def test_colleagues_are_named_and_the_vendor_is_the_vendor(client: Client, db: None, clock: Clock) -> None:
    acme = make_organization("Acme")
    paula = make_contact(acme, "Paula Brandt")
    mira = make_customer("Mira Lindholm", organization=acme)
    license = make_license(customer=mira, computers=("LAPTOP",))
    revoke(license.pk, Actor.vendor(make_staff("Stella Berg")), reason="Unpaid")
    client.force_login(paula.user)
    page = words(client.get(address("detail", license)))
    assert "Mira Lindholm the customer" in page
    assert "Paula Brandt contact of Acme" in page
    assert "Northwind Instruments revoked the license: Unpaid" in page
    assert "Stella Berg" not in page


def test_timeline_tells_what_happened_newest_first(
    browser_of_anna: Client, license: License, actor: Actor, clock: Clock
) -> None:
    laptop = make_activation(license, "LAPTOP", actor=actor)
    clock.pass_by(HOUR)
    rename_computer(laptop.pk, actor, name="OFFICE", was="LAPTOP")
    clock.pass_by(HOUR)
    replace(laptop.pk, actor, computer_id="ID-NEW", computer_name="NEW")
    clock.pass_by(HOUR)
    deactivate(license.activations.in_use().get().pk, actor)
    timeline = words(browser_of_anna.get(address("detail", license))).partition("Timeline")[2]
    told = [
        "You deactivated NEW",
        "You activated NEW",
        "You replaced OFFICE by NEW",
        "You renamed a computer from “LAPTOP” to “OFFICE”",
        "You activated LAPTOP",
        "issued the license",
    ]
    places = [timeline.find(sentence) for sentence in told]
    assert -1 not in places, told[places.index(-1)]
    assert places == sorted(places)


def test_expired_and_revoked_licenses_say_so_and_lead_on(
    browser_of_anna: Client, license: License, actor: Actor
) -> None:
    License.objects.filter(pk=license.pk).update(expires_on=TODAY - 2 * DAY)
    page = browser_of_anna.get(address("detail", license))
    assert "Expired" in words(page)
    assert "https://vendor.example/renew" in links(page)
    assert address("activate", license) not in links(page)
    revoke(license.pk, actor, reason="Unpaid since May")
    page = browser_of_anna.get(address("detail", license))
    assert "Revoked" in words(page)
    assert "Unpaid since May" in words(page)
    assert "https://vendor.example/renew" not in links(page)
    assert address("activate", license) not in links(page)


def test_full_license_leads_to_replacing_a_computer(browser_of_anna: Client, anna: Customer) -> None:
    license = make_license(customer=anna, max_activations=1, computers=("LAPTOP",))
    page = browser_of_anna.get(address("detail", license))
    assert "Replace a computer" in words(page)
    assert address("activate", license) in links(page)


def test_license_that_a_switched_off_group_serves_points_to_the_vendor(browser_of_anna: Client, anna: Customer) -> None:
    license = make_license(customer=anna, user_group=make_group(name="North", is_active=False), max_activations=0)
    mails = [link for link in links(browser_of_anna.get(address("detail", license))) if "subject=" in link]
    assert [mail.partition("?")[0] for mail in mails] == ["mailto:support@vendor.example"]
