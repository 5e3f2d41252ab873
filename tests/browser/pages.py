"""The table of all pages: which person looks at which page, how they get there, and what it answers.

A test compares it with the URL resolver: an address is here, or in NOT_PAGES with the reason.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from playwright.sync_api import Page

from accounts.delivery import deliver_due
from accounts.demo import DEMO_PASSWORD
from accounts.mail import readable_in_demo
from accounts.models import Mail, User
from accounts.password_links import request_link
from tests.browser.people import (
    BJOERN,
    GIVEN,
    GLOBEX,
    MEMBER,
    NOBODY,
    PRIMARY,
    RESELLER,
    SECONDARY,
    SOLO,
    STAFF,
    VIEWER,
    bought,
    computer,
    press,
    sign_in,
    trial_of,
)

Arrival = Callable[[Page], None]


@dataclass(frozen=True)
class View:
    """One page as one person sees it.

    `name` is the screenshot's, `url_name` the resolver's (empty for a page that any address can
    answer with). `path` is opened and then `arrive` done. `is_plain` pages know nobody. `fails`
    is for the server whose addresses fail.
    """

    name: str
    url_name: str
    person: str
    path: str | Callable[[], str]
    status: int = 200
    arrive: Arrival = lambda page: None
    is_plain: bool = False
    fails: bool = False

    def address(self) -> str:
        """Return the path to open, as the database has it now."""
        return self.path if isinstance(self.path, str) else self.path()

    @property
    def has_navigation(self) -> bool:
        """Whether the page has the main navigation: where somebody is signed in, error pages apart."""
        return bool(self.person) and not self.is_plain


def pressed(button: str) -> Arrival:
    """Return an arrival that presses one button."""
    return lambda page: press(page, button)


def typed(button: str, **fields: str) -> Arrival:
    """Return an arrival that types into fields by name, past what the browser itself would refuse, and sends."""

    def arrive(page: Page) -> None:
        for name, value in fields.items():
            page.locator(f"main [name={name}]:visible").first.evaluate(
                "(field, value) => { field.value = value }", value
            )
        press(page, button)

    return arrive


def turn_the_page(page: Page) -> None:
    """Follow the first link that leads further in a list."""
    with page.expect_navigation():
        page.get_by_role("link", name="Next").first.click()


def license_page(order_id: str, below: str = "") -> Callable[[], str]:
    """Return how to find the page of the license of that order, or one below it."""
    return lambda: f"{bought(order_id).get_absolute_url()}{below}"


def computer_page(order_id: str, name: str, below: str) -> Callable[[], str]:
    """Return how to find a page of a computer in use."""
    return lambda: f"{computer(order_id, name)}{below}/"


def first_password_link() -> str:
    """Return a link that works, as the command add_staff prints it."""
    user = User.objects.get(email=NOBODY)
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:first_password", args=[uid, default_token_generator.make_token(user)])


def empty_demo_mail() -> str:
    """Return the path of the demo's mails, of which there are none."""
    Mail.objects.all().delete()
    return reverse("demo_mail")


def demo_mail_with_link() -> str:
    """Return the path of a mail that the demo keeps."""
    request_link(MEMBER)
    deliver_due()
    return reverse("demo_mail_text", args=[readable_in_demo()[0].pk])


def filled_demo_mail() -> str:
    """Return the path of the demo's mails, of which there are some."""
    demo_mail_with_link()
    return reverse("demo_mail")


def sign_in_wrongly(page: Page) -> None:
    """Type a password that is not the person's."""
    sign_in(page, "paula@acme.example", "not her password")


def sign_in_too_often(page: Page) -> None:
    """Guess on, until the portal asks to wait."""
    sign_in_wrongly(page)
    for _attempt in range(6):
        if page.get_by_label("Password").count():
            page.get_by_label("Password").fill("another guess")
            press(page, "Sign in")


def sign_in_without_cookies(page: Page) -> None:
    """Send the sign-in form from a browser that has lost its cookies."""
    page.context.clear_cookies()
    typed("Sign in", login=MEMBER, password=DEMO_PASSWORD)(page)


def leave(page: Page) -> None:
    """Sign in and out again."""
    sign_in(page, MEMBER)
    page.goto("/accounts/logout/")
    press(page, "Sign out")


LIST, DETAIL, ACTIVATE = "licenses:list", "licenses:detail", "licenses:activate"
DEACTIVATE, RENAME, FILE = "licenses:deactivate", "licenses:rename", "licenses:license_file"
FIRST_PASSWORD = "accounts:first_password"
RESET, CHANGE = "account_reset_password", "account_change_password"

