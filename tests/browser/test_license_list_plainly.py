"""The list of licenses by keyboard alone, and with JavaScript switched off."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

from licenses.activation_key import make
from licenses.models import License
from tests.browser.conftest import Visit
from tests.browser.lists import LATER, box, choose, count
from tests.browser.people import MEMBER, STAFF, press, sign_in


def test_list_is_searched_filtered_and_turned_by_keyboard_alone(visit: Visit) -> None:
    page = visit(STAFF)
    page.goto("/licenses/")
    box(page).focus()
    page.keyboard.type("spectra", delay=LATER)
    expect(count(page)).to_contain_text("found")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Search", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Status", exact=True)).to_be_focused()
    page.keyboard.type("Activ")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("status=activated"))
    expect(page.locator("#list")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Remove Search: “spectra”")).to_be_focused()
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value("")
    expect(page.locator("#list")).to_be_focused()


def test_without_javascript_the_same_can_be_done(visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    sign_in(page, STAFF)
    page.goto("/licenses/")
    page.get_by_role("link", name="Next").click()
    assert "after=" in page.url
    page.get_by_role("link", name="Previous").click()
    choose(page, Status="Activated", Product="Spectra Desk")
    expect(page.get_by_role("link", name="Remove Status: Activated")).to_be_visible()
    box(page).fill("acme")
    press(page, "Search")
    found = dict(part.split("=") for part in urlsplit(page.url).query.split("&"))
    assert (found["q"], found["status"], "product" in found) == ("acme", "activated", True)
    page.locator("summary", has_text="Newest").click()
    page.get_by_role("link", name="Updates end soonest").click()
    assert page.url.endswith("&q=acme&order=updates")
    page.get_by_role("link", name="Clear all").click()
    assert page.url.endswith("/licenses/?order=updates")
    box(page).fill(License.objects.filter(customer__isnull=False)[0].activation_key)
    press(page, "Search")
    expect(page.get_by_role("link", name="Licenses").last).to_be_visible()
    assert re.search(r"/licenses/[0-9a-f-]{36}/$", page.url)


def test_without_javascript_a_key_of_nobody_is_answered_in_place(visit: Visit) -> None:
    page, key = visit(java_script_enabled=False), make()
    sign_in(page, MEMBER)
    page.goto("/licenses/")
    box(page).fill(key)
    press(page, "Search")
    assert urlsplit(page.url).path == "/licenses/search/"
    expect(box(page)).to_have_value(key)
    page.get_by_role("link", name="Show everything").click()
    assert urlsplit(page.url).path == "/licenses/"
