"""The list of licenses: newest first, 25 on a page, nothing lost and nothing twice while turning pages."""

import pytest
from django.test import Client

from licenses.models import License, Product
from organizations.models import Customer
from tests.cast import make_contact, make_customer, make_license, make_organization
from tests.licenses.pages import Answer, address, links, words


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
