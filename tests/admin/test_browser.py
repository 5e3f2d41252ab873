"""Django's admin in a real browser: nothing that the content security policy forbids, in either theme."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db.models import Model
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, expect

from accounts.letters import Letter
from accounts.mail import queue
from accounts.models import User
from licenses.models import Feature, License, MailTemplate, Product, Release, ReleaseFile
from organizations.models import Organization, UserGroup
from tests.accounts.sealing import make_seal
from tests.admin.pages import address
from tests.admin.test_pages import REGISTERED, STAFF_ENTER
from tests.browser import looks
from tests.cast import (
    make_contact,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_person,
    make_product,
)
from tests.releases import make_release, make_release_file
from tests.support.portal_server import PortalServer

SENT_BYTES = 6_000_000
"""More than the server keeps in memory."""


class Watched:
    """A page of a browser, with everything it complained about and every foreign address it asked."""

    def __init__(self, page: Page, portal: PortalServer) -> None:
        self.page, self.portal = page, portal
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", self._hear_error)
        page.on("request", self._see)

    def open(self, path: str) -> None:
        answer = self.page.goto(self.portal.url + path)
        assert answer is not None
        assert answer.status == 200, path

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _hear_error(self, error: Error) -> None:
        self.complaints.append(f"{self.page.url}: {error.message}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith(self.portal.url):
            self.complaints.append(f"{self.page.url} asks {request.url}")


@pytest.fixture
def rows(transactional_db: None) -> dict[type[Model], Model]:
    """Make one row of each model, and staff to look at them."""
    make_person("Stella Berg", email="staff@vendor.example", is_staff=True, is_superuser=True)
    group = make_group(name="North")
    make_member(group, "Rasmus North")
    organization = make_organization("Acme", user_group=group)
    contact = make_contact(organization, "Paula Brandt")
    product = make_product("Spectra")
    Feature.objects.create(product=product, code="export", name="Export")
    make_release_file(make_release(product, is_draft=True))
    make_seal()
    make_license(customer=contact, user_group=group, product=product, computers=("PAULAS-PC",))
    queue(Letter("Subject", "Text", "<p>Text</p>"), contact.user.email)
    MailTemplate.objects.create(name="New", subject="Your license", body="Hello {customer}.")
    return {model: model._default_manager.order_by("pk").first() for model in REGISTERED}  # type: ignore[misc]  # made


@pytest.fixture
def open_portal(
    rows: dict[type[Model], Model], start_portal: Callable[[], PortalServer], browser: Browser
) -> Iterator[Callable[..., Watched]]:
    """A function that opens the portal in a new browser, signed in as a superuser."""
    portal = start_portal()
    contexts: list[BrowserContext] = []

    def opened(**options: object) -> Watched:
        client = Client()
        client.force_login(User.objects.get(email="staff@vendor.example"))
        context = browser.new_context(**options)  # type: ignore[arg-type]  # passed on
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": portal.url}])
        contexts.append(context)
        return Watched(context.new_page(), portal)

    yield opened
    for context in contexts:
        context.close()


def test_no_page_breaks_the_content_security_policy(
    open_portal: Callable[..., Watched], rows: dict[type[Model], Model]
) -> None:
    watched = open_portal()
    pages = ["/admin/"]
    for model, row in rows.items():
        pages += [address(model, "changelist"), address(model, "change", row.pk), address(model, "history", row.pk)]
        pages += [address(model, "add")] if model in STAFF_ENTER else []

    for path in pages:
        watched.open(path)
        watched.page.emulate_media(color_scheme="dark")
        watched.page.emulate_media(color_scheme="light")

    assert watched.complaints == []


def test_widgets_work_under_the_content_security_policy(
    open_portal: Callable[..., Watched], rows: dict[type[Model], Model]
) -> None:
    watched = open_portal()
    page = watched.page

    watched.open(address(License, "change", rows[License].pk))
    page.get_by_role("link", name="Choose a Date").first.click()
    page.locator("#calendarbox0 td a").first.click()
    expect(page.locator("#id_expires_on")).not_to_have_value("")
    page.locator(".field-organization .select2-selection").click()
    page.locator(".select2-search__field").fill("acm")
    page.locator(".select2-results__option", has_text="Acme").click()

    watched.open(address(Product, "change", rows[Product].pk))
    page.get_by_role("button", name="Add another Feature").click()
    page.locator("#id_features-1-code").fill("fft")
    page.locator("#id_features-1-name").fill("FFT")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")

    watched.open(address(UserGroup, "change", rows[UserGroup].pk))
    page.get_by_role("button", name="Add another Group member").click()
    page.locator("#members-1 .select2-selection").click()
    page.locator(".select2-search__field").fill("stella")
    page.locator(".select2-results__option", has_text="staff@vendor.example").click()

    watched.open(address(Organization, "change", rows[Organization].pk))
    with page.expect_popup() as popup:
        page.locator("#add_id_user_group").click()
    popup.value.wait_for_load_state()
    popup.value.close()

    assert watched.complaints == []


def test_the_theme_is_the_portals(open_portal: Callable[..., Watched]) -> None:
    watched = open_portal(color_scheme="light")
    page = watched.page
    watched.open("/admin/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")

    page.get_by_role("button", name="Dark").click()

    expect(page).to_have_url(watched.portal.url + "/admin/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    assert watched.complaints == []


def test_everything_can_be_done_without_javascript(
    open_portal: Callable[..., Watched], rows: dict[type[Model], Model]
) -> None:
    watched = open_portal(java_script_enabled=False)
    page = watched.page

    watched.open(address(License, "changelist"))
    page.locator(".action-select").first.check()
    page.locator("select[name=action]").select_option("revoke")
    page.get_by_role("button", name="Go").click()
    page.get_by_label("Reason").fill("refunded")
    page.get_by_role("button", name="Revoke 1 license").click()
    expect(page.locator(".messagelist")).to_contain_text("is revoked.")

    page.locator("#searchbar").fill(License.objects.get().activation_key)
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(watched.portal.url + address(License, "change", rows[License].pk))


def upload_page(rows: dict[type[Model], Model]) -> str:
    return f"{address(ReleaseFile, 'add')}?release={rows[Release].pk}"


def send_slowly(page: Page, bytes_a_second: int) -> None:
    """Let the browser send no faster, so that there is something to be seen while it does."""
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", conditions)


def test_upload_shows_how_far_it_has_come_and_says_what_is_wrong(
    open_portal: Callable[..., Watched], rows: dict[type[Model], Model]
) -> None:
    watched = open_portal()
    page = watched.page
    watched.open(upload_page(rows))
    page.get_by_label("Platform:", exact=True).select_option("macos")
    page.get_by_label("File:", exact=True).set_input_files({"name": "up.html", "mimeType": "text/html", "buffer": b"x"})
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".errorlist")).to_contain_text("has to end in one of")

    page.get_by_label("File:", exact=True).set_input_files(
        {"name": "up.dmg", "mimeType": "", "buffer": b"x" * SENT_BYTES}
    )
    send_slowly(page, SENT_BYTES // 3)
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#upload-words")).to_contain_text("of 5.7 MB")
    expect(page.locator(".messagelist")).to_contain_text("up.dmg: 5.7")

    assert ReleaseFile.objects.get(platform="macos").size == SENT_BYTES
    assert watched.complaints == []


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_upload_can_be_read_and_used_by_everybody(
    open_portal: Callable[..., Watched], rows: dict[type[Model], Model], width: int, color_scheme: str
) -> None:
    watched = open_portal(color_scheme=color_scheme, viewport={"width": width, "height": 844}, reduced_motion="reduce")
    page = watched.page
    watched.open(upload_page(rows))
    assert list(looks.axe(page, "to be filled in")) == []
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".errorlist")).to_contain_text("This field is required.")
    expect(page.locator(".errornote:visible")).to_have_count(1)
    page.evaluate("document.querySelector('.upload__progress').hidden = false")
    page.evaluate("document.querySelector('progress').value = 40")
    page.evaluate("document.querySelector('#upload-words').textContent = '40 percent: 11.4 of 28.6 MB'")
    assert list(looks.axe(page, "with an error, on its way")) == []
    assert list(looks.sideways(page, width)) == []


def test_upload_works_without_javascript(open_portal: Callable[..., Watched], rows: dict[type[Model], Model]) -> None:
    watched = open_portal(java_script_enabled=False)
    page = watched.page
    watched.open(upload_page(rows))
    page.get_by_label("Platform:", exact=True).select_option("macos")
    page.get_by_label("File:", exact=True).set_input_files({"name": "up.dmg", "mimeType": "", "buffer": b"x" * 1000})
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".messagelist")).to_contain_text("up.dmg: 1000 bytes")
