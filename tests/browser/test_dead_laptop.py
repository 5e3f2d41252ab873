"""A laptop has died: whoever used it frees everything it held in one go, as a new person would, in a real browser."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from licenses.models import Activation, License
from licenses.quota import quota_of
from tests.browser.conftest import Visit
from tests.browser.people import PRIMARY, sign_in

LAPTOP = "ACME-LT-0231"


@dataclass(frozen=True)
class Window:
    """What the person sits at."""

    width: int
    height: int
    has_java_script: bool = True

    def __str__(self) -> str:
        return f"{self.width} px{'' if self.has_java_script else ', without JavaScript'}"


WINDOWS = (Window(1440, 900), Window(390, 844), Window(390, 844, has_java_script=False))


def held() -> list[Activation]:
    """Return what the laptop holds, and see that the counters say so."""
    for license in License.objects.filter(organization__name="Acme Engineering"):
        assert license.activations_in_use == license.activations.in_use().count()
    return list(Activation.objects.in_use().filter(computer_name=LAPTOP).select_related("license"))


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_everything_a_dead_laptop_held_is_freed_in_one_go_and_can_be_undone(window: Window, visit: Visit) -> None:
    before = held()
    quotas = {each.license_id: quota_of(each.license) for each in before}
    assert len({each.license.product for each in before}) == 3
    page = visit(java_script_enabled=window.has_java_script, viewport={"width": window.width, "height": window.height})
    sign_in(page, PRIMARY)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Computers").click()
    search_the_laptop(page, window)
    select_all(page, window, len(before))
    ask(page, before)
    page.get_by_role("button", name="Deactivate 3 computers", exact=True).click()
    expect(page.locator(".messages")).to_have_text("3 computers are deactivated on 3 licenses.")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    assert held() == []
    page.get_by_role("button", name="Undo deactivating").click()
    expect(page.locator(".messages")).to_contain_text("3 computers are active again on 3 licenses")
    after = held()
    assert {each.license_id for each in after} == set(quotas)
    assert {each.license_id: quota_of(each.license) for each in after} == quotas


def search_the_laptop(page: Page, window: Window) -> None:
    """Type the beginning of its name; without JavaScript, press the button beside it."""
    box = page.get_by_label("Search computers")
    box.fill("acme-lt-02")
    if not window.has_java_script:
        page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url("**/computers/?q=acme-lt-02")
    expect(page.get_by_text("3 found, newest license first")).to_be_visible()


def select_all(page: Page, window: Window, number: int) -> None:
    """Select every row: all at once, or, without JavaScript, one by one."""
    boxes = page.get_by_role("checkbox", name=LAPTOP)
    expect(boxes).to_have_count(number)
    if window.has_java_script:
        page.get_by_label("Select all on this page").check()
        page.get_by_role("button", name=f"Deactivate selected ({number})", exact=True).click()
    else:
        expect(page.get_by_label("Select all on this page")).to_be_hidden()
        for box in boxes.all():
            box.check()
        page.get_by_role("button", name="Deactivate selected", exact=True).click()


def ask(page: Page, computers: list[Activation]) -> None:
    """Read what is freed on each license, and what is left of its quota then."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Deactivate 3 computers?")
    main = page.get_by_role("main")
    for activation in computers:
        license = activation.license
        expect(main).to_contain_text(f"1 of {license.activations_in_use} in use is freed")
        quota = quota_of(license)
        if quota:
            expect(main).to_contain_text(f"{quota.left - 1} of {quota.allowed} deactivations within")


def test_back_from_the_question_the_selection_and_its_number_are_still_there(visit: Visit) -> None:
    page = visit(PRIMARY)
    page.goto("/computers/?q=hall2-bench")
    boxes = page.get_by_role("checkbox", name="HALL2-BENCH")
    boxes.nth(0).check()
    boxes.nth(2).check()
    button = page.get_by_role("button", name="Deactivate selected (2)", exact=True)
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deactivate 2 computers?")
    page.go_back()
    expect(page.locator("[name=computer]:checked")).to_have_count(2)
    expect(button).to_be_visible()


def test_selecting_works_by_keyboard_alone(visit: Visit) -> None:
    page = visit(PRIMARY)
    page.goto("/computers/?q=hall2-bench")
    first = page.get_by_role("checkbox", name="HALL2-BENCH").first
    first.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Deactivate selected (1)", exact=True)).to_be_visible()
    page.get_by_label("Select all on this page").focus()
    page.keyboard.press("Space")
    expect(page.locator("[name=computer]:not(:checked)")).to_have_count(0)
    page.keyboard.press("Space")
    expect(page.locator("[name=computer]:checked")).to_have_count(0)
