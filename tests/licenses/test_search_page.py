"""Sending a search: a whole key leads to its license, other text to the list, and no key ever stands in an address."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from licenses.activation_key import make
from licenses.models import License, Product
from tests.cast import make_customer, make_license
from tests.licenses.pages import Answer, address, links, words

SEARCH = "/licenses/search/"
TYPING = {"HX-Request": "true", "HX-Trigger-Name": "q", "HX-Current-URL": "http://testserver/licenses/"}


def box(answer: Answer) -> str:
    """Return what stands in the search box."""
    found = re.search(r'<input id="list-search-text"[^>]* value="([^"]*)"', answer.content.decode())
    return unescape(found[1]) if found else ""


def addresses(answer: Answer) -> list[str]:
    """Return every address that the page or the answer's head contains."""
    found = re.findall(r'(?:href|src|action|hx-post|hx-get)="([^"]*)"', answer.content.decode())
    return [unescape(each) for each in found] + [answer.headers.get("HX-Push-Url", "")]


@pytest.mark.parametrize("written", [str, str.lower, lambda key: key.replace("-", " "), lambda key: f"  {key} "])
def test_whole_key_leads_to_its_license(
    browser_of_anna: Client, license: License, written: Callable[[str], str]
) -> None:
    answer = browser_of_anna.post(SEARCH, {"q": written(license.activation_key), "status": "revoked"})
    assert (answer.status_code, answer["Location"]) == (302, address("detail", license))


def test_other_text_leads_to_the_list_with_the_filters_kept(browser_of_anna: Client, license: License) -> None:
    sent = {"q": " Spectra ", "status": "not-activated", "order": "expires", "product": str(license.product.pk)}
    answer = browser_of_anna.post(SEARCH, sent)
    found = f"/licenses/?status=not-activated&product={license.product.pk}&q=Spectra&order=expires"
    assert (answer.status_code, answer["Location"]) == (302, found)
    page = browser_of_anna.get(found)
    assert address("detail", license) in links(page)
    assert "1 found" in words(page)
    assert box(page) == "Spectra"


@pytest.mark.parametrize("text", ["", "  ", "\t"])
def test_empty_text_leads_to_the_list(browser_of_anna: Client, text: str) -> None:
    assert browser_of_anna.post(SEARCH, {"q": text})["Location"] == "/licenses/"
    assert browser_of_anna.post(SEARCH, {"q": text, "status": "expired"})["Location"] == "/licenses/?status=expired"
    assert browser_of_anna.post(SEARCH)["Location"] == "/licenses/"


def test_filters_that_mean_nothing_are_forgotten(browser_of_anna: Client) -> None:
    answer = browser_of_anna.post(SEARCH, {"q": "Spectra", "status": "x", "product": "1", "after": "y", "other": "z"})
    assert answer["Location"] == "/licenses/?q=Spectra"


def test_long_text_is_cut(browser_of_anna: Client) -> None:
    assert browser_of_anna.post(SEARCH, {"q": "a b " * 100})["Location"] == "/licenses/?q=" + ("a+b+" * 50)[:-1] + "+"


@pytest.mark.parametrize("method", ["get", "head"])
def test_address_of_the_search_leads_to_the_list(browser_of_anna: Client, method: str) -> None:
    answer = getattr(browser_of_anna, method)(SEARCH)
    assert (answer.status_code, answer["Location"]) == (302, "/licenses/")


def answer_to(browser: Client, key: str) -> tuple[int, dict[str, str], str]:
    """Return everything that the answer to a key says, but for the key itself and the form's token."""
    answer = browser.post(SEARCH, {"q": key, "status": "not-activated"})
    page = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", answer.content.decode())
    return answer.status_code, dict(answer.items()), page.replace(key, "KEY")


def test_key_of_somebody_else_is_answered_like_one_that_does_not_exist(
    browser_of_anna: Client, license: License, product: Product
) -> None:
    strangers = make_license(customer=make_customer("Stranger"), product=product).activation_key
    unknown = make()
    assert answer_to(browser_of_anna, strangers) == answer_to(browser_of_anna, unknown)
    assert answer_to(browser_of_anna, unknown)[0] == 200


