"""The table of all pages: which person looks at which page, how they get there, and what it answers.

A test compares it with the URL resolver: an address is here, or in NOT_PAGES with the reason.
"""

import json
import re
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from playwright.sync_api import Page

from accounts.delivery import deliver_due
from accounts.demo import DEMO_PASSWORD
from accounts.mail import readable_in_demo, waiting
from accounts.models import Mail, User
from accounts.notices import not_me_link
from accounts.own_address import letter_with_address_link, request_change
from accounts.password_links import request_link
from accounts.people import create_person
from accounts.secret_box import seal
from licenses.models import Activation, License
from tests.browser import updates
from tests.browser.groups import GROUPS
from tests.browser.identities import come_back_without_address
from tests.browser.issuing import ISSUING
from tests.browser.jobs import computer_id_for
from tests.browser.organizations import ORGANIZATIONS
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
from tests.browser.view import Arrival, View, license_page, pressed, typed
from tests.support.passkey import Passkey
from tests.support.second_step import SECRET

NOBODYS_KEY = "23456-ABCDE-FGHJK-MNPQR-STUV2"


def type_wrong_code(page: Page) -> None:
    """Ask for a code and type another one."""
    typed("Mail me a code", email="anna@acme.example")(page)
    typed("Sign in", code="BCDF-GHJK")(page)


def opened(menu: str) -> Arrival:
    """Return an arrival that opens a menu above a list."""
    return lambda page: page.locator("main summary", has_text=menu).click()


def turn_the_page(page: Page) -> None:
    """Follow the first link that leads further in a list."""
    with page.expect_navigation():
        page.get_by_role("link", name="Next").first.click()


def open_numbers(page: Page) -> None:
    """Unfold the numbers of every picture."""
    for numbers in page.locator(".numbers summary").all():
        numbers.click()


def open_filters(page: Page) -> None:
    """Unfold the filters of a list."""
    page.locator("details summary", has_text="Filter").click()


def overtaken(page: Page) -> None:
    """Save a profile that was changed elsewhere meanwhile."""
    page.locator("[name=seen]").evaluate("field => { field.value = 'of another form' }")
    page.get_by_label("Phone").fill("+49 30 4711")
    press(page, "Save the profile")


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


def address_link() -> str:
    """Return the path of a link that changes an address, as its mail has it."""
    request_change(User.objects.get(email=SOLO), "sol.herrera@home.example")
    mail = next(each for each in waiting() if each.to == ["sol.herrera@home.example"])
    letter = letter_with_address_link(mail.to[0], mail.context)
    return re.findall(r"/accounts/address/\S+", letter.text)[0] if letter else ""


def not_me_path() -> str:
    """Return the path of a link that says *This was not me*, for somebody whom nobody else plays."""
    user = User.objects.filter(email=STOLEN).first() or create_person(STOLEN, "Sten Stolen", password=DEMO_PASSWORD)
    return not_me_link(user, "new_browser", timezone.now(), user.email).removeprefix(settings.PORTAL_URL)


def without_second_step(path: str) -> Callable[[], str]:
    """Return how to find a page of somebody who has neither a password nor a second step."""

    def address() -> str:
        cache.clear()
        Authenticator.objects.filter(user__email=NOBODY).delete()
        return path

    return address


def type_wrong_proof(page: Page) -> None:
    """Let a code be mailed and type another one."""
    press(page, "Mail me a code")
    typed("Confirm", code="BCDF-GHJK")(page)


def ask_for_address(page: Page) -> None:
    """Ask for a link to another address, however often that was done before."""
    cache.clear()
    typed("Mail a link to this address", email="a.rather.long.address.of.somebody@engineering.acme.example")(page)


def sign_in_elsewhere(page: Page) -> None:
    """Be there with a second browser, and look at the list again.

    A password typed here would be kept by the tests' own hasher, which ends the sessions that the server's began.
    """
    client = Client(headers={"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1) Version/18.1 Safari/604.1"})
    client.force_login(User.objects.get(email=MEMBER))
    client.get("/accounts/sessions/", headers={"Host": "127.0.0.1"})
    page.reload()


