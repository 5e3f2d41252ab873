"""The page of computers, its search box, and what it says when there is nothing to show."""

from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from licenses.models import License
from organizations.models import Customer
from organizations.privileges import Privilege
from tests.cast import make_contact, make_customer, make_group, make_license, make_member, make_organization
from tests.licenses.computers import in_use_on
from tests.licenses.moments import DAY, Clock
from tests.licenses.pages import fields, links, words

LIST, SEARCH = "/computers/", "/computers/search/"


def checkboxes(client: Client, address: str = LIST) -> list[str]:
    """Return the computers that can be selected, by what their boxes are called."""
    page = client.get(address)
    return [
        row.activation.computer_name
        for row in page.context["rows"]
        if f'value="{row.activation.pk}" id="computer-{row.activation.pk}"' in page.content.decode()
    ]


def test_each_row_says_which_computer_uses_which_license_since_when(
    browser_of_anna: Client, anna: Customer, clock: Clock
) -> None:
    license = make_license(customer=anna, computers=("ANNAS-LAPTOP",))
    clock.pass_by(2 * DAY)
    license.activations.update(last_seen_at=license.created_at + DAY)
    browser_of_anna.force_login(anna.user)
    page = browser_of_anna.get(LIST)
    for text in ("ANNAS-LAPTOP", "ID-ANNAS-LAPTOP", str(license.product_version), license.key_tail):
        assert text in words(page)
    assert "10 Mar 2026" in words(page)
    assert "11 Mar 2026" in words(page)
    assert license.get_absolute_url() in links(page)
    assert license.activation_key not in page.content.decode()
    assert "License file out of date" not in words(page)


def test_license_file_that_is_out_of_date_is_marked(browser_of_anna: Client, anna: Customer, clock: Clock) -> None:
    license = make_license(customer=anna, computers=("ANNAS-LAPTOP",))
    License.objects.filter(pk=license.pk).update(terms_changed_at=license.created_at + DAY)
    assert "License file out of date" in words(browser_of_anna.get(LIST))


def test_activator_is_named_as_the_person_may_know_them(client: Client, db: None, clock: Clock) -> None:
    acme = make_organization("Acme")
    paula, mira = make_contact(acme, "Paula Brandt"), make_customer("Mira Lindholm", organization=acme)
    license = make_license(customer=mira)
    client.force_login(mira.user)
    client.post(f"{license.get_absolute_url()}activate/", {"computer_id": "ID-1", "computer_name": "LAPTOP"})
    assert client.get(LIST).context["rows"][0].activation.activated_by_name == "you"
    client.force_login(paula.user)
    assert client.get(LIST).context["rows"][0].activation.activated_by_name == "Mira Lindholm"


def test_customers_are_shown_to_who_sees_those_of_others(client: Client, anna: Customer) -> None:
    north = make_group()
    paula = make_contact(make_organization("Acme"))
    for whose in (anna, paula):
        make_license(customer=whose, user_group=north, computers=("PC",), licensee="The licensee")
    for user, shows in ((anna.user, False), (paula.user, True), (make_member(north), True)):
        client.force_login(user)
        page = client.get(LIST)
        assert page.context["shows_customer"] is shows
        assert ('<th scope="col">Customer</th>' in page.content.decode()) is shows
    assert "The licensee" in words(client.get(LIST))


def test_only_what_the_person_may_deactivate_can_be_selected(client: Client, anna: Customer) -> None:
    own_group = make_group(Privilege.VIEW_ALL, Privilege.DEACTIVATE)
    make_license(user_group=own_group, computers=("OURS",))
    make_license(customer=anna, computers=("ANNAS",))
    client.force_login(make_member(own_group))
    assert checkboxes(client) == ["OURS"]
    client.force_login(make_member(make_group(Privilege.VIEW_ALL)))
    assert checkboxes(client) == []
    assert "Deactivate selected" not in words(client.get(LIST))
    client.force_login(anna.user)
    assert checkboxes(client) == ["ANNAS"]


def test_box_is_called_by_its_computer_and_license(browser_of_anna: Client, anna: Customer) -> None:
    license = make_license(customer=anna, computers=("ANNAS-LAPTOP",))
    activation = license.activations.get()
    label = browser_of_anna.get(LIST).content.decode().partition(f'<label for="computer-{activation.pk}">')[2]
    for text in ("ANNAS-LAPTOP", "ID-ANNAS-LAPTOP", f"on {license.product_version}, key ends in {license.key_tail}"):
        assert text in label.partition("</label>")[0]


