"""The pages of an organization, and the one that a mailed invitation leads to, as `pages.py` lists all of them."""

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from organizations.invitation_links import LIFETIME, hash_of
from organizations.models import Customer, Invitation, Organization
from tests.browser.people import GLOBEX, HOLDER, MEMBER, PRIMARY, RESELLER, SECONDARY, SOLO, STAFF, press
from tests.browser.view import View, license_page, pressed, typed

ORGANIZATION, INVITE, INVITE_MANY = "organizations:detail", "organizations:user_add", "organizations:users_add"
EDIT_USER, LEAVES, CONTACTS = "organizations:user_edit", "organizations:user_leave", "organizations:contacts"
JOIN, GIVE, GIVE_MANY = "organizations:join", "licenses:assign", "licenses:assign_several"
ACME, FJORDLAB = "Acme Engineering", "Fjordlab Måleteknikk"


def organization_page(name: str, below: str = "") -> Callable[[], str]:
    """Return how to find the page of that organization, or one below it."""
    return lambda: f"/organizations/{Organization.objects.get(name=name).pk}/{below}"


def with_invitations(name: str) -> Callable[[], str]:
    """Return how to find the page of an organization that has invited two people, one of them long ago."""

    def address() -> str:
        invitation_to(name, "anselm.katzenellenbogen@engineering.acme.example")
        old = invitation_to(name, "late@acme.example")
        Invitation.objects.filter(email="late@acme.example").update(expires_at=timezone.now())
        assert old
        return organization_page(name)()

    return address


def user_page(person: str, below: str) -> Callable[[], str]:
    """Return how to find a page about a user of their organization."""

    def address() -> str:
        customer = Customer.objects.get(user__email=person)
        return f"/organizations/{customer.organization_id}/users/{customer.pk}/{below}/"

    return address


def invitation_to(name: str, email: str) -> str:
    """Return the path of a link that invites the address, made anew each time."""
    organization = Organization.objects.get(name=name)
    token = f"{email.partition('@')[0]}-{timezone.now().timestamp()}"
    fresh = {"token_hash": hash_of(token), "mailed_at": timezone.now(), "expires_at": timezone.now() + LIFETIME}
    sender = User.objects.get(email=PRIMARY)
    open_once = {"accepted_at": None, "declined_at": None, "withdrawn_at": None}
    Invitation.objects.update_or_create(
        organization=organization,
        email=email,
        **open_once,
        defaults=fresh,
        create_defaults={**fresh, "full_name": "Anselm Katzenellenbogen", "invited_by": sender},
    )
    return reverse(JOIN, args=[token])


def invited(email: str, name: str = ACME) -> Callable[[], str]:
    """Return how to find the page that a mailed invitation leads to."""
    return lambda: invitation_to(name, email)


def without_licenses(below: str) -> Callable[[], str]:
    """Return how to find a page of an organization that has nothing yet."""

    def address() -> str:
        organization, _is_new = Organization.objects.get_or_create(name="Anew")
        return f"/organizations/{organization.pk}/{below}"

    return address


def choose_one_twice(page: Page) -> None:
    """Choose one person as both contacts."""
    chosen = page.locator("[name=primary]").input_value()
    page.locator("[name=secondary]").select_option(chosen)
    press(page, "Change the contacts")


def choose_two_receivers(page: Page) -> None:
    """Choose a user and somebody invited."""
    invitation_to(ACME, "waits@acme.example")
    page.reload()
    for name in ("user", "invited"):
        page.locator(f"[name={name}]").select_option(index=1)
    press(page, "Give this license")


def give_to_a_stranger(page: Page) -> None:
    """Give everything to somebody who has left meanwhile."""
    page.locator("[name=all_to]").evaluate("(field) => { field.options[1] = new Option('Gone', 'gone', true, true) }")
    press(page, "End the membership of Hanna Holder")


LINES = """Name;E-mail address
Ada Lund;ada.lund@acme.example
Member;member@acme.example
no address at all
Ola Nordmann;ola@fjordlab.example"""

