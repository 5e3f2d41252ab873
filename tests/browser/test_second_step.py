"""A second step in a real browser: an app, a passkey of Chromium's own, and the duty to have one."""

from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import BrowserContext, Page, expect

from accounts.demo import DEMO_PASSWORD
from accounts.models import User
from tests.browser import looks
from tests.browser.people import GLOBEX, press, sign_in
from tests.support.browser import PATIENCE_MS
from tests.support.portal_server import PortalServer, running_portal
from tests.support.second_step import code

SECOND_STEP = "/accounts/second-step/"
A_PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}

OpenPage = Callable[[PortalServer], Page]


@pytest.fixture
def open_page(new_context: Callable[..., BrowserContext]) -> OpenPage:
    """A function that opens a fresh window at localhost: browsers use no passkeys at 127.0.0.1."""

    def open_page(server: PortalServer) -> Page:
        context = new_context(base_url=server.url.replace("127.0.0.1", "localhost"))
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()

    return open_page


@pytest.fixture(autouse=True)
def _nobody_keeps_a_second_step(transactional_db: None) -> Iterator[None]:
    yield
    Authenticator.objects.filter(user=User.objects.get(email=GLOBEX)).delete()


def with_phone(page: Page) -> Page:
    """Plug a phone into the browser that answers for its owner at once."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": {**A_PHONE, "automaticPresenceSimulation": True}})
    return page


def add_passkey(page: Page) -> None:
    """Add a passkey, and keep the recovery codes."""
    page.goto(SECOND_STEP)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    press(page, "Sign out")


def type_code(page: Page, typed: str, button: str) -> None:
    page.get_by_role("textbox", name="Code").fill(typed)
    press(page, button)


def test_passkey_is_added_and_signs_in_with_one_click(portal: PortalServer, open_page: OpenPage) -> None:
    page = with_phone(open_page(portal))
    sign_in(page, GLOBEX)
    add_passkey(page)
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    sign_out(page)
    page.goto("/accounts/login/?next=/activity/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Activity")


def test_passkey_is_the_second_step_after_the_password(portal: PortalServer, open_page: OpenPage) -> None:
    page = with_phone(open_page(portal))
    sign_in(page, GLOBEX)
    add_passkey(page)
    sign_out(page)
    sign_in(page, GLOBEX)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    assert list(looks.axe(page, "the second step with a passkey")) == []
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


def test_without_the_phone_the_page_says_so_and_a_recovery_code_helps(
    portal: PortalServer, open_page: OpenPage
) -> None:
    page = with_phone(open_page(portal))
    sign_in(page, GLOBEX)
    add_passkey(page)
    recovery = page.locator("#recovery-codes li").first.inner_text().strip()
    elsewhere = open_page(portal)
    devices = elsewhere.context.new_cdp_session(elsewhere)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": {**A_PHONE, "isUserVerified": False}})
    sign_in(elsewhere, GLOBEX)
    elsewhere.get_by_role("button", name="Use a passkey").click()
    expect(elsewhere.get_by_role("alert")).to_contain_text("The device did not answer, or you cancelled.")
    type_code(elsewhere, recovery, "Sign in")
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Overview")


def test_app_is_set_up_and_asked_for(portal: PortalServer, open_page: OpenPage) -> None:
    page = open_page(portal)
    sign_in(page, GLOBEX)
    page.goto(SECOND_STEP)
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator(".secret code").inner_text().replace(" ", "")
    type_code(page, code(secret=secret), "Finish")
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the codes").click()
    assert download.value.suggested_filename == "recovery-codes.txt"
    sign_out(page)
    sign_in(page, GLOBEX, DEMO_PASSWORD)
    type_code(page, code(1, secret), "Sign in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


def test_who_must_have_one_is_led_to_it_and_on(portal: PortalServer, open_page: OpenPage) -> None:
    with running_portal("tests.browser.duty_settings") as server:
        page = with_phone(open_page(server))
        sign_in(page, GLOBEX)
        expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
        page.goto("/licenses/")
        expect(page.get_by_text("People with your rights sign in with a second step.")).to_be_visible()
        add_passkey(page)
        page.get_by_role("link", name="I have kept them").click()
        page.get_by_role("link", name="Go to the overview").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
