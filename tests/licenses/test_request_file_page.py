"""Uploading a request file: it fills in the form, asks for the button once more, and changes nothing."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from licenses.models import Activation, License
from organizations.models import Customer
from tests.cast import make_license, make_product
from tests.licenses.pages import Answer, address, fields, words

HERE = "/activate/"
ASKED = {"product": "spectra", "computer_id": "ID-1", "computer_name": "Anna’s laptop", "client_version": "4.1.2"}


def preselected(answer: Answer) -> str:
    [value] = re.findall(r'name="license_id" [^>]*value="([^"]*)" checked', answer.content.decode())
    return value


def request_file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("request.json", content, "application/json")


GOOD_FILE = b'{"product": "spectra", "computer_id": "ID-9", "computer_name": "LAB", "client_version": "4.2"}'


def test_request_file_fills_in_the_page_of_its_product_and_asks_for_the_button_once_more(
    browser_of_anna: Client, license: License
) -> None:
    page = browser_of_anna.post(HERE, {"fill": "1", "request_file": request_file(GOOD_FILE)})
    assert page.status_code == 200
    assert "Filled in from the request file. Check it, then press Activate." in words(page)
    sent = fields(page)
    assert (sent["product"], sent["computer_id"], sent["computer_name"]) == ("spectra", "ID-9", "LAB")
    assert not Activation.objects.exists()
    assert browser_of_anna.post(HERE, sent | {"license_id": preselected(page)}).status_code == 302
    assert Activation.objects.get().client_version == "4.2"


def test_file_chosen_and_activate_pressed_fills_in_first(browser_of_anna: Client, license: License) -> None:
    typed = {**ASKED, "license_id": str(license.pk), "request_file": request_file(GOOD_FILE)}
    assert fields(browser_of_anna.post(HERE, typed))["computer_id"] == "ID-9"
    assert not Activation.objects.exists()


def test_request_file_on_a_licenses_own_page_fills_in_its_form(browser_of_anna: Client, license: License) -> None:
    here = address("activate", license)
    page = browser_of_anna.post(here, {"fill": "1", "request_file": request_file(GOOD_FILE)})
    assert fields(page)["computer_id"] == "ID-9"
    assert not Activation.objects.exists()
    assert browser_of_anna.post(here, fields(page)).status_code == 302
    activation = Activation.objects.get()
    assert (activation.computer_name, activation.client_version) == ("LAB", "4.2")


BAD_FILES = {
    b"": "The file is empty.",
    b"x" * 70_000: "The file is too big",
    b"\xff\xfe": "The file is not text in UTF-8.",
    b"[]": "The file holds no request, but other JSON.",
    GOOD_FILE.replace(b"ID-9", b"a b"): "cannot be right.",
}


@pytest.mark.parametrize("content", BAD_FILES, ids=lambda content: content[:12])
@pytest.mark.parametrize("where", ["program", "license"])
def test_bad_request_file_is_told_beside_the_field_and_what_was_typed_stays(
    browser_of_anna: Client, license: License, content: bytes, where: str
) -> None:
    here = HERE if where == "program" else address("activate", license)
    typed = {**ASKED, "license_id": str(license.pk), "fill": "1", "request_file": request_file(content)}
    page = browser_of_anna.post(here, typed)
    beside = re.search(r'id="id_request_file_error">(.*?)</div>', page.content.decode(), re.DOTALL)
    assert page.status_code == 200
    assert beside is not None
    assert BAD_FILES[content] in beside[1]
    assert page.content.decode().partition("<title>")[2].startswith("Error:")
    assert fields(page)["computer_id"] == "ID-1"
    assert not Activation.objects.exists()


@pytest.mark.parametrize("where", ["program", "license"])
def test_button_without_a_file_asks_for_one(browser_of_anna: Client, license: License, where: str) -> None:
    page = browser_of_anna.post(HERE if where == "program" else address("activate", license), {"fill": "1"})
    assert "Choose the request file that the program has written." in words(page)


def test_another_products_file_is_refused_on_a_licenses_page_and_unknown_ones_everywhere(
    browser_of_anna: Client, license: License
) -> None:
    other = request_file(GOOD_FILE.replace(b"spectra", b"sonar"))
    page = words(browser_of_anna.post(address("activate", license), {"request_file": other}))
    assert "This file is for another product (sonar); this license is for Spectra." in page
    other = request_file(GOOD_FILE.replace(b"spectra", b"sonar"))
    page = words(browser_of_anna.post(HERE, {**ASKED, "request_file": other}))
    assert "The request file is for “sonar”, a product that this portal does not know." in page


def test_huge_texts_beside_a_file_do_not_come_back_in_every_link(browser_of_anna: Client, anna: Customer) -> None:
    for number in range(5):
        make_license(customer=anna, product=make_product(f"Product {number}"))
    typed = dict.fromkeys(("computer_id", "computer_name", "client_version"), "é" * 100_000)
    page = browser_of_anna.post(HERE, {"fill": "1", "product": "unknown", **typed})
    assert page.status_code == 200
    assert len(page.content) < 100_000