def connected(path: str) -> Callable[[], str]:
    """Return how to find a page of somebody whom an account at a provider signs in."""

    def address() -> str:
        said = {"email": "nora.norole@gmail.com", "is_proved": True, "name": "Nora"}
        user = User.objects.get(email=NOBODY)
        SocialAccount.objects.get_or_create(provider="google", uid="nora", defaults={"user": user, "extra_data": said})
        return path

    return address


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


ACTIVITY, EXPORT_ACTIVITY, PROFILE = "organizations:activity", "organizations:activity_export", "organizations:profile"
OVERVIEW = "licenses:overview"
LIST, DETAIL, ACTIVATE = "licenses:list", "licenses:detail", "licenses:activate"
DEACTIVATE, RENAME, FILE = "licenses:deactivate", "licenses:rename", "licenses:license_file"
FIRST_PASSWORD = "accounts:first_password"
RESET, CHANGE = "account_reset_password", "account_change_password"
PROVE, PROOF, NOT_ME = "accounts:prove", "accounts:confirm_proof", "accounts:not_me"
ADDRESS, CONNECTIONS = "accounts:change_address", "socialaccount_connections"
STOLEN = "stolen@home.example"
CODE, CONFIRM_CODE = "account_request_login_code", "account_confirm_login_code"

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
    View("code", CODE, "", "/accounts/code/"),
    View("code-refused", CODE, "", "/accounts/code/", arrive=typed("Mail me a code", email="anna@acme")),
    View(
        "code-asked",
        CONFIRM_CODE,
        "",
        "/accounts/code/",
        arrive=typed("Mail me a code", email="a.rather.long.address.of.somebody@engineering.acme.example"),
    ),
    View(
        "identity-address",
        "accounts:identity_address",
        "",
        "/accounts/login/",
        arrive=come_back_without_address,
    ),
    View("code-wrong", CONFIRM_CODE, "", "/accounts/code/", arrive=type_wrong_code),
    View("change-password", CHANGE, MEMBER, "/accounts/password/change/"),
    View(
        "change-password-refused",
        CHANGE,
        MEMBER,
        "/accounts/password/change/",
        arrive=typed("Change the password", old_password="wrong", new_password1="short", new_password2="shorter"),
    ),
    View("change-given-password", CHANGE, GIVEN, "/licenses/"),
    View("provider", "google_login", "", "/accounts/google/login/?next=/licenses/"),
    View("provider-facebook", "facebook_login", "", "/accounts/facebook/login/"),
    View("provider-connect", "azure_login", MEMBER, "/accounts/azure/login/?process=connect"),
    View("provider-cancelled", "socialaccount_login_cancelled", "", "/accounts/providers/cancelled/"),
    View("provider-failed", "socialaccount_login_error", MEMBER, "/accounts/providers/error/", status=401),
    View("provider-failed-google", "google_callback", "", "/accounts/google/login/callback/?state=old", status=401),
    View("provider-failed-facebook", "facebook_callback", "", "/accounts/facebook/login/callback/", status=401),
    View("provider-failed-azure", "azure_callback", MEMBER, "/accounts/azure/login/callback/", status=401),
    View("prove", PROVE, NOBODY, without_second_step("/accounts/prove/?next=/profile/")),
    View("prove-code", PROOF, NOBODY, without_second_step("/accounts/prove/"), arrive=pressed("Mail me a code")),
    View("prove-code-wrong", PROOF, NOBODY, without_second_step("/accounts/prove/"), arrive=type_wrong_proof),
    View("change-address", ADDRESS, MEMBER, "/accounts/address/"),
    View(
        "change-address-refused",
        ADDRESS,
        MEMBER,
        "/accounts/address/",
        arrive=typed("Mail a link to this address", email="mira@acme"),
    ),
    View("change-address-answer", ADDRESS, MEMBER, "/accounts/address/", arrive=ask_for_address),
    View("confirm-address", "accounts:confirm_address", SOLO, address_link),
    View("confirm-address-used", "accounts:confirm_address", MEMBER, "/accounts/address/used-up/", status=410),
    View("not-me", NOT_ME, "", not_me_path),
    View("not-me-done", NOT_ME, "", not_me_path, arrive=pressed("This was not me")),
    View("not-me-used", NOT_ME, "", "/accounts/not-me/used-up/", status=410),
    View("sessions", "usersessions_list", MEMBER, "/accounts/sessions/", arrive=sign_in_elsewhere),
    View("connections-none", CONNECTIONS, MEMBER, "/accounts/connections/"),
    View("connections", CONNECTIONS, NOBODY, connected("/accounts/connections/")),
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