def test_without_any_computer_the_first_step_is_explained(browser_of_anna: Client) -> None:
    page = browser_of_anna.get(LIST)
    assert "No computer is in use yet" in words(page)
    assert "Activate a computer" in words(page)
    assert "/licenses/" in links(page)
    assert "Search computers" not in words(page)


# Search


def test_search_leads_to_the_list_of_what_it_finds(browser_of_anna: Client, anna: Customer) -> None:
    make_license(customer=anna, computers=("LAPTOP", "SERVER"))
    answer = browser_of_anna.post(SEARCH, {"q": " lap "})
    assert (answer.status_code, answer["Location"]) == (302, "/computers/?q=lap")
    page = browser_of_anna.get(answer["Location"])
    assert checkboxes(browser_of_anna, answer["Location"]) == ["LAPTOP"]
    assert "1 found" in words(page)
    assert fields(page)["q"] == "lap"


def test_nothing_found_says_by_what_one_finds_and_leads_back(browser_of_anna: Client, anna: Customer) -> None:
    make_license(customer=anna, computers=("LAPTOP",))
    page = browser_of_anna.get(LIST, {"q": "tower"})
    assert "Nothing found" in words(page)
    assert "“tower”" in words(page)
    assert "or any part of its name" in words(page)
    assert LIST in links(page)


def test_empty_search_shows_everything(browser_of_anna: Client) -> None:
    assert browser_of_anna.post(SEARCH, {"q": "  "})["Location"] == LIST
    assert browser_of_anna.post(SEARCH)["Location"] == LIST


def test_reading_the_address_of_the_search_leads_to_the_list(browser_of_anna: Client) -> None:
    answer = browser_of_anna.get(SEARCH)
    assert (answer.status_code, answer["Location"]) == (302, LIST)


@pytest.mark.parametrize("typed", ["{key}", " {lower} ", "{bare}"])
def test_whole_key_leads_to_its_license(browser_of_anna: Client, license: License, typed: str) -> None:
    key = license.activation_key
    text = typed.format(key=key, lower=key.lower(), bare=key.replace("-", ""))
    assert browser_of_anna.post(SEARCH, {"q": text})["Location"] == license.get_absolute_url()


def test_key_of_somebody_else_finds_nothing_and_never_stands_in_an_address(
    browser_of_anna: Client, anna: Customer
) -> None:
    make_license(customer=anna, computers=("LAPTOP",))
    theirs = make_license(computers=("THEIRS",))
    missing = "2345" + theirs.activation_key[4:]
    answers = [browser_of_anna.post(SEARCH, {"q": key}) for key in (theirs.activation_key, missing)]
    for answer in answers:
        assert answer.status_code == 200
        assert "Nothing found" in words(answer)
        assert answer["HX-Push-Url"] == LIST
    seen = [answer.content.decode().partition("<main")[2].partition("<script")[0] for answer in answers]
    shown = [page.replace(theirs.activation_key, "•").replace(missing, "•") for page in seen]
    assert [len(page) for page in shown] == [len(shown[0])] * 2
    assert all(theirs.activation_key not in link for answer in answers for link in links(answer))


def test_computer_id_that_looks_like_a_key_may_stand_in_an_address_once_it_finds_something(
    browser_of_anna: Client, anna: Customer
) -> None:
    computer_id = "97f5c654a66b0034923f552fb3b41f67"
    license = make_license(customer=anna, computers=("LAPTOP",))
    assert browser_of_anna.post(SEARCH, {"q": computer_id}).status_code == 200
    license.activations.update(computer_id=computer_id)
    answer = browser_of_anna.post(SEARCH, {"q": computer_id})
    assert urlsplit(answer["Location"]).query == f"q={computer_id}"


def test_key_in_the_address_is_not_searched_for(browser_of_anna: Client, license: License) -> None:
    page = browser_of_anna.get(LIST, {"q": license.activation_key})
    assert page.status_code == 200
    assert page.context["text"] == ""


def test_list_takes_few_queries(browser_of_anna: Client, anna: Customer) -> None:
    for _ in range(3):
        in_use_on(make_license(customer=anna), 10)
    browser_of_anna.get(LIST)
    for address in (LIST, f"{LIST}?q=pc"):
        with CaptureQueriesContext(connection) as queries:
            browser_of_anna.get(address)
        assert len(queries) <= 10
