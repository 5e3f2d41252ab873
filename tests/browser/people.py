"""The people of the demo, what each of them must see, and how they sign in."""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from accounts.demo import DEMO_PASSWORD
from accounts.models import User
from licenses.models import License, LicenseModel

PRIMARY, SECONDARY, MEMBER = "primary@acme.example", "secondary@acme.example", "member@acme.example"
SOLO, GLOBEX, STAFF = "solo@home.example", "primary@globex.example", "staff@vendor.example"
RESELLER, VIEWER = "reseller@north.example", "viewer@south.example"
BJOERN = "bjorn.asheim@fjordlab.example"
HOLDER = "holder@many.example"
NOBODY, NOBODYS_NAME = "nobody@home.example", "Nora Norole"
GIVEN, GIVENS_NAME = "given@home.example", "Gina Given"


@dataclass(frozen=True)
class Seen:
    """What a person of the demo sees (Product rules, section 3)."""

    licenses: Q
    may_act: bool = True
    is_staff: bool = False


SEEN = {
    PRIMARY: Seen(Q(organization__name="Acme Engineering")),
    SECONDARY: Seen(Q(organization__name="Acme Engineering")),
    MEMBER: Seen(Q(customer__user__email=MEMBER)),
    SOLO: Seen(Q(customer__user__email=SOLO)),
    GLOBEX: Seen(Q(organization__name="Globex")),
    RESELLER: Seen(Q(user_group__name="North")),
    VIEWER: Seen(Q(user_group__name="South"), may_act=False),
    STAFF: Seen(Q(), is_staff=True),
}


def sign_in(page: Page, person: str, password: str = DEMO_PASSWORD) -> None:
    """Type address and password into the sign-in page; earlier attempts of other tests are forgotten."""
    cache.clear()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(person)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")


def press(page: Page, button: str) -> None:
    """Press the first button of that name, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).first.click()


def sign_in_by_session(context: BrowserContext, user: User, url: str) -> None:
    """Sign in by a session in the database that the server shares with the tests."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


def bought(order_id: str) -> License:
    """Return the demo license of that order."""
    return License.objects.get(order_id=order_id)


def trial_of(person: str) -> License:
    """Return the one trial of that person of the demo which nobody has activated yet."""
    return License.objects.get(customer__user__email=person, license_model=LicenseModel.TRIAL, activations_in_use=0)


def computer(order_id: str, name: str) -> str:
    """Return the path of a computer in use on the license of that order; its pages hang below it."""
    license = bought(order_id)
    activation = license.activations.in_use().get(computer_name=name)
    return f"{license.get_absolute_url()}activations/{activation.pk}/"