SECOND_STEP = "/accounts/second-step/"


def careful(path: str, person: str = NOBODY) -> Callable[[], str]:
    """Return how to find a page of somebody who has an authenticator app and a passkey, and stays signed in."""

    def address() -> str:
        user = User.objects.get(email=person)
        credential = json.loads(Passkey().create({"publicKey": {"user": {"id": "YQ"}, "challenge": "YQ"}}))
        phone = {"name": "Nora’s phone, the new one", "credential": credential}
        step, _is_new = Authenticator.objects.get_or_create(user=user, type="webauthn", defaults={"data": phone})
        Authenticator.objects.get_or_create(
            user=user, type="totp", defaults={"data": {"secret": seal(SECRET.encode()), "counter": -1}}
        )
        RecoveryCodes.activate(user)
        return path.format(passkey=step.pk)

    return address


def stop_at_second_step(page: Page) -> None:
    """Sign in by a password that is not enough."""
    sign_in(page, GIVEN)


def type_code_wrongly(page: Page) -> None:
    """Sign in, and type a code that is not the app's."""
    stop_at_second_step(page)
    typed("Sign in", code="000000")(page)


SECOND_STEPS = (
    View("second-step-none", "mfa_index", MEMBER, SECOND_STEP),
    View("second-step", "mfa_index", NOBODY, careful(SECOND_STEP)),
    View("second-step-app", "mfa_activate_totp", MEMBER, f"{SECOND_STEP}app/add/"),
    View(
        "second-step-app-refused",
        "mfa_activate_totp",
        MEMBER,
        f"{SECOND_STEP}app/add/",
        arrive=typed("Finish", code="000000"),
    ),
    View("second-step-app-remove", "mfa_deactivate_totp", NOBODY, careful(f"{SECOND_STEP}app/remove/")),
    View("passkey-add", "mfa_add_webauthn", MEMBER, f"{SECOND_STEP}passkeys/add/"),
    View("passkey-rename", "mfa_edit_webauthn", NOBODY, careful(f"{SECOND_STEP}passkeys/{{passkey}}/rename/")),
    View(
        "passkey-rename-refused",
        "mfa_edit_webauthn",
        NOBODY,
        careful(f"{SECOND_STEP}passkeys/{{passkey}}/rename/"),
        arrive=typed("Save the name", name="N" * 61),
    ),
    View("passkey-remove", "mfa_remove_webauthn", NOBODY, careful(f"{SECOND_STEP}passkeys/{{passkey}}/remove/")),
    View("recovery-codes", "mfa_view_recovery_codes", NOBODY, careful(f"{SECOND_STEP}codes/")),
    View("recovery-codes-make", "mfa_generate_recovery_codes", NOBODY, careful(f"{SECOND_STEP}codes/make/")),
    View(
        "recovery-codes-made",
        "mfa_view_recovery_codes",
        NOBODY,
        careful(f"{SECOND_STEP}codes/make/"),
        arrive=pressed("Make new codes"),
    ),
    View("confirm-password", "account_reauthenticate", MEMBER, "/accounts/confirm/"),
    View(
        "confirm-password-refused",
        "account_reauthenticate",
        MEMBER,
        "/accounts/confirm/",
        arrive=typed("Go on", password="not the password"),
    ),
    View("confirm-code", "mfa_reauthenticate", NOBODY, careful(f"{SECOND_STEP}confirm/")),
    View("confirm-passkey", "mfa_reauthenticate_webauthn", NOBODY, careful(f"{SECOND_STEP}confirm/passkey/")),
    View("sign-in-second-step", "mfa_authenticate", "", careful("/accounts/login/", GIVEN), arrive=stop_at_second_step),
    View(
        "sign-in-second-step-refused",
        "mfa_authenticate",
        "",
        careful("/accounts/login/", GIVEN),
        arrive=type_code_wrongly,
    ),
)


