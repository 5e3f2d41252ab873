"""What somebody does who signs in through a provider, and where that leads them."""

import re

from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.delivery import deliver_due
from accounts.mail import readable_in_demo, take_out
from accounts.models import Mail
from tests.browser.people import press
from tests.identity_provider.identities import identity

GOOGLE, MICROSOFT, FACEBOOK = "google", "microsoft", "facebook"
NAMES = {GOOGLE: "Google", MICROSOFT: "Microsoft", FACEBOOK: "Facebook"}
IDS = {GOOGLE: "google", MICROSOFT: "azure", FACEBOOK: "facebook"}
CODE = re.compile(r"\b[A-Z]{4}-[A-Z]{4}\b")


def leave_for(page: Page, role: str, at: str = "/accounts/login/") -> None:
    """Press the provider's button on a page of the portal, and arrive at the provider; old attempts are forgotten."""
    cache.clear()
    page.goto(at)
    press_button_of(page, role)


def press_button_of(page: Page, role: str) -> None:
    """Press the provider's button on this page, and arrive at the provider."""
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=re.compile(f"(Sign in with|Connect) {NAMES[role]}")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Who are you at {NAMES[role]}?")


def come_back_as(page: Page, who: str, *, address: str = "", fault: str = "") -> None:
    """Choose an account there, an address it was changed to, and what goes wrong; then return to the portal."""
    page.locator(f"[name=identity][value='{who}']").check()
    page.get_by_label("The account’s address was changed to").fill(address)
    page.get_by_label("What shall go wrong").select_option(fault)
    press(page, "Continue to the portal")


def sign_in_with(page: Page, role: str, who: str, *, address: str = "", fault: str = "") -> None:
    """Press the button on the sign-in page, choose who one is there, and return."""
    leave_for(page, role)
    come_back_as(page, who, address=address, fault=fault)


def codes_mailed_to(address: str) -> list[str]:
    """Let what waits be sent, and return the codes in mails to `address`, newest first."""
    deliver_due()
    texts = [take_out(mail)[0] for mail in readable_in_demo().filter(to=address)]
    return [found.group() for text in texts if (found := CODE.search(text))]


def type_code(page: Page, code: str) -> None:
    """Type the mailed code."""
    page.get_by_label("Code from the mail").fill(code)
    press(page, "Sign in")


def expect_signed_in_as(page: Page, name: str) -> None:
    """See the menu of that person."""
    expect(page.get_by_role("banner").locator("summary")).to_contain_text(name)


def expect_code_page(page: Page) -> None:
    """See the page that waits for a code."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Type the code from the mail")


def expect_signed_out(page: Page) -> None:
    """Find nothing behind sign-in."""
    page.goto("/licenses/")
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))
    expect(page.get_by_role("banner").locator("summary")).to_have_count(0)


def sign_out(page: Page) -> None:
    """Sign out."""
    page.goto("/accounts/logout/")
    press(page, "Sign out")


def link_of(role: str, who: str) -> str:
    """Return the address of the person whom that account signs in, or nothing."""
    subject = identity(role, who).subject
    claims = identity(role, who).claims
    uid = f"{claims['tid']}:{claims['oid']}" if role == MICROSOFT else subject
    linked = SocialAccount.objects.filter(provider=IDS[role], uid=uid).select_related("user").first()
    return linked.user.email if linked else ""


def forget_everything() -> None:
    """Unlink every account and drop every mail, for the test that follows."""
    SocialAccount.objects.all().delete()
    Mail.objects.all().delete()
    cache.clear()
