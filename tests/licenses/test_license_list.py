"""The list of licenses: newest first, 25 on a page, nothing lost and nothing twice while turning pages."""

import html
import re

import pytest
from django.test import Client

from licenses.models import License, Product
from organizations.models import Customer, Organization
from tests.cast import (
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_staff,
    name_contact,
)
from tests.licenses.pages import Answer, address, fields, links, words


def rows(answer: Answer) -> list[str]:
    """Return the addresses of the licenses on the page, in their order."""
    prefix = "/licenses/0"
    return list(dict.fromkeys(link for link in links(answer) if link.startswith(prefix)))


def page_link(answer: Answer, word: str) -> str | None:
    return next((link for link in links(answer) if link.startswith(f"?{word}=")), None)


@pytest.fixture
def thirty(anna: Customer, product: Product) -> list[str]:
    """The addresses of Anna's thirty licenses, newest first."""
    licenses = [make_license(customer=anna, product=product) for _ in range(30)]
    return [address("detail", license) for license in reversed(licenses)]


def test_newest_come_first_25_on_a_page(browser_of_anna: Client, thirty: list[str]) -> None:
    first = browser_of_anna.get("/licenses/")
    assert rows(first) == thirty[:25]
    assert "30 in all" in words(first)
    assert page_link(first, "before") is None
    second = browser_of_anna.get("/licenses/" + str(page_link(first, "after")))
    assert rows(second) == thirty[25:]
    assert page_link(second, "after") is None
    back = browser_of_anna.get("/licenses/" + str(page_link(second, "before")))
    assert rows(back) == thirty[:25]


@pytest.mark.parametrize(
    "query",
    [
        "after=nonsense",
        "before=",
        "after=00000000-0000-0000-0000-000000000000",
        "page=9&sort=key",
        "after[]=1",
        "after=%2e",
    ],
)
def test_unknown_pages_show_the_first_one(browser_of_anna: Client, thirty: list[str], query: str) -> None:
    answer = browser_of_anna.get(f"/licenses/?{query}")
    assert answer.status_code == 200
    assert rows(answer) == thirty[:25]


def test_who_sees_a_license_in_two_ways_has_it_in_the_list_once(client: Client, product: Product) -> None:
    acme = make_organization("Acme")
    contact = make_contact(acme, "Paula Brandt")
    own = make_license(customer=contact, product=product)
    colleagues = make_license(customer=make_customer(organization=acme), product=product)
    client.force_login(contact.user)
    answer = client.get("/licenses/")
    assert rows(answer) == [address("detail", colleagues), address("detail", own)]
    assert "2 in all" in words(answer)


def test_who_has_no_license_is_told_where_theirs_may_be(browser_of_anna: Client) -> None:
    page = words(browser_of_anna.get("/licenses/"))
    assert "No licenses here yet" in page
    assert "anna@acme.example" in page
    assert "support@vendor.example" in page


def test_list_shows_status_notices_and_the_end_of_the_key_only(browser_of_anna: Client, anna: Customer) -> None:
    license = make_license(customer=anna, license_model="trial", expires_after_days=30, max_activations=2)
    License.objects.filter(pk=license.pk).update(activations_in_use=0)
    answer = browser_of_anna.get("/licenses/")
    assert "Not activated" in words(answer)
    assert "Trial" in words(answer)
    assert license.key_tail in answer.content.decode()
    assert license.activation_key not in answer.content.decode()


def chips(answer: Answer) -> list[str]:
    """Return what the list says that it is narrowed to."""
    return [html.unescape(text) for text in re.findall(r'class="chip"><span>(.*?)</span>', answer.content.decode())]


def offered(answer: Answer) -> dict[str, list[str]]:
    """Return the labels that each filter offers to choose from."""
    return {select.name: [str(choice.label) for choice in select.choices] for select in answer.context["selects"]}


def test_what_the_list_is_narrowed_to_stands_above_it(
    browser_of_anna: Client, anna: Customer, product: Product
) -> None:
    make_license(customer=anna, product=product)
    query = f"?q=spectra&status=not-activated&model=permanent&product={product.pk}&updates=ended&order=updates"
    answer = browser_of_anna.get(f"/licenses/{query}")
    assert chips(answer) == [
        "Search: “spectra”",
        "Status: Not activated",
        "Product: Spectra",
        "License model: Permanent",
        "Updates ended",
    ]
    without_status = f"/licenses/?product={product.pk}&model=permanent&updates=ended&q=spectra&order=updates"
    assert without_status in links(answer)
    assert "/licenses/?order=updates" in links(answer)
    assert "Nothing found" in words(answer)