OVERVIEWS = (
    View("overview-primary", OVERVIEW, PRIMARY, "/"),
    View("overview-member", OVERVIEW, MEMBER, "/"),
    View("overview-individual", OVERVIEW, SOLO, "/"),
    View("overview-globex", OVERVIEW, GLOBEX, "/"),
    View("overview-reseller", OVERVIEW, RESELLER, "/"),
    View("overview-viewer", OVERVIEW, VIEWER, "/"),
    View("overview-staff", OVERVIEW, STAFF, "/"),
    View("overview-empty", OVERVIEW, NOBODY, "/"),
    View("overview-numbers", OVERVIEW, PRIMARY, "/", arrive=open_numbers),
)

LISTS = (
    View("list-primary", LIST, PRIMARY, "/licenses/"),
    View("list-member", LIST, MEMBER, "/licenses/"),
    View("list-reseller", LIST, RESELLER, "/licenses/"),
    View("list-viewer", LIST, VIEWER, "/licenses/"),
    View("list-staff", LIST, STAFF, "/licenses/"),
    View("list-staff-second-page", LIST, STAFF, "/licenses/", arrive=turn_the_page),
    View("list-empty", LIST, NOBODY, "/licenses/"),
    View("list-narrowed", LIST, PRIMARY, "/licenses/?q=spectra&status=activated&expires=365&order=expires"),
    View("list-filters", LIST, STAFF, "/licenses/?status=activated", arrive=opened("Filter")),
    View("list-orders", LIST, RESELLER, "/licenses/", arrive=opened("Newest")),
    View("list-nothing-found", LIST, RESELLER, "/licenses/?q=zebra&status=revoked"),
    View("list-nothing-passes", LIST, SOLO, "/licenses/?status=revoked"),
    View("list-key-of-nobody", "licenses:search", PRIMARY, "/licenses/", arrive=typed("Search", q=NOBODYS_KEY)),
)

TRAILS = (
    View("activity-primary", ACTIVITY, PRIMARY, "/activity/"),
    View("activity-second-page", ACTIVITY, PRIMARY, "/activity/", arrive=turn_the_page),
    View("activity-individual", ACTIVITY, SOLO, "/activity/"),
    View("activity-reseller", ACTIVITY, RESELLER, "/activity/"),
    View("activity-viewer", ACTIVITY, VIEWER, "/activity/"),
    View("activity-staff", ACTIVITY, STAFF, "/activity/"),
    View("activity-empty", ACTIVITY, NOBODY, "/activity/"),
    View("activity-narrowed", ACTIVITY, STAFF, "/activity/?kind=licenses&from=2020-01-01", arrive=open_filters),
    View("activity-nothing", ACTIVITY, MEMBER, "/activity/?to=1999-12-31"),
    View("activity-export-not-allowed", EXPORT_ACTIVITY, VIEWER, "/activity/export/", status=403, is_plain=True),
)

