"""Finding a license among many: typed, filtered, ordered, page by page, with JavaScript and without."""

import re
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Page, Request, Route, expect

from licenses.activation_key import make
from tests.browser.conftest import Visit
from tests.browser.lists import LATER, box, choose, count, rows
from tests.browser.people import DEMO_PASSWORD, PRIMARY, STAFF, bought, press


def remember(page: Page) -> None:
    """Mark the page, so that `is_remembered` tells whether it has been loaded anew since."""
    page.evaluate("document.documentElement.dataset.remembered = 'yes'")


def is_remembered(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.dataset.remembered === 'yes'"))


def addresses_told(page: Page) -> list[str]:
    """Return a list that fills with every address that the page asks for or names as where it comes from."""
    told: list[str] = []

    def remember_addresses(request: Request) -> None:
        told.extend(unquote_plus(text) for text in (request.url, request.headers.get("referer", "")))

    page.on("request", remember_addresses)
    return told


@pytest.fixture
def page(visit: Visit) -> Page:
    """The list of Acme's primary contact."""
    page = visit(PRIMARY)
    page.goto("/licenses/")
    remember(page)
    return page


def test_typing_narrows_the_list_without_loading_the_page(page: Page) -> None:
    license = bought("NW-4208")
    box(page).press_sequentially(license.key_tail, delay=LATER)
    expect(rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(rf"/licenses/\?q={license.key_tail}$"))
    expect(count(page)).to_have_text("1 found, newest first")
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value(license.key_tail)
    assert is_remembered(page)
    box(page).press_sequentially("x", delay=LATER)
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    assert is_remembered(page)


def test_what_was_typed_before_the_page_was_ready_is_searched_for(visit: Visit) -> None:
    page = visit(PRIMARY)
    scripts: list[Route] = []

    def hold_back(route: Route) -> None:
        scripts.append(route)

    page.route("**/*.js", hold_back)
    page.goto("/licenses/", wait_until="commit")
    license = bought("NW-4208")
    box(page).fill(license.key_tail)
    for script in scripts:
        script.continue_()
    expect(count(page)).to_have_text("1 found, newest first")
    expect(page).to_have_url(re.compile(rf"/licenses/\?q={license.key_tail}$"))
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value(license.key_tail)


def test_going_back_leaves_the_search_at_once_and_forward_returns_to_it(page: Page) -> None:
    for text in ("spectra", "spectra desk"):
        box(page).fill(text)
        expect(page).to_have_url(re.compile(re.escape(f"q={text.replace(' ', '+')}") + "$"))
    page.go_back()
    expect(page).to_have_url(re.compile("/licenses/$"))
    expect(count(page)).to_contain_text("in all")
    expect(box(page)).to_have_value("")
    page.go_forward()
    expect(box(page)).to_have_value("spectra desk")
    expect(count(page)).to_contain_text("found")


def test_single_letter_is_not_searched_for_while_it_is_typed(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.resource_type != "other" else None)
    box(page).press_sequentially("s", delay=LATER)
    page.wait_for_timeout(600)
    assert asked == []
    box(page).press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=s$"))


def test_empty_box_shows_everything_again(page: Page) -> None:
    everything = count(page).text_content() or ""
    box(page).fill("spectra")
    expect(count(page)).to_contain_text("found")
    box(page).fill("")
    expect(count(page)).to_have_text(everything)
    expect(page).to_have_url(re.compile("/licenses/$"))


@pytest.mark.parametrize("way", ["pasted", "typed slowly", "sent"])
def test_whole_key_leads_to_its_license_and_stands_in_no_address(visit: Visit, way: str) -> None:
    license, page = bought("NW-4208"), visit(PRIMARY)
    page.goto("/licenses/")
    told = addresses_told(page)
    if way == "pasted":
        box(page).fill(license.activation_key)
    elif way == "typed slowly":
        box(page).press_sequentially(license.activation_key, delay=60)
    else:
        box(page).fill(license.activation_key.lower().replace("-", " "))
        box(page).press("Enter")
    expect(page).to_have_url(re.compile(f"{license.get_absolute_url()}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(str(license.product_version))
    assert [text for text in told if license.activation_key[:8] in text.upper()] == []


def test_key_of_nobody_stays_in_the_box_and_in_no_address(page: Page) -> None:
    key = make()
    box(page).fill("spectra")
    expect(page).to_have_url(re.compile("q=spectra$"))
    told = addresses_told(page)
    box(page).fill(key)
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    expect(box(page)).to_have_value(key)
    expect(page).to_have_url(re.compile("/licenses/$"))
    assert page.title() == "Licenses · License Portal"
    assert [text for text in told if key[:5] in text] == []
    page.get_by_role("link", name="Show everything").click()
    expect(count(page)).to_contain_text("in all")
    expect(box(page)).to_have_value("")


def test_pages_turn_without_loading_the_page_and_the_browser_goes_back(visit: Visit) -> None:
    page = visit(STAFF)
    page.goto("/licenses/")
    remember(page)
    first = rows(page).first.text_content()
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile(r"\?after="))
    expect(rows(page).first).not_to_have_text(first or "")
    assert is_remembered(page)
    assert page.evaluate("scrollY") == 0
    expect(page.locator("#list")).to_be_focused()
    expect(rows(page).first).to_have_attribute("role", "row")
    page.go_back()
    expect(rows(page).first).to_have_text(first or "")
    page.go_forward()
    expect(rows(page).first).not_to_have_text(first or "")


def test_filters_become_chips_and_a_removed_chip_takes_its_filter_along(page: Page) -> None:
    choose(page, Status="Revoked", License_model="Permanent")
    chips = page.get_by_role("list", name="Shown are only")
    expect(chips.get_by_role("listitem")).to_have_text([re.compile("Status: Revoked"), re.compile("Permanent")])
    expect(page).to_have_url(re.compile(r"/licenses/\?status=revoked&model=permanent$"))
    expect(count(page)).to_contain_text("found")
    page.get_by_role("link", name="Remove Status: Revoked").click()
    expect(chips.get_by_role("listitem")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/licenses/\?model=permanent$"))
    page.get_by_role("link", name="Clear all").click()
    expect(chips).to_have_count(0)
    expect(count(page)).to_contain_text("in all")
    assert is_remembered(page)


def test_search_keeps_the_filters_and_its_own_chip_empties_the_box(page: Page) -> None:
    choose(page, Status="Activated")
    expect(page).to_have_url(re.compile("status=activated$"))
    box(page).fill("spectra")
    expect(page).to_have_url(re.compile("status=activated&q=spectra$"))
    page.get_by_role("link", name="Remove Search: “spectra”").click()
    expect(page).to_have_url(re.compile("status=activated$"))
    expect(box(page)).to_have_value("")
    assert is_remembered(page)


def test_order_is_chosen_from_the_menu(page: Page) -> None:
    page.locator("summary", has_text="Newest").click()
    page.get_by_role("link", name="Expires soonest").click()
    expect(page).to_have_url(re.compile("order=expires$"))
    expect(count(page)).to_have_text(re.compile("those that expire soonest first$"))
    expect(page.locator("summary", has_text="Expires soonest")).to_be_visible()


def test_name_in_a_row_narrows_the_list_to_what_is_theirs(page: Page) -> None:
    page.get_by_role("link", name="Mira Lindholm (only their licenses)").first.click()
    expect(page.get_by_role("link", name="Remove Customer: Mira Lindholm")).to_be_visible()
    expect(page).to_have_url(re.compile("customer="))
    assert is_remembered(page)


def test_who_was_signed_out_meanwhile_signs_in_and_is_back_in_the_list(page: Page) -> None:
    choose(page, Status="Activated")
    expect(page).to_have_url(re.compile("status=activated$"))
    page.context.clear_cookies(name="sessionid")
    box(page).fill("spectra")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("E-mail address").fill(PRIMARY)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    press(page, "Sign in")
    expect(page).to_have_url(re.compile(r"/licenses/\?status=activated$"))
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("link", name="Clear all").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_error_is_shown_as_the_page_that_it_is(page: Page) -> None:
    page.route("**/licenses/search/", lambda route: route.continue_(post_data="q=%00"))
    box(page).fill("spectra")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("could not be|not understood|cannot", re.I))
    expect(page.get_by_role("main")).to_be_focused()
    assert page.locator("#list").count() == 0


def test_portal_out_of_reach_says_so_and_goes_on_when_it_is_back(page: Page) -> None:
    page.route("**/licenses/search/", lambda route: route.abort())
    box(page).fill("spectra")
    notice = page.get_by_text("The portal cannot be reached at the moment.")
    expect(notice).to_be_visible()
    page.unroute("**/licenses/search/")
    box(page).fill("spectra desk")
    expect(count(page)).to_contain_text("found")
    expect(notice).to_have_count(0)


def test_answer_without_a_list_is_shown_instead_of_nothing(page: Page) -> None:
    sorry = "<title>Back soon</title><main id=main tabindex=-1><h1>Back soon</h1></main>"
    page.route("**/licenses/search/", lambda route: route.fulfill(body=sorry, content_type="text/html"))
    box(page).fill("spectra")
    expect(page.get_by_role("heading", level=1)).to_have_text("Back soon")


def test_nothing_of_the_lists_is_kept_in_the_browser(page: Page) -> None:
    box(page).fill("spectra")
    expect(count(page)).to_contain_text("found")
    page.get_by_role("link", name="Clear all").click()
    expect(count(page)).to_contain_text("in all")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Spectra" not in kept
    assert "htmx-history-cache" not in kept


def test_escape_closes_an_open_menu_and_a_click_elsewhere_too(page: Page) -> None:
    summary = page.locator("summary", has_text="Filter")
    panel = page.get_by_label("Status", exact=True)
    summary.click()
    panel.press("Escape")
    expect(panel).to_be_hidden()
    expect(summary).to_be_focused()
    box(page).fill("spectra")
    expect(count(page)).to_contain_text("found")
    summary.click()
    expect(panel).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(panel).to_be_hidden()
