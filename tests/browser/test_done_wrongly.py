"""The main job done wrongly, twice, at the same time, and by the wrong person."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.jobs import computer_id_for, in_use, message, type_computer
from tests.browser.people import GLOBEX, MEMBER, PRIMARY, RESELLER, SECONDARY, STAFF, VIEWER, bought, computer


def at_the_form(page: Page, order_id: str) -> None:
    """Open the form that activates."""
    page.goto(f"{bought(order_id).get_absolute_url()}activate/")


def press_activate(page: Page) -> None:
    """Send the form that activates."""
    page.get_by_role("button", name="Activate", exact=True).click()


def test_computer_id_that_is_none_is_explained_beside_the_field(visit: Visit) -> None:
    license = bought("NW-4208")
    page, before = visit(PRIMARY), in_use(license)
    at_the_form(page, "NW-4208")
    type_computer(page, "my laptop", "My laptop")
    press_activate(page)
    field = page.get_by_label("Computer ID")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(
        re.compile("A computer ID has no spaces or invisible characters. Copy it again from the program.")
    )
    expect(field).to_have_value("my laptop")
    expect(page.get_by_label("Computer name")).to_have_value("My laptop")
    expect(page).to_have_title(re.compile("^Error: Activate a computer"))
    assert in_use(license) == before


def test_unusual_computer_id_is_asked_about_and_then_activated(visit: Visit) -> None:
    license = bought("NW-5071")
    page, before = visit(PRIMARY), in_use(license)
    at_the_form(page, "NW-5071")
    expect(page.get_by_role("checkbox")).to_have_count(0)
    type_computer(page, "custom-hardware-1", "Odd one")
    press_activate(page)
    expect(page.get_by_role("alert")).to_contain_text("This does not look like a computer ID of Calibration Ledger.")
    assert in_use(license) == before
    page.get_by_label("The program shows exactly this computer ID").check()
    press_activate(page)
    expect(message(page)).to_have_text("Odd one is activated.")
    assert in_use(license) == before + 1


@pytest.mark.parametrize("has_java_script", [True, False])
def test_double_click_activates_once(visit: Visit, has_java_script: bool) -> None:
    license, number = bought("NW-5071"), 20 + has_java_script
    page, before = visit(PRIMARY, java_script_enabled=has_java_script), in_use(license)
    at_the_form(page, "NW-5071")
    type_computer(page, computer_id_for(license, number), f"Twice {number}")
    page.get_by_role("button", name="Activate", exact=True).dblclick()
    expect(message(page)).to_contain_text(f"Twice {number}")
    assert in_use(license) == before + 1


def test_going_back_and_sending_again_uses_nothing_up(visit: Visit) -> None:
    license = bought("NW-5071")
    page, before = visit(PRIMARY), in_use(license)
    at_the_form(page, "NW-5071")
    type_computer(page, computer_id_for(license, 30), "Once more")
    press_activate(page)
    expect(message(page)).to_have_text("Once more is activated.")
    page.go_back()
    type_computer(page, computer_id_for(license, 30), "Once more")
    press_activate(page)
    expect(message(page)).to_contain_text("Once more was active already, so nothing was used up.")
    assert in_use(license) == before + 1


def test_computer_that_a_colleague_deactivated_meanwhile_is_not_deactivated_again(visit: Visit) -> None:
    license, path = bought("NW-5071"), f"{computer('NW-5071', 'CAL-TABLET-22')}deactivate/"
    mine, colleagues = visit(PRIMARY), visit(SECONDARY)
    before = in_use(license)
    for page in (mine, colleagues):
        page.goto(path)
    for page in (colleagues, mine):
        page.get_by_role("button", name="Deactivate CAL-TABLET-22").click()
    expect(message(colleagues)).to_have_text("CAL-TABLET-22 is deactivated. Its activation is free again.")
    expect(message(mine)).to_have_text("CAL-TABLET-22 was deactivated before; nothing was changed.")
    assert in_use(license) == before - 1


def test_name_that_a_colleague_changed_meanwhile_is_said_and_what_was_typed_is_kept(visit: Visit) -> None:
    path = f"{computer('NW-5071', 'CAL-TABLET-23')}rename/"
    mine, colleagues = visit(PRIMARY), visit(SECONDARY)
    for page in (mine, colleagues):
        page.goto(path)
    for page, name in ((colleagues, "Tablet of Lukasz"), (mine, "Tablet of Aoife")):
        page.get_by_label("Computer name").fill(name)
        page.get_by_role("button", name="Save the name").click()
    expect(mine.get_by_role("alert")).to_contain_text("This computer was renamed to “Tablet of Lukasz”")
    expect(mine.get_by_label("Computer name")).to_have_value("Tablet of Aoife")


WRONG_PEOPLE = [(MEMBER, "NW-5127"), (GLOBEX, "NW-4208"), (RESELLER, "NW-4208"), (VIEWER, "N-10433")]


@pytest.mark.parametrize(("person", "order_id"), WRONG_PEOPLE)
@pytest.mark.parametrize("below", ["", "activate/"])
def test_license_of_somebody_else_is_not_there(visit: Visit, person: str, order_id: str, below: str) -> None:
    page = visit(person)
    answer = page.goto(f"{bought(order_id).get_absolute_url()}{below}")
    assert answer
    assert answer.status == 404
    expect(page.get_by_role("main")).to_contain_text(f"Nothing here for {person}. Perhaps the link is old")


def test_who_only_sees_is_told_who_can(visit: Visit) -> None:
    page = visit(VIEWER)
    answer = page.goto(f"{computer('S-0207', 'ATL-PORTO-02')}deactivate/")
    assert answer
    assert answer.status == 403
    expect(page.get_by_role("main")).to_contain_text("Inês Carvalho")
    expect(page.get_by_role("main")).to_contain_text("Northwind Instruments")


def test_form_is_sent_by_nobody_once_the_person_is_signed_out(visit: Visit) -> None:
    license = bought("NW-5080")
    page, before = visit(STAFF), in_use(license)
    at_the_form(page, "NW-5080")
    type_computer(page, computer_id_for(license, 40), "Too late")
    page.context.clear_cookies(name="sessionid")
    press_activate(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert in_use(license) == before
