"""Whole activation keys among what is searched for: understood however written, and kept out of addresses."""

from collections.abc import Callable

import pytest
from django.test import Client

from licenses.activation_key import make
from licenses.models import License
from licenses.searching import could_be_key, license_of_key, read_text
from organizations.access import viewer_for
from organizations.models import Customer
from tests.cast import make_customer, make_license


@pytest.mark.parametrize("written", [str, str.lower, lambda key: key.replace("-", ""), lambda key: f" {key} "])
def test_whole_key_is_understood_however_it_is_written(
    anna: Customer, license: License, written: Callable[[str], str]
) -> None:
    key = written(license.activation_key)
    assert license_of_key(viewer_for(anna.user), key) == license


def test_whole_key_of_somebody_else_leads_nowhere(anna: Customer, license: License) -> None:
    viewer = viewer_for(anna.user)
    assert license_of_key(viewer, make_license(customer=make_customer("Stranger")).activation_key) is None
    assert license_of_key(viewer, make()) is None
    assert license_of_key(viewer, "") is None


WIDE = {ord(each): chr(ord(each) + 0xFEE0) for each in "23456789ABCDEFGHJKMNPQRSTUVWXYZ"}
BESIDE_OTHERS = [
    lambda key: f"sol@home.example, {key}",
    lambda key: f"Key: {key} @home",
    lambda key: key.lower().replace("-", " ") + " sol@home.example",
    lambda key: key.translate(WIDE),
]


@pytest.mark.parametrize("written", BESIDE_OTHERS)
def test_whole_key_beside_something_else_stands_in_no_address(license: License, written: Callable[[str], str]) -> None:
    text = written(license.activation_key)
    assert could_be_key(text)
    assert read_text({"q": text}) == ""


@pytest.mark.parametrize("address", ["/licenses/search/", "/computers/search/"])
@pytest.mark.parametrize("written", BESIDE_OTHERS)
def test_searching_with_it_leads_to_no_address_with_a_key(
    client: Client, anna: Customer, written: Callable[[str], str], address: str
) -> None:
    client.force_login(anna.user)
    assert client.post(address, {"q": written(make())}).status_code == 200


def test_key_in_wide_letters_leads_to_its_license(anna: Customer, license: License) -> None:
    assert license_of_key(viewer_for(anna.user), license.activation_key.translate(WIDE)) == license


def test_part_of_a_key_is_no_key(anna: Customer, license: License) -> None:
    key = license.activation_key
    for part in (key[:-1], key[1:], key[:5]):
        assert license_of_key(viewer_for(anna.user), part) is None


@pytest.mark.parametrize(
    ("text", "is_possible"),
    [
        ("23456-ABCDE-FGHJK-MNPQR-STUV2", True),
        ("ABCDE FGHJK MNPQR STUVW XYZAB", True),
        ("23456-ABCDE-FGHJK-MNPQR-STUV", True),
        ("ab12-cd34-ef56", True),
        ("ABCDEFGHIJKL", True),
        ("order 4711 of 2024", True),
        ("ab12-cd34-ef5", False),
        ("Northwind Instruments", False),
        ("mira.lindholm.2024@acme.example", False),
        ("NW-4208", False),
        ("", False),
    ],
)
def test_text_that_could_be_a_key_is_recognized(text: str, is_possible: bool) -> None:
    assert could_be_key(text) is is_possible


def test_text_could_become_a_key_while_it_is_typed() -> None:
    assert could_be_key("AB12CD", shortest=6)
    assert not could_be_key("AB12C", shortest=6)
    assert not could_be_key("Acme Tools", shortest=6)


def test_whole_key_is_not_read_from_an_address() -> None:
    key = make()
    assert read_text({"q": key}) == read_text({"q": key.lower().replace("-", "")}) == ""
    assert read_text({"q": " Acme "}) == "Acme"
    assert read_text({"q": "A" * 300}) == "A" * 200