def test_filters_offer_what_there_is_to_choose(client: Client, anna: Customer, product: Product) -> None:
    acme, globex = make_organization("Acme"), make_organization("Globex")
    make_license(customer=anna, product=product)
    other = make_license(organization=acme)
    client.force_login(anna.user)
    assert offered(client.get("/licenses/"))["product"] == ["All products", "Spectra"]
    assert "organization" not in offered(client.get("/licenses/"))
    contact = make_contact(acme, "Paula Brandt")
    client.force_login(contact.user)
    assert offered(client.get("/licenses/"))["product"] == ["All products", other.product.name]
    assert "organization" not in offered(client.get("/licenses/"))
    name_contact(globex, contact)
    assert offered(client.get("/licenses/"))["organization"] == ["All organizations", "Acme", "Globex"]
    client.force_login(make_staff("Vic View", "view"))
    assert offered(client.get("/licenses/"))["product"] == ["All products", *sorted([other.product.name, "Spectra"])]


def test_more_organizations_than_one_looks_through_are_not_offered(client: Client, product: Product) -> None:
    acme = make_organization("Acme")
    make_license(organization=acme, product=product)
    Organization.objects.bulk_create(Organization(name=f"Firm {n}", folded_name=f"firm {n}") for n in range(49))
    client.force_login(make_staff("Vic View", "view"))
    assert len(offered(client.get("/licenses/"))["organization"]) == 51
    make_organization("One more")
    page = client.get(f"/licenses/?organization={acme.pk}")
    assert "organization" not in offered(page)
    assert fields(page)["organization"] == str(acme.pk)
    assert chips(page) == ["Organization: Acme"]


def test_license_files_are_a_filter_for_who_may_get_them(client: Client, anna: Customer, product: Product) -> None:
    north = make_group(name="North")
    make_license(customer=anna, user_group=north, product=product)
    client.force_login(anna.user)
    assert "License files out of date" in words(client.get("/licenses/"))
    client.force_login(make_member(north))
    assert "License files out of date" not in words(client.get("/licenses/"))


def test_names_lead_to_what_else_is_theirs_where_the_person_sees_them(client: Client, product: Product) -> None:
    acme, north = make_organization("Acme"), make_group(name="North")
    mira = make_customer("Mira Lindholm", organization=acme)
    make_license(customer=mira, user_group=north, product=product, licensee="A firm")
    by_customer, by_organization = f"/licenses/?customer={mira.pk}", f"/licenses/?organization={acme.pk}"
    client.force_login(make_contact(acme, "Paula Brandt").user)
    assert by_customer in links(client.get("/licenses/"))
    member = make_member(north)
    client.force_login(member)
    page = client.get("/licenses/")
    assert "A firm" in words(page)
    assert not {by_customer, by_organization} & set(links(page))
    Customer.objects.filter(pk=mira.pk).update(user_group=north)
    Organization.objects.filter(pk=acme.pk).update(user_group=north)
    assert {by_customer, by_organization} <= set(links(client.get("/licenses/")))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "1 in all, newest first"),
        ("?order=expires", "1 in all, those that expire soonest first"),
        ("?order=updates&model=permanent", "1 found, those whose updates end soonest first"),
        ("?order=size", "1 in all, newest first"),
        ("?q=zebra", "Nothing found"),
        ("?status=revoked", "Nothing that you can see passes these filters."),
    ],
)
def test_heading_says_how_many_and_in_which_order(
    browser_of_anna: Client, anna: Customer, product: Product, query: str, said: str
) -> None:
    make_license(customer=anna, product=product)
    assert said in words(browser_of_anna.get(f"/licenses/{query}"))


def test_filter_form_keeps_search_and_order_and_search_keeps_the_filters(
    browser_of_anna: Client, anna: Customer, product: Product
) -> None:
    make_license(customer=anna, product=product)
    page = browser_of_anna.get("/licenses/?q=spectra&order=expires&status=not-activated").content.decode()
    form = page.partition('class="menu__panel tool__panel filter"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="q" value="spectra">' in form
    assert '<input type="hidden" name="order" value="expires">' in form
    assert 'value="not-activated" selected' in form
    for name, value in (("status", "not-activated"), ("order", "expires")):
        assert f'<input type="hidden" name="{name}" value="{value}" form="list-search">' in page
