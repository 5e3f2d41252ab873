"""Everything works by keyboard: reached with Tab, seen when focused, errors announced and led to."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.jobs import computer_id_for, in_use, message
from tests.browser.pages import VIEWS, View
from tests.browser.people import MEMBER, PRIMARY, bought

# One of each kind of page; the others differ in what they say.
BY_KEYBOARD = (
    "sign-in",
    "sign-in-refused",
    "first-password",
    "sign-out",
    "list-viewer",
    "list-filters",
    "list-nothing-found",
    "license-primary",
    "license-files-out-of-date",
    "activate-unusual",
    "activate-none-left",
    "deactivate",
    "rename-refused",
    "license-file",
    "error-404",
)

MARK_WHAT_CAN_BE_REACHED = """() => {
    const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const reachable = [...document.querySelectorAll(all)].filter(
        (element) => !element.disabled && element.checkVisibility({visibilityProperty: true}));
    reachable.forEach((element, number) => element.dataset.number = number);
    reachable[0].focus();
    return reachable.map((element) => element.outerHTML.slice(0, 120));
}"""
WHERE_THE_FOCUS_IS = """() => {
    const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
    return {
        number: Number(element.dataset.number ?? -1),
        isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        isOnScreen: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
    };
}"""


@pytest.mark.parametrize("view", [view for view in VIEWS if view.name in BY_KEYBOARD], ids=lambda view: view.name)
def test_tab_reaches_everything_in_order_and_shows_where_it_is(view: View, visit: Visit) -> None:
    page = visit(view.person)
    page.goto(view.address())
    view.arrive(page)
    assert list(keyboard_faults(page)) == []


def keyboard_faults(page: Page) -> Iterator[str]:
    """Press Tab until the first is focused again, and tell what was not focused, not in order, or not to be seen."""
    reachable = page.evaluate(MARK_WHAT_CAN_BE_REACHED)
    reached: list[int] = []
    for _press in range(len(reachable) + 5):
        page.keyboard.press("Tab")
        focus = page.evaluate(WHERE_THE_FOCUS_IS)
        number = focus["number"]
        if number < 0 or number in reached:
            continue
        reached.append(number)
        if not focus["isMarked"] or not focus["isOnScreen"]:
            yield f"the focus cannot be seen on {reachable[number]}"
    yield from (f"Tab does not reach {reachable[number]}" for number in set(range(len(reachable))) - set(reached))
    if reached != [*range(1, len(reachable)), 0]:
        yield f"Tab goes in the order {reached}"


def test_every_kind_of_page_is_tried_by_keyboard() -> None:
    assert set(BY_KEYBOARD) <= {view.name for view in VIEWS}


def test_first_tab_offers_to_skip_to_the_content(visit: Visit) -> None:
    page = visit(MEMBER)
    page.goto("/licenses/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Search licenses")).to_be_focused()


def test_error_summary_takes_the_focus_and_leads_to_the_field(visit: Visit) -> None:
    page = visit(PRIMARY)
    page.goto(f"{bought('NW-4208').get_absolute_url()}activate/")
    page.get_by_label("Computer ID").fill("two words")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=re.compile("^Computer ID: A computer ID has no spaces"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Computer ID")).to_be_focused()


def test_account_menu_opens_and_closes_by_keyboard(visit: Visit) -> None:
    page = visit(MEMBER)
    page.goto("/licenses/")
    menu = page.get_by_role("banner").locator("summary")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Sign out")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Sign out")).to_be_hidden()
    expect(menu).to_be_focused()


def test_computer_is_activated_by_keyboard_alone(visit: Visit) -> None:
    license = bought("NW-5071")
    page, before = visit(PRIMARY), in_use(license)
    page.goto(license.get_absolute_url())
    page.get_by_role("link", name="Activate a computer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Activate a computer")
    page.get_by_label("Computer ID").focus()
    page.keyboard.type(computer_id_for(license, 50))
    page.keyboard.press("Tab")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Activate", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(message(page)).to_have_text("By keyboard is activated.")
    assert in_use(license) == before + 1
