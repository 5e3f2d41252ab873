"""Somebody claims a person's address at a provider, and stays out (S3)."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from launcher.service import HOST
from tests.browser.code_age import age_code
from tests.browser.conftest import Visit
from tests.browser.people import MEMBER, PRIMARY, SOLO, STAFF, sign_in
from tests.browser.providers import (
    FACEBOOK,
    GOOGLE,
    MICROSOFT,
    codes_mailed_to,
    come_back_as,
    expect_code_page,
    expect_signed_in_as,
    expect_signed_out,
    leave_for,
    link_of,
    press_button_of,
    sign_in_with,
    sign_out,
    type_code,
)
from tests.identity_provider.identities import LOOK_ALIKE

pytestmark = pytest.mark.usefixtures("forgotten")

IMPOSTORS = [
    (GOOGLE, "impostor"),
    (GOOGLE, "impostor-in-words"),
    (GOOGLE, "other-company"),
    (MICROSOFT, "impostor"),
    (MICROSOFT, "impostor-in-words"),
    (FACEBOOK, "impostor"),
]
WRONG_CODES = ["BCDF-GHJK", "ZZZZ-ZZZZ", "1234-5678", "A", "BCDFGHJK" * 4]


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


@pytest.mark.parametrize(("role", "who"), IMPOSTORS)
def test_impostor_meets_the_code_page_and_the_code_goes_to_the_owner(visit_with: Visit, role: str, who: str) -> None:
    page = visit_with()
    sign_in_with(page, role, who)
    expect_code_page(page)
    assert len(codes_mailed_to(PRIMARY)) == 1
    for wrong in WRONG_CODES:
        type_code(page, wrong)
    expect(page.get_by_label("Code from the mail")).to_have_count(0)
    expect_signed_out(page)
    assert not link_of(role, who)


def test_right_code_does_nothing_in_another_browser(visit_with: Visit) -> None:
    impostor, owner = visit_with(), visit_with()
    sign_in_with(impostor, MICROSOFT, "impostor")
    [code] = codes_mailed_to(PRIMARY)
    sign_in_with(owner, MICROSOFT, "primary-acme")
    sign_out(owner)
    sign_in_with(owner, FACEBOOK, "impostor")
    type_code(owner, code)
    expect_code_page(owner)
    expect_signed_out(owner)
    assert not link_of(MICROSOFT, "impostor")
    assert not link_of(FACEBOOK, "impostor")


def test_code_too_many_guesses_old_is_worth_nothing(visit_with: Visit) -> None:
    page = visit_with()
    sign_in_with(page, FACEBOOK, "impostor")
    [code] = codes_mailed_to(PRIMARY)
    for wrong in WRONG_CODES:
        type_code(page, wrong)
    page.goto("/accounts/code/confirm/")
    expect(page.get_by_label("Code from the mail")).to_have_count(0)
    sign_in_with(page, FACEBOOK, "impostor")
    type_code(page, code)
    expect_code_page(page)
    expect_signed_out(page)


def test_code_works_once(visit_with: Visit) -> None:
    page = visit_with()
    sign_in_with(page, FACEBOOK, "solo-home")
    [code] = codes_mailed_to(SOLO)
    type_code(page, code)
    sign_out(page)
    sign_in_with(page, FACEBOOK, "unknown", address=SOLO)
    type_code(page, code)
    expect_code_page(page)
    expect_signed_out(page)
    assert not link_of(FACEBOOK, "unknown")


def test_code_is_worth_nothing_after_ten_minutes(visit_with: Visit) -> None:
    page = visit_with()
    sign_in_with(page, FACEBOOK, "solo-home")
    [code] = codes_mailed_to(SOLO)
    age_code(page.context, seconds=601)
    type_code(page, code)
    expect(page.get_by_role("main")).to_contain_text(re.compile("too old"))
    expect_signed_out(page)
    assert not link_of(FACEBOOK, "solo-home")


def test_same_object_id_in_another_tenant_is_somebody_else(visit_with: Visit) -> None:
    page = visit_with()
    sign_in_with(page, MICROSOFT, "member-acme")
    sign_out(page)
    sign_in_with(page, MICROSOFT, "same-object")
    assert heading(page) == "Which address are you registered with?"
    expect_signed_out(page)


def test_user_name_at_microsoft_is_no_address(visit_with: Visit) -> None:
    page = visit_with()
    sign_in_with(page, MICROSOFT, "user-name-only")
    assert heading(page) == "Which address are you registered with?"
    expect(page.get_by_label("E-mail address")).to_have_value("")
    assert not codes_mailed_to(PRIMARY)


@pytest.mark.parametrize("role", [GOOGLE, MICROSOFT, FACEBOOK])
def test_address_that_only_looks_like_a_person_s_is_a_stranger_s(visit_with: Visit, role: str) -> None:
    page = visit_with()
    sign_in_with(page, role, "look-alike")
    expect_signed_out(page)
    assert not link_of(role, "look-alike")
    assert not codes_mailed_to(PRIMARY)
    assert not codes_mailed_to(LOOK_ALIKE)


@pytest.mark.parametrize("role", [GOOGLE, MICROSOFT])
def test_unknown_address_that_is_proved_is_told_so(visit_with: Visit, role: str) -> None:
    page = visit_with()
    sign_in_with(page, role, "unknown")
    assert heading(page) == "This address does not sign in here"
    expect(page.get_by_role("main")).to_contain_text("stranger@elsewhere.example")
    expect_signed_out(page)


def test_unknown_address_that_is_not_proved_gets_the_same_answer_as_a_known_one(visit_with: Visit) -> None:
    answers = []
    for who, address in (("unknown", "stranger@elsewhere.example"), ("impostor", PRIMARY)):
        page = visit_with()
        sign_in_with(page, FACEBOOK, who)
        answers.append(page.get_by_role("main").inner_text().replace(address, "…"))
    assert answers[0] == answers[1]
    assert not codes_mailed_to("stranger@elsewhere.example")


@pytest.mark.parametrize("role", [GOOGLE, MICROSOFT, FACEBOOK])
def test_staff_are_never_matched_by_their_address(visit_with: Visit, role: str) -> None:
    page = visit_with()
    sign_in_with(page, role, "staff-vendor")
    expect_signed_out(page)
    assert not link_of(role, "staff-vendor")


@pytest.mark.parametrize("role", [GOOGLE, MICROSOFT, FACEBOOK])
def test_staff_connect_an_account_while_signed_in_and_then_sign_in_with_it(visit_with: Visit, role: str) -> None:
    page = visit_with()
    sign_in(page, STAFF)
    page.goto("/accounts/connections/")
    press_button_of(page, role)
    come_back_as(page, "staff-vendor")
    sign_out(page)
    sign_in_with(page, role, "staff-vendor")
    expect_signed_in_as(page, "Stella Berg")


def test_account_that_signs_somebody_in_cannot_be_connected_to_somebody_else(visit_with: Visit) -> None:
    page = visit_with()
    sign_in_with(page, GOOGLE, "member-acme")
    sign_out(page)
    sign_in(page, SOLO)
    page.goto("/accounts/connections/")
    press_button_of(page, GOOGLE)
    come_back_as(page, "member-acme")
    expect(page.get_by_text("signs somebody else in here")).to_be_visible()
    assert link_of(GOOGLE, "member-acme") == MEMBER


@pytest.mark.parametrize("is_linked", [False, True])
def test_person_who_is_switched_off_stays_out(visit_with: Visit, is_linked: bool) -> None:
    page = visit_with()
    if is_linked:
        sign_in_with(page, GOOGLE, "member-acme")
        sign_out(page)
    User.objects.filter(email=MEMBER).update(is_active=False)
    try:
        sign_in_with(page, GOOGLE, "member-acme")
        expected = "You cannot sign in at present" if is_linked else "This address does not sign in here"
        assert heading(page) == expected
        expect_signed_out(page)
    finally:
        User.objects.filter(email=MEMBER).update(is_active=True)


def test_answer_for_one_browser_signs_nobody_in_in_another(visit_with: Visit) -> None:
    attacker, victim = visit_with(), visit_with()
    leave_for(attacker, GOOGLE)
    of_the_portal = [cookie for cookie in attacker.context.cookies() if cookie["domain"] == HOST]
    attacker.context.clear_cookies(domain=HOST)
    come_back_as(attacker, "member-acme")
    answer = attacker.url
    assert "code=" in answer
    victim.goto(answer)
    expect_signed_out(victim)
    assert not link_of(GOOGLE, "member-acme")
    attacker.context.clear_cookies(domain=HOST)
    attacker.context.add_cookies(of_the_portal)
    attacker.goto(answer)
    expect_signed_in_as(attacker, "Mira Lindholm")