SIGNING_IN = (
    View("sign-in", "account_login", "", "/accounts/login/"),
    View("sign-in-refused", "account_login", "", "/accounts/login/", arrive=sign_in_wrongly),
    View("forgotten-password", RESET, "", "/accounts/password/reset/"),
    View(
        "forgotten-password-refused",
        RESET,
        "",
        "/accounts/password/reset/",
        arrive=typed("Mail me a link", email="anna@acme"),
    ),
    View(
        "forgotten-password-answer",
        RESET,
        "",
        "/accounts/password/reset/",
        arrive=typed("Mail me a link", email="a.rather.long.address.of.somebody@engineering.acme.example"),
    ),
    View("change-password", CHANGE, MEMBER, "/accounts/password/change/"),
    View(
        "change-password-refused",
        CHANGE,
        MEMBER,
        "/accounts/password/change/",
        arrive=typed("Change the password", old_password="wrong", new_password1="short", new_password2="shorter"),
    ),
    View("change-given-password", CHANGE, GIVEN, "/licenses/"),
    View("demo-mails-empty", "demo_mail", "", empty_demo_mail),
    View("demo-mails", "demo_mail", "", filled_demo_mail),
    View("demo-mail", "demo_mail_text", MEMBER, demo_mail_with_link),
    View("sign-out", "account_logout", MEMBER, "/accounts/logout/"),
    View("signed-out", "account_login", "", "/accounts/login/", arrive=leave),
    View("first-password", FIRST_PASSWORD, "", first_password_link),
    View(
        "first-password-refused",
        FIRST_PASSWORD,
        "",
        first_password_link,
        arrive=typed("Save the password", new_password1="short", new_password2="shorter"),
    ),
    View("first-password-used", FIRST_PASSWORD, "", "/accounts/first-password/MQ/used-up/", status=410),
)


LISTS = (
    View("list-primary", LIST, PRIMARY, "/licenses/"),
    View("list-member", LIST, MEMBER, "/licenses/"),
    View("list-reseller", LIST, RESELLER, "/licenses/"),
    View("list-viewer", LIST, VIEWER, "/licenses/"),
    View("list-staff", LIST, STAFF, "/licenses/"),
    View("list-staff-second-page", LIST, STAFF, "/licenses/", arrive=turn_the_page),
    View("list-empty", LIST, NOBODY, "/licenses/"),
)

LICENSES = (
    View("license-primary", DETAIL, PRIMARY, license_page("NW-4208")),
    View("license-member", DETAIL, MEMBER, license_page("NW-5140")),
    View("license-individual", DETAIL, SOLO, license_page("NW-5158")),
    View("license-reseller", DETAIL, RESELLER, license_page("N-10391")),
    View("license-viewer", DETAIL, VIEWER, license_page("S-0207")),
    View("license-staff", DETAIL, STAFF, license_page("NW-4117")),
    View("license-of-the-institute", DETAIL, STAFF, license_page("NW-5080")),
    View("license-none-left", DETAIL, PRIMARY, license_page("NW-5127")),
    View("license-files-out-of-date", DETAIL, RESELLER, license_page("N-10189")),
    View("license-revoked", DETAIL, PRIMARY, license_page("NW-4266")),
    View("license-expired", DETAIL, PRIMARY, license_page("NW-4391")),
    View("license-not-activated", DETAIL, PRIMARY, license_page("NW-5233")),
    View("license-trial", DETAIL, RESELLER, lambda: trial_of(BJOERN).get_absolute_url()),
    View("license-many-computers", DETAIL, PRIMARY, license_page("NW-5071")),
    View("license-more-computers", DETAIL, PRIMARY, license_page("NW-5071"), arrive=turn_the_page),
    View(
        "license-just-deactivated",
        DETAIL,
        GLOBEX,
        computer_page("NW-5048", "GLX-HIL-2", "deactivate"),
        arrive=pressed("Deactivate GLX-HIL-2"),
    ),
    View(
        "license-just-renamed",
        DETAIL,
        GLOBEX,
        computer_page("NW-5221", "ledger-standby", "rename"),
        arrive=typed("Save the name", computer_name="ledger-standby (basement)"),
    ),
)

