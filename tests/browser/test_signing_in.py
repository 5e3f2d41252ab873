"""Each person of the demo signs in through the real page and sees exactly what exists for them."""

import re

import pytest
from allauth.usersessions.models import UserSession
from playwright.sync_api import Page, expect

from accounts.demo import DEMO_PEOPLE
from licenses.models import License
from tests.browser.conftest import Visit
from tests.browser.people import NOBODY, SEEN, press, sign_in

ACTIONS = re.compile("Activate|Deactivate|Replace|Rename|Open the license file|Issue|Undo|license files")
OTHERS = "Sign out all other browsers"


def listed(page: Page) -> list[str]:
    """Return the paths of all licenses in the list, page after page."""
    paths: list[str] = []
    while True:
        paths += [row.get_attribute("href") or "" for row in page.locator(".row-link").all()]
        following = page.get_by_role("navigation", name="License pages").get_by_role("link", name="Next")
        if not following.count():
            return paths
        with page.expect_navigation():
            following.click()


def test_the_eight_people_of_the_demo_are_those_tested() -> None:
    assert [person.address for person in DEMO_PEOPLE] == list(SEEN)


@pytest.mark.parametrize("person", SEEN)
def test_person_signs_in_and_sees_exactly_what_exists_for_them(visit: Visit, person: str) -> None:
    page = visit()
    sign_in(page, person)
    expect(page).to_have_url(re.compile(r":\d+/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Licenses").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Licenses")
    rows = License.objects.filter(SEEN[person].licenses).order_by("-pk")
    assert listed(page) == [license.get_absolute_url() for license in rows]
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Administration")
    assert link.count() == SEEN[person].is_staff
    answer = page.goto("/admin/")
    assert answer is not None
    assert answer.status == (200 if SEEN[person].is_staff else 404)


@pytest.mark.parametrize("person", SEEN)
def test_license_pages_offer_actions_only_to_who_may_act(visit: Visit, person: str) -> None:
    page = visit(person)
    offered = 0
    for license in License.objects.filter(SEEN[person].licenses).order_by("pk")[:6]:
        page.goto(license.get_absolute_url())
        main = page.get_by_role("main")
        offered += main.get_by_role("link", name=ACTIONS).count() + main.get_by_role("button", name=ACTIONS).count()
    assert bool(offered) is SEEN[person].may_act


def test_button_of_the_demo_signs_in_with_one_click(visit: Visit) -> None:
    page = visit()
    page.goto("/licenses/?after=")
    page.get_by_role("button", name="member@acme.example").click()
    expect(page).to_have_url(re.compile(r"/licenses/\?after=$"))
    expect(page.get_by_role("banner").locator("summary")).to_contain_text("Mira Lindholm")


def test_signing_out_elsewhere_is_offered_only_to_who_is_signed_in_elsewhere(visit: Visit) -> None:
    UserSession.objects.filter(user__email=NOBODY).delete()
    here, there = visit(NOBODY), visit(NOBODY)
    here.goto("/accounts/sessions/")
    expect(here.get_by_text("(this one)")).to_be_visible()
    expect(here.get_by_role("button", name=OTHERS)).to_have_count(0)
    there.goto("/accounts/sessions/")
    press(there, OTHERS)
    expect(there.get_by_role("button", name=OTHERS)).to_have_count(0)
    here.goto("/licenses/")
    expect(here).to_have_url(re.compile("/accounts/login/"))


def test_times_in_a_table_stay_inside_its_card_on_a_phone(visit: Visit) -> None:
    page = visit(NOBODY, viewport={"width": 390, "height": 844})
    page.goto("/accounts/sessions/")
    frame = page.locator(".table-frame").bounding_box()
    assert frame is not None
    for time in page.locator(".table-frame time").all():
        box = time.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] - 16


def test_person_signs_out_and_the_back_button_shows_nothing(visit: Visit) -> None:
    page = visit("member@acme.example")
    page.goto("/licenses/")
    page.get_by_role("banner").locator("summary").click()
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile(r"/accounts/login/"))
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