ORGANIZATIONS = (
    View("organization-primary", ORGANIZATION, PRIMARY, with_invitations(ACME)),
    View("organization-member", ORGANIZATION, MEMBER, organization_page(ACME)),
    View("organization-globex", ORGANIZATION, GLOBEX, organization_page("Globex")),
    View("organization-staff", ORGANIZATION, STAFF, organization_page(FJORDLAB)),
    View("organization-reseller", ORGANIZATION, RESELLER, organization_page(FJORDLAB)),
    View("organization-not-visible", ORGANIZATION, SOLO, organization_page(ACME), status=404, is_plain=True),
    View("organization-found", ORGANIZATION, PRIMARY, organization_page(ACME, "?q=m")),
    View("organization-nothing-found", ORGANIZATION, PRIMARY, organization_page(ACME, "?q=zebra")),
    View(
        "organization-invited",
        ORGANIZATION,
        PRIMARY,
        organization_page(ACME, "users/add/"),
        arrive=typed("Invite this user", full_name="Ada Berg", email="ada.berg@acme.example"),
    ),
    View("user-add", INVITE, PRIMARY, organization_page(ACME, "users/add/")),
    View("user-add-not-allowed", INVITE, MEMBER, organization_page(ACME, "users/add/"), status=403, is_plain=True),
    View(
        "user-add-refused",
        INVITE,
        PRIMARY,
        organization_page(ACME, "users/add/"),
        arrive=typed("Invite this user", full_name="Anna\u202e", email="anna@acme"),
    ),
    View(
        "user-add-outside",
        INVITE,
        PRIMARY,
        organization_page(ACME, "users/add/"),
        arrive=typed("Invite this user", full_name="Ola Nordmann", email="ola@fjordlab.example"),
    ),
    View("users-add", INVITE_MANY, PRIMARY, organization_page(ACME, "users/add/many/")),
    View(
        "users-add-refused",
        INVITE_MANY,
        PRIMARY,
        organization_page(ACME, "users/add/many/"),
        arrive=pressed("Show what will happen"),
    ),
    View(
        "users-add-planned",
        INVITE_MANY,
        PRIMARY,
        organization_page(ACME, "users/add/many/"),
        arrive=typed("Show what will happen", text=LINES),
    ),
    View(
        "users-add-all-wrong",
        INVITE_MANY,
        PRIMARY,
        organization_page(ACME, "users/add/many/"),
        arrive=typed("Show what will happen", text="no address at all"),
    ),
    View("user-edit", EDIT_USER, PRIMARY, user_page(MEMBER, "edit")),
    View(
        "user-edit-refused",
        EDIT_USER,
        PRIMARY,
        user_page(MEMBER, "edit"),
        arrive=typed("Save this user", full_name="Anna\u202e", phone="1" * 51),
    ),
    View("user-leave", LEAVES, PRIMARY, user_page(MEMBER, "leave")),
    View("user-leave-many", LEAVES, STAFF, user_page(HOLDER, "leave")),
    View("user-leave-found", LEAVES, STAFF, user_page(HOLDER, "leave"), arrive=typed("Find", q="no such license")),
    View("user-leave-refused", LEAVES, STAFF, user_page(HOLDER, "leave"), arrive=give_to_a_stranger),
    View("user-leave-contact", LEAVES, PRIMARY, user_page(SECONDARY, "leave")),
    View("contacts", CONTACTS, PRIMARY, organization_page(ACME, "contacts/")),
    View("contacts-refused", CONTACTS, PRIMARY, organization_page(ACME, "contacts/"), arrive=choose_one_twice),
    View("license-assign", GIVE, PRIMARY, license_page("NW-5140", "assign/")),
    View("license-assign-refused", GIVE, PRIMARY, license_page("NW-5140", "assign/"), arrive=choose_two_receivers),
    View("license-assign-as-staff", GIVE, STAFF, license_page("NW-5158", "assign/")),
    View("licenses-assign", GIVE_MANY, PRIMARY, organization_page(ACME, "licenses/assign/")),
    View(
        "licenses-assign-refused",
        GIVE_MANY,
        PRIMARY,
        organization_page(ACME, "licenses/assign/"),
        arrive=pressed("Give the ticked licenses"),
    ),
    View("licenses-assign-none", GIVE_MANY, STAFF, without_licenses("licenses/assign/")),
    View("join-new", JOIN, "", invited("newcomer@acme.example")),
    View("join-known", JOIN, "", invited(SOLO)),
    View("join-individual", JOIN, SOLO, invited(SOLO)),
    View("join-with-many", JOIN, HOLDER, invited(HOLDER)),
    View("join-with-many-found", JOIN, HOLDER, invited(HOLDER), arrive=typed("Find", q="no such license")),
    View("join-from-elsewhere", JOIN, GLOBEX, invited(GLOBEX)),
    View("join-as-contact-elsewhere", JOIN, GLOBEX, invited(GLOBEX), arrive=pressed(f"Join {ACME}")),
    View("join-for-another", JOIN, MEMBER, invited(SOLO), status=403),
    View("join-declined", JOIN, "", invited("declines@acme.example"), arrive=pressed("Decline")),
    View("join-ended", JOIN, "", "/invitations/used-up/", status=410),
)