ACTIVATING = (
    View("activate", ACTIVATE, PRIMARY, license_page("NW-4208", "activate/")),
    View(
        "activate-refused",
        ACTIVATE,
        PRIMARY,
        license_page("NW-4208", "activate/"),
        arrive=typed("Activate", computer_id="has spaces in it", computer_name="N" * 101),
    ),
    View(
        "activate-unusual",
        ACTIVATE,
        PRIMARY,
        license_page("NW-4208", "activate/"),
        arrive=typed("Activate", computer_id="UNUSUAL-1", computer_name="Paula’s laptop"),
    ),
    View("activate-none-left", ACTIVATE, SECONDARY, license_page("NW-5052", "activate/")),
    View("activate-quota-used-up", ACTIVATE, PRIMARY, license_page("NW-5127", "activate/")),
    View("activate-none-left-member", ACTIVATE, MEMBER, license_page("NW-5140", "activate/")),
    View("activate-revoked", ACTIVATE, PRIMARY, license_page("NW-4266", "activate/")),
    View("activate-expired", ACTIVATE, PRIMARY, license_page("NW-4391", "activate/")),
    View(
        "replace-refused",
        "licenses:replace",
        PRIMARY,
        license_page("NW-5052", "activate/"),
        arrive=typed("Replace HALL2-BENCH-05", computer_id="UNUSUAL-2"),
    ),
)

COMPUTERS = (
    View("deactivate", DEACTIVATE, PRIMARY, computer_page("NW-4208", "RF-LAB-BENCH-3", "deactivate")),
    View("deactivate-as-staff", DEACTIVATE, STAFF, computer_page("NW-5127", "HIL-RACK-D", "deactivate")),
    View("deactivate-quota-used-up", DEACTIVATE, PRIMARY, computer_page("NW-5127", "HIL-RACK-D", "deactivate")),
    View("deactivate-not-allowed", DEACTIVATE, PRIMARY, computer_page("NW-4117", "EMC-CHAMBER-1", "deactivate")),
    View("rename", RENAME, PRIMARY, computer_page("NW-5052", "HALL2-BENCH-07 (thermal)", "rename")),
    View(
        "rename-refused",
        RENAME,
        PRIMARY,
        computer_page("NW-5052", "HALL2-BENCH-01", "rename"),
        arrive=typed("Save the name", computer_name="N" * 101),
    ),
    View("license-file", FILE, PRIMARY, computer_page("NW-4208", "RF-LAB-BENCH-3", "license-file")),
    View(
        "license-file-just-activated",
        FILE,
        GLOBEX,
        lambda: f"{computer('NW-5044', 'GLX-RF-1')}license-file/?activated",
    ),
    View("license-file-out-of-date", FILE, RESELLER, computer_page("N-10189", "fjl-ledger", "license-file")),
    View("license-file-expired", FILE, PRIMARY, computer_page("NW-4391", "AOIFE-X1", "license-file")),
    View("license-file-revoked", FILE, PRIMARY, computer_page("NW-4266", "WEISSMUELLER-PC", "license-file")),
)

ERRORS = (
    View("error-400", "", MEMBER, "/licenses/?q=%00", status=400, is_plain=True),
    View("error-403", ACTIVATE, VIEWER, license_page("S-0207", "activate/"), status=403, is_plain=True),
    View(
        "error-403-form",
        "account_login",
        "",
        "/accounts/login/",
        status=403,
        arrive=sign_in_without_cookies,
        is_plain=True,
    ),
    View("error-404", "", "", "/nothing/here/", status=404, is_plain=True),
    View("error-404-signed-in", DETAIL, MEMBER, license_page("NW-5233"), status=404, is_plain=True),
    View("error-405", "theme", MEMBER, "/theme/", status=405, is_plain=True),
    View(
        "error-413",
        RENAME,
        PRIMARY,
        computer_page("NW-5052", "HALL2-BENCH-02", "rename"),
        status=413,
        arrive=typed("Save the name", computer_name="N" * 3_000_000),
        is_plain=True,
    ),
    View("error-429", "account_login", "", "/accounts/login/", status=429, arrive=sign_in_too_often, is_plain=True),
    View("error-500", "", MEMBER, "/mistake/", status=500, is_plain=True, fails=True),
    View("error-503", "", MEMBER, "/database-lost/", status=503, is_plain=True, fails=True),
)

VIEWS = SIGNING_IN + LISTS + LICENSES + ACTIVATING + COMPUTERS + ERRORS

NOT_PAGES = {
    "home": "leads to the list",
    "licenses:license_files": "a button that answers with an archive",
    "licenses:license_file_status": "a signed answer for programs",
    "licenses:jwks": "public keys for programs",
    "licenses:public_key": "a public key for programs",
    "healthz": "a line of text for load balancers",
    "readyz": "a line of text for load balancers",
    "brand_style": "a style sheet",
    "brand_logo": "a picture",
}