PROFILES = (
    View("profile-primary", PROFILE, PRIMARY, "/profile/"),
    View("profile-individual", PROFILE, SOLO, "/profile/"),
    View("profile-reseller", PROFILE, RESELLER, "/profile/"),
    View("profile-staff", PROFILE, STAFF, "/profile/"),
    View(
        "profile-refused",
        PROFILE,
        PRIMARY,
        "/profile/",
        arrive=typed("Save the profile", full_name="Anna\u202e", phone="1" * 51),
    ),
    View("profile-overtaken", PROFILE, PRIMARY, "/profile/", arrive=overtaken),
    View("profile-saved", PROFILE, MEMBER, "/profile/", arrive=pressed("Save the profile")),
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

PROGRAM = "licenses:activate_from_program"
LINK = "/activate/?product=spectra-desk&computer_id=09AF-2C3D-4E5F-6071&computer_name=ANNAS-LAPTOP&client_version=4.1.2"
REQUEST = '{"product": "bench-pilot", "computer_id": "BP-ABCDEFGHIJKLMNOP", "client_version": "2.1.0"}'


def sent_file(content: str, button: str = "Fill in from this file") -> Arrival:
    """Return an arrival that sends a request file with that content."""

    def arrive(page: Page) -> None:
        for unfolded in page.locator(".more summary").all():
            unfolded.click()
        file = {"name": "request.json", "mimeType": "application/json", "buffer": content.encode()}
        page.set_input_files("[name=request_file]", files=[file])  # type: ignore[list-item]  # as Playwright takes it
        press(page, button)

    return arrive


def choose_license(page: Page, license: License) -> None:
    """Choose a license that is none of those to choose from any more, as if somebody had taken its last activation."""
    page.locator("[name=license_id]:checked").evaluate("(field, id) => { field.value = id }", str(license.pk))
    press(page, "Activate")


def show_key_without_script(page: Page) -> None:
    """Press the button as it works without JavaScript."""
    with page.expect_navigation():
        page.evaluate("document.querySelector('form[hx-post]').submit()")


def show_key_in_place(page: Page) -> None:
    """Press the button, and wait for the key to stand in its place."""
    page.get_by_role("button", name="Show key").click()
    page.get_by_role("button", name="Copy").wait_for()


PROGRAMS = (
    View("program-primary", PROGRAM, PRIMARY, LINK),
    View("program-individual", PROGRAM, SOLO, LINK),
    View("program-viewer", PROGRAM, VIEWER, LINK),
    View("program-staff", PROGRAM, STAFF, LINK),
    View("program-without-license", PROGRAM, NOBODY, LINK),
    View("program-without-product", PROGRAM, PRIMARY, "/activate/"),
    View("program-unknown-product", PROGRAM, NOBODY, "/activate/?product=nothing-like-that"),
    View("program-wrong-link", PROGRAM, PRIMARY, "/activate/?product=spectra-desk&computer_id=a+b&computer_name=%09"),
    View("program-unusual", PROGRAM, PRIMARY, LINK, arrive=typed("Activate", computer_id="UNUSUAL-9")),
    View("program-file", PROGRAM, PRIMARY, "/activate/", arrive=sent_file(REQUEST, "Read this file")),
    View("program-bad-file", PROGRAM, PRIMARY, LINK, arrive=sent_file("[]")),
    View(
        "program-too-late",
        PROGRAM,
        PRIMARY,
        lambda: f"/activate/?product=bench-pilot&computer_id={computer_id_for(bought('NW-5127'), 900)}",
        arrive=lambda page: choose_license(page, bought("NW-5127")),
    ),
    View("activate-file", ACTIVATE, PRIMARY, license_page("NW-4208", "activate/"), arrive=sent_file("{}")),
    View("key", "licenses:key", PRIMARY, license_page("NW-4208"), arrive=show_key_without_script),
    View("key-in-place", DETAIL, PRIMARY, license_page("NW-4208"), arrive=show_key_in_place),
    View("export-not-allowed", "licenses:export", VIEWER, "/licenses/export/", status=403, is_plain=True),
)

COMPUTER_LIST, SEVERAL = "licenses:computers", "licenses:deactivate_computers"


def select_all(page: Page) -> None:
    """Select every computer on the page."""
    page.get_by_label("Select all on this page").check()


def ask_about_all(page: Page) -> None:
    """Press the button that asks about every computer on the page."""
    select_all(page)
    page.evaluate("document.querySelector('[data-selection]').requestSubmit()")
    page.wait_for_url("**/computers/deactivate/")


def deactivate_all(page: Page) -> None:
    """Deactivate every computer on the page."""
    ask_about_all(page)
    page.locator("main .button--danger").click()
    page.wait_for_url("**/computers/?*")


def search_a_strange_key(page: Page) -> None:
    """Search for a whole activation key that is nobody's."""
    with page.expect_response("**/computers/search/"):
        page.get_by_label("Search computers").fill("AB2CD-EF3GH-JK4MN-PQ5RS-TU6VW")
    page.get_by_text("Nothing found", exact=True).first.wait_for()


def send_what_is_not_theirs(page: Page) -> None:
    """Send a computer of somebody who sees it and may not deactivate it."""
    activation = str(Activation.objects.in_use().filter(license=bought("S-0207")).earliest("pk").pk)
    page.evaluate(
        """id => {
          const form = document.querySelector("[data-selection]");
          const field = Object.assign(document.createElement("input"), { type: "hidden", name: "computer", value: id });
          form.append(field);
          form.requestSubmit();
        }""",
        activation,
    )
    page.wait_for_url("**/computers/deactivate/")


SELECTING = (
    View("computers-primary", COMPUTER_LIST, PRIMARY, "/computers/"),
    View("computers-member", COMPUTER_LIST, MEMBER, "/computers/"),
    View("computers-individual", COMPUTER_LIST, SOLO, "/computers/"),
    View("computers-reseller", COMPUTER_LIST, RESELLER, "/computers/"),
    View("computers-viewer", COMPUTER_LIST, VIEWER, "/computers/"),
    View("computers-staff-second-page", COMPUTER_LIST, STAFF, "/computers/", arrive=turn_the_page),
    View("computers-empty", COMPUTER_LIST, NOBODY, "/computers/"),
    View("computers-found", COMPUTER_LIST, PRIMARY, "/computers/?q=acme-lt", arrive=select_all),
    View("computers-nothing-found", COMPUTER_LIST, PRIMARY, "/computers/?q=no-such-computer"),
    View("computers-key-not-found", "licenses:search_computers", PRIMARY, "/computers/", arrive=search_a_strange_key),
    View("computers-deactivate", SEVERAL, PRIMARY, "/computers/?q=acme-lt", arrive=ask_about_all),
    View("computers-quota-used-up", SEVERAL, PRIMARY, "/computers/?q=hil-rack", arrive=ask_about_all),
    View("computers-deactivate-as-staff", SEVERAL, STAFF, "/computers/?q=hil-rack", arrive=ask_about_all),
    View("computers-not-allowed", SEVERAL, VIEWER, "/computers/", status=403, arrive=send_what_is_not_theirs),
    View("computers-just-deactivated", COMPUTER_LIST, GLOBEX, "/computers/?q=glx-field", arrive=deactivate_all),
)

VIEWS = (
    SIGNING_IN
    + SECOND_STEPS
    + OVERVIEWS
    + LISTS
    + TRAILS
    + PROFILES
    + LICENSES
    + ACTIVATING
    + COMPUTERS
    + PROGRAMS
    + SELECTING
    + ORGANIZATIONS
    + GROUPS
    + ISSUING
    + updates.VIEWS
    + ERRORS
)

NOT_PAGES = {
    **updates.NOT_PAGES,
    "mfa_login_webauthn": "a button that signs in",
    "mfa_download_recovery_codes": "a text to keep",
    "organizations:search": "a search that leads to the organization",
    "organizations:customer_search": "a search that leads to the list",
    "organizations:list_search": "a search that leads to the list",
    "organizations:group_invitation_resend": "a button that leads to the group",
    "organizations:group_invitation_withdraw": "a button that leads to the group",
    "organizations:invitation_resend": "a button that leads to the organization",
    "organizations:invitation_withdraw": "a button that leads to the organization",
    "licenses:batch_keys": "a button that answers with a table",
    "licenses:export_selected": "a button that answers with a table",
    "licenses:undo_deactivating": "a button that leads to the computers",
    "licenses:license_files": "a button that answers with an archive",
    "licenses:license_file_status": "a signed answer for programs",
    "licenses:jwks": "public keys for programs",
    "licenses:public_key": "a public key for programs",
    "healthz": "a line of text for load balancers",
    "readyz": "a line of text for load balancers",
    "brand_style": "a style sheet",
    "brand_logo": "a picture",
}
