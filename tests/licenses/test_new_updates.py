"""The overview: what came out, is included in one's licenses, and was not downloaded yet."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from licenses.models import License, Product
from licenses.new_updates import LATELY
from organizations.models import Customer
from tests.cast import make_contact, make_group, make_license, make_member, make_organization, make_product, make_staff
from tests.licenses.pages import address, links, words
from tests.releases import make_download, make_release, make_release_file

OVERVIEW = reverse("licenses:overview")


def told(client: Client) -> list[str]:
    """Return the new updates of the overview, from the top."""
    return [f"{update.product} {update.version}" for update in client.get(OVERVIEW).context["updates"]]


def test_new_update_leads_to_the_updates_of_the_license(browser_of_anna: Client, license: License) -> None:
    make_release(license.product)
    page = browser_of_anna.get(OVERVIEW)
    assert "Spectra 4.1.5 is out, and you have not downloaded it yet" in words(page)
    assert address("updates", license) in links(page)


def test_downloaded_once_by_any_license_it_is_done(
    browser_of_anna: Client, license: License, anna: Customer, product: Product
) -> None:
    other = make_license(customer=anna, product=product)
    file = make_release_file(make_release(product))
    assert told(browser_of_anna) == ["Spectra 4.1.5"]
    make_download(other, file, anna)
    assert told(browser_of_anna) == []


def test_next_release_is_new_again_and_only_the_highest_is_named(
    browser_of_anna: Client, license: License, anna: Customer, product: Product
) -> None:
    make_download(license, make_release_file(make_release(product, "4.1.9")), anna)
    make_release(product, "4.1.10")
    make_release(product, "4.1.8")
    assert told(browser_of_anna) == ["Spectra 4.1.10"]


@pytest.mark.parametrize(
    "changes",
    [
        {"revoked_at": timezone.now()},
        {"license_model": "trial", "expires_on": date(2026, 1, 1)},
    ],
)
def test_license_that_downloads_nothing_makes_nothing_new(
    browser_of_anna: Client, license: License, product: Product, changes: dict[str, object]
) -> None:
    License.objects.filter(pk=license.pk).update(**changes)
    make_release(product)
    assert told(browser_of_anna) == []


def test_what_is_not_covered_is_not_offered_and_what_one_license_covers_is(
    browser_of_anna: Client, license: License, product: Product, anna: Customer
) -> None:
    make_release(make_license(customer=anna, product=make_product("Other")).product, "4.2.0")
    second = make_license(customer=anna, product=product, maintenance_until=date(2026, 3, 2))
    make_release(product, "4.2.0")
    assert told(browser_of_anna) == ["Spectra 4.2.0"]
    assert address("updates", second) in links(browser_of_anna.get(OVERVIEW))


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn", "old"])
def test_what_is_not_there_or_old_is_not_new(
    browser_of_anna: Client, license: License, product: Product, state: str
) -> None:
    moments = {"scheduled": timezone.now() + timedelta(hours=1), "old": timezone.now() - LATELY}
    make_release(
        product,
        is_draft=state == "draft",
        published_at=moments.get(state),
        withdrawn="Broken." if state == "withdrawn" else "",
    )
    assert told(browser_of_anna) == []


def test_contact_is_told_for_the_organization_and_those_who_serve_or_look_are_not(
    client: Client, product: Product
) -> None:
    group, acme = make_group(name="North"), make_organization("Acme")
    contact, member = make_contact(acme), make_member(group)
    make_license(organization=acme, user_group=group, product=product)
    make_release(product)
    for person, expected in ((contact.user, ["Spectra 4.1.5"]), (member, []), (make_staff("Vic", "view"), [])):
        client.force_login(person)
        assert told(client) == expected


def test_of_many_products_the_newest_three_are_named(browser_of_anna: Client, anna: Customer, license: License) -> None:
    for number in range(5):
        product = make_product(f"Product-{number}")
        make_license(customer=anna, product=product)
        make_release(product, released_on=date(2026, 2, 1 + number))
    assert told(browser_of_anna) == ["Product-4 4.1.5", "Product-3 4.1.5", "Product-2 4.1.5"]
