"""A provider is only the first step: who has a second one is asked for it, and is linked after it."""

import time
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from accounts.audit import SYSTEM
from accounts.models import User
from accounts.second_step import add_app
from accounts.second_step_codes import STEP_SECONDS, new_secret
from tests.browser.conftest import Visit
from tests.browser.people import MEMBER, SOLO, press
from tests.browser.providers import (
    FACEBOOK,
    GOOGLE,
    MICROSOFT,
    codes_mailed_to,
    expect_signed_in_as,
    expect_signed_out,
    link_of,
    sign_in_with,
    sign_out,
    type_code,
)

pytestmark = pytest.mark.usefixtures("forgotten")


class App:
    """An authenticator app."""

    def __init__(self) -> None:
        self._secret = new_secret()

    def know(self, address: str) -> None:
        """Become the second step of that person."""
        add_app(User.objects.get(email=address), self._secret, 0, SYSTEM)

    def code(self) -> str:
        """Return the code of this moment."""
        return str(format_hotp_value(hotp_value(self._secret, int(time.time()) // STEP_SECONDS)))


@pytest.fixture
def app(transactional_db: None) -> Iterator[App]:
    """An app that nobody has any more afterwards."""
    yield App()
    Authenticator.objects.all().delete()


def expect_second_step(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")


def give(page: Page, code: str) -> None:
    page.get_by_role("main").locator("[name=code]").fill(code)
    press(page, "Sign in")


@pytest.mark.parametrize("role", [GOOGLE, MICROSOFT])
def test_account_is_linked_only_after_the_second_step(visit_with: Visit, app: App, role: str) -> None:
    app.know(MEMBER)
    page = visit_with()
    sign_in_with(page, role, "member-acme")
    expect_second_step(page)
    give(page, "000000")
    assert not link_of(role, "member-acme")
    give(page, app.code())
    expect_signed_in_as(page, "Mira Lindholm")
    assert link_of(role, "member-acme") == MEMBER


@pytest.mark.parametrize("role", [GOOGLE, MICROSOFT])
def test_who_has_the_account_but_not_the_second_step_stays_out(visit_with: Visit, app: App, role: str) -> None:
    app.know(MEMBER)
    page = visit_with()
    sign_in_with(page, role, "member-acme")
    expect_second_step(page)
    expect_signed_out(page)
    assert not link_of(role, "member-acme")


def test_mailed_code_does_not_stand_in_for_the_second_step(visit_with: Visit, app: App) -> None:
    app.know(SOLO)
    page = visit_with()
    sign_in_with(page, FACEBOOK, "solo-home")
    type_code(page, codes_mailed_to(SOLO)[0])
    expect_second_step(page)
    assert not link_of(FACEBOOK, "solo-home")
    give(page, app.code())
    expect_signed_in_as(page, "Sol Herrera")
    assert link_of(FACEBOOK, "solo-home") == SOLO


@pytest.mark.parametrize("role", [GOOGLE, MICROSOFT])
def test_second_step_is_asked_for_at_every_later_sign_in(visit_with: Visit, app: App, role: str) -> None:
    page = visit_with()
    sign_in_with(page, role, "member-acme")
    sign_out(page)
    app.know(MEMBER)
    sign_in_with(page, role, "member-acme")
    expect_second_step(page)
    give(page, app.code())
    expect_signed_in_as(page, "Mira Lindholm")
