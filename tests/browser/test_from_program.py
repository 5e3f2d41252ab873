"""The program opens the portal: through sign-in to the license file, with the computer filled in all the way."""

import json

import pytest
from playwright.sync_api import Page, expect

from accounts.demo import DEMO_PASSWORD
from licenses.models import Activation, License
from tests.browser.conftest import Visit
from tests.browser.jobs import computer_id_for, in_use, message, shown_license_file, verified
from tests.browser.people import GLOBEX, PRIMARY, RESELLER, SOLO, bought, press

NAME = "FROM-THE-PROGRAM"


def sign_in_on_the_way(page: Page, person: str) -> None:
    """Sign in on the page that stands before the one that the program opened."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("E-mail address").fill(person)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    press(page, "Sign in")


@pytest.mark.parametrize(
    ("person", "order", "number", "has_java_script"),
    [(SOLO, "NW-4270", 41, True), (GLOBEX, "NW-5044", 42, False), (RESELLER, "N-10433", 43, True)],
)
def test_link_leads_through_sign_in_to_the_license_file(
    visit: Visit, person: str, order: str, number: int, has_java_script: bool
) -> None:
    license = bought(order)
    computer_id, before = computer_id_for(license, number), in_use(license)
    page = visit(java_script_enabled=has_java_script)
    asked = f"product={license.product.slug}&computer_id={computer_id}&computer_name={NAME}&client_version=4.1.2"
    page.goto(f"/activate/?{asked}")
    sign_in_on_the_way(page, person)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Activate {license.product}")
    expect(page.get_by_label("Computer ID")).to_have_value(computer_id)
    expect(page.get_by_label("Computer name")).to_have_value(NAME)
    expect(page.get_by_role("radio", checked=True)).to_have_count(1)
    assert in_use(license) == before
    page.get_by_role("radio", name=license.key_tail).check()
    press(page, "Activate")
    expect(message(page)).to_have_text(f"{NAME} is activated.")
    claims = verified(page, shown_license_file(page), license)
    assert claims["sub"] == str(license.pk)
    assert in_use(license) == before + 1
    assert Activation.objects.get(computer_id=computer_id).client_version == "4.1.2"


def test_request_file_fills_in_the_form_and_enter_activates(visit: Visit) -> None:
    computer_id = computer_id_for(bought("NW-4208"), 44)
    content = json.dumps({"product": "spectra-desk", "computer_id": computer_id}).encode()
    page = visit(PRIMARY)
    page.goto("/activate/")
    page.get_by_label("Request file").set_input_files(
        [{"name": "request.json", "mimeType": "application/json", "buffer": content}]
    )
    press(page, "Read this file")
    expect(page.get_by_label("Computer ID")).to_have_value(computer_id)
    chosen = License.objects.get(pk=page.get_by_role("radio", checked=True).input_value())
    before = in_use(chosen)
    page.get_by_label("Computer name").fill(NAME)
    with page.expect_navigation():
        page.get_by_label("Computer name").press("Enter")
    expect(message(page)).to_have_text(f"{NAME} is activated.")
    assert in_use(chosen) == before + 1


def test_key_is_shown_and_copied_in_place_and_the_title_stays(visit: Visit) -> None:
    license = bought("NW-4270")
    page = visit(SOLO, permissions=["clipboard-read", "clipboard-write"])
    page.goto(license.get_absolute_url())
    title, address = page.title(), page.url
    page.get_by_role("button", name="Show key").click()
    expect(page.locator("#activation-key")).to_have_text(license.activation_key)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == license.activation_key
    assert (page.title(), page.url) == (title, address)


def test_list_is_downloaded_as_it_is_narrowed(visit: Visit) -> None:
    page = visit(SOLO)
    page.goto("/licenses/?order=expires")
    for name, ending in (("CSV", "csv"), ("Excel", "xlsx")):
        with page.expect_download() as download:
            page.get_by_role("group", name="Export this list").get_by_role("link", name=name).click()
        assert download.value.suggested_filename.endswith(f".{ending}")
        assert "order=expires" in download.value.url
    expect(page.get_by_role("heading", level=1)).to_have_text("Licenses")