def test_control_search_that_looks_at_every_license_is_noticed(
    browser_of_anna: Client, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    strangers = make_license(customer=make_customer("Stranger"), product=product).activation_key
    monkeypatch.setattr(
        "licenses.views.searching.license_of_key",
        lambda viewer, text: License.objects.filter(activation_key=text).first(),
    )
    assert answer_to(browser_of_anna, strangers) != answer_to(browser_of_anna, make())


def test_key_that_finds_nothing_stays_in_the_box_and_stands_in_no_address(
    browser_of_anna: Client, license: License
) -> None:
    key = make()
    answer = browser_of_anna.post(SEARCH, {"q": key, "status": "not-activated", "order": "expires"})
    assert answer.status_code == 200
    assert box(answer) == key
    assert "Nothing found" in words(answer)
    assert [each for each in addresses(answer) if key[:5] in each] == []
    assert answer["HX-Push-Url"] == "/licenses/?status=not-activated&order=expires"
    assert key[:5] not in answer.content.decode().partition("</title>")[0]
    assert address("detail", license) not in links(answer)


def test_computer_id_that_looks_like_a_key_is_found(browser_of_anna: Client, license: License) -> None:
    make_activation_of(license, "4C4C-4544-0042-3510")
    answer = browser_of_anna.post(SEARCH, {"q": "4C4C-4544-0042-3510"})
    assert answer["Location"] == "/licenses/?q=4C4C-4544-0042-3510"
    assert address("detail", license) in links(browser_of_anna.get(answer["Location"]))


def test_computer_id_that_cannot_be_told_from_a_key_is_found_but_stands_in_no_address(
    browser_of_anna: Client, license: License
) -> None:
    computer_id = make()
    make_activation_of(license, computer_id)
    answer = browser_of_anna.post(SEARCH, {"q": computer_id})
    assert answer.status_code == 200
    assert address("detail", license) in links(answer)
    assert [each for each in addresses(answer) if computer_id[:5] in each] == []


def make_activation_of(license: License, computer_id: str) -> None:
    License.objects.filter(pk=license.pk).update(activations_in_use=1)
    license.activations.create(
        computer_id=computer_id,
        activated_as="system",
        license_file_id="0" * 32,
        license_file_issued_at=license.created_at,
    )


def test_beginning_of_a_key_stands_in_no_address_while_it_is_typed(browser_of_anna: Client) -> None:
    typed = browser_of_anna.post(SEARCH, {"q": "AB12CD"}, headers=TYPING)
    assert (typed.status_code, typed["HX-Push-Url"]) == (200, "/licenses/")
    sent = browser_of_anna.post(SEARCH, {"q": "AB12CD"}, headers=TYPING | {"HX-Trigger-Name": ""})
    assert sent["Location"] == "/licenses/?q=AB12CD"


def test_what_finds_something_stands_in_the_address_while_it_is_typed(
    browser_of_anna: Client, license: License
) -> None:
    answer = browser_of_anna.post(SEARCH, {"q": "Spectra"}, headers=TYPING)
    assert (answer.status_code, answer["Location"]) == (302, "/licenses/?q=Spectra")


def test_htmx_is_told_to_leave_the_list_for_the_license(browser_of_anna: Client, license: License) -> None:
    answer = browser_of_anna.post(SEARCH, {"q": license.activation_key}, headers=TYPING)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, address("detail", license))
    assert "Location" not in answer


def test_key_does_not_stay_in_an_address(browser_of_anna: Client, license: License) -> None:
    answer = browser_of_anna.get("/licenses/", {"q": license.activation_key, "status": "not-activated"})
    assert (answer.status_code, answer["Location"]) == (302, "/licenses/?status=not-activated")


def test_nothing_found_says_what_is_searched_by_and_how_to_go_on(browser_of_anna: Client, license: License) -> None:
    page = browser_of_anna.get("/licenses/", {"q": "zebra", "status": "not-activated"})
    said = words(page)
    assert "Nothing found" in said
    assert "fits “zebra”" in said
    assert "last five characters" in said
    assert "support@vendor.example" in said
    assert {"/licenses/?status=not-activated", "/licenses/?q=zebra", "/licenses/"} <= set(links(page))
    assert "No licenses here yet" not in said


def test_searching_is_closed_to_who_is_not_signed_in(client: Client, db: None) -> None:
    answer = client.post(SEARCH, {"q": make()})
    assert answer["Location"] == "/accounts/login/?next=/licenses/search/"
