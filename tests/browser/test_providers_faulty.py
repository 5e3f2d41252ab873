"""A provider answers wrongly, refuses, hangs or babbles: nobody gets in, and the page says what to do."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.demo import DEMO_PASSWORD
from tests.browser.conftest import Visit
from tests.browser.people import MEMBER, SOLO, press
from tests.browser.providers import (
    FACEBOOK,
    GOOGLE,
    IDS,
    MICROSOFT,
    come_back_as,
    expect_signed_in_as,
    expect_signed_out,
    leave_for,
    link_of,
    sign_in_with,
    sign_out,
)
from tests.identity_provider.identities import TOKEN_FAULTS, faults_of
from tests.support.identity_provider import WithProviders
from tests.support.visitor import Visitor

pytestmark = pytest.mark.usefixtures("forgotten")

ROLES = (GOOGLE, MICROSOFT, FACEBOOK)
SLOW = "hang"
EVERY_THREAD = 8
"""As many as a portal has to answer with."""
EVERY_FAULT = [(role, fault) for role in ROLES for fault in faults_of(role) if fault not in {SLOW, "replayed"}]
IN_SECRET = re.compile(r"code=|state=|token=|eyJ|@|Traceback")


def expect_friendly_page(page: Page, way_on: str = "sign") -> None:
    """See a page of the portal, with a heading, words and a way on."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/accounts/" in page.url
    assert page.get_by_role("main").get_by_role("link", name=re.compile(way_on, re.IGNORECASE)).count()


@pytest.mark.parametrize(("role", "fault"), EVERY_FAULT)
def test_fault_leads_to_a_friendly_page_and_one_log_line_without_secrets(
    visit_with: Visit, with_providers: WithProviders, role: str, fault: str
) -> None:
    page, already = visit_with(), len(with_providers.portal.log)
    sign_in_with(page, role, "member-acme", fault=fault)
    expect_friendly_page(page)
    written = with_providers.portal.log[already:]
    assert written.count("portal.sign_in") == 1
    assert not IN_SECRET.search(written)
    expect_signed_out(page)
    assert not link_of(role, "member-acme")


@pytest.mark.parametrize("fault", TOKEN_FAULTS)
def test_wrong_token_signs_nobody_in_whose_account_is_linked_already(visit_with: Visit, fault: str) -> None:
    page = visit_with()
    sign_in_with(page, GOOGLE, "member-acme")
    assert link_of(GOOGLE, "member-acme") == MEMBER
    sign_out(page)
    sign_in_with(page, GOOGLE, "member-acme", fault=fault)
    expect_friendly_page(page)
    expect_signed_out(page)


@pytest.mark.parametrize("role", ROLES)
def test_person_who_refuses_at_the_provider_is_led_back(visit_with: Visit, role: str) -> None:
    page = visit_with()
    leave_for(page, role)
    press(page, "Refuse")
    expect_friendly_page(page)
    expect_signed_out(page)


@pytest.mark.parametrize("role", ROLES)
def test_answer_that_is_replayed_signs_nobody_in(visit_with: Visit, role: str) -> None:
    page = visit_with()
    sign_in_with(page, role, "member-acme")
    page.context.clear_cookies()
    sign_in_with(page, role, "member-acme", fault="replayed")
    expect_friendly_page(page)
    expect_signed_out(page)


def test_answer_that_comes_twice_in_the_same_browser_counts_once(visit_with: Visit) -> None:
    page, answers = visit_with(), []
    page.on("request", lambda request: answers.append(request.url) if "/callback/" in request.url else None)
    sign_in_with(page, GOOGLE, "member-acme")
    sign_out(page)
    page.goto(answers[0])
    expect_friendly_page(page)
    expect_signed_out(page)


@pytest.mark.parametrize("role", ROLES)
def test_provider_that_hangs_keeps_nobody_else_waiting(
    visit_with: Visit, with_providers: WithProviders, role: str
) -> None:
    portal, page = with_providers.portal, visit_with()
    cache.clear()
    already = len(portal.log)
    waiting = [sent_back_by(page, portal.visitor(), role) for _each in range(EVERY_THREAD)]
    with ThreadPoolExecutor(EVERY_THREAD) as browsers:
        answers = [browsers.submit(visitor.get, path) for visitor, path in waiting]
        while " failed: " not in portal.log[already:]:
            time.sleep(0.05)
        assert portal.visitor().sign_in_with(SOLO, DEMO_PASSWORD).status == HTTPStatus.FOUND
        assert ": slow" not in portal.log[already:]  # with every thread waiting, one had to be given up first
    for answer in answers:
        assert "Signing in with" in answer.result().text
        assert answer.result().status == HTTPStatus.UNAUTHORIZED
    assert portal.log[already:].count(": busy") >= EVERY_THREAD // 2


def sent_back_by(page: Page, visitor: Visitor, role: str) -> tuple[Visitor, str]:
    """Return a visitor whom the provider sends back, and where to; it will hang when the portal asks."""
    page.goto(visitor.post(f"/accounts/{IDS[role]}/login/").location)
    come_back_as(page, "member-acme", fault=SLOW)  # in a browser that was not sent there, so the answer stays good
    return visitor, page.url.removeprefix(visitor.url)


def test_person_signs_in_right_after_a_fault(visit_with: Visit) -> None:
    page = visit_with()
    sign_in_with(page, GOOGLE, "member-acme", fault="nonsense")
    leave_for(page, GOOGLE)
    come_back_as(page, "member-acme")
    expect_signed_in_as(page, "Mira Lindholm")
