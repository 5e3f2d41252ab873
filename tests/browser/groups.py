"""The pages of user groups: customers, organizations, members, mail; as `pages.py` lists all of them."""

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from licenses.models import Batch, License
from organizations.invitation_links import LIFETIME, hash_of
from organizations.models import Customer, GroupInvitation, GroupMember, Organization, UserGroup
from tests.browser.organizations import FJORDLAB, organization_page
from tests.browser.people import BJOERN, RESELLER, SOLO, STAFF, VIEWER
from tests.browser.view import View, license_page, pressed, typed

CUSTOMERS, CUSTOMER, ENTER = (
    "organizations:customer_list",
    "organizations:customer_detail",
    "organizations:customer_create",
)
EDIT, DELETE = "organizations:customer_edit", "organizations:customer_delete"
ALL, MAKE, RENAME, NAME = (
    "organizations:list",
    "organizations:create",
    "organizations:edit",
    "organizations:first_contact",
)
GROUP, ADD, REMOVE, JOIN = (
    "organizations:group",
    "organizations:group_member_add",
    "organizations:group_member_remove",
    "organizations:group_join",
)
MAIL, MAIL_MANY = "licenses:mail", "licenses:batch_mail"


def customer_page(email: str, below: str = "") -> Callable[[], str]:
    """Return how to find the page of a customer, or one below it."""
    return lambda: f"/customers/{Customer.objects.get(user__email=email).pk}/{below}"


def new_customer_page(below: str) -> Callable[[], str]:
    """Return how to find a page of a customer of North who has nothing yet."""

    def address() -> str:
        user, _is_new = User.objects.get_or_create(email="fresh@north.example", defaults={"full_name": "Freya Fresh"})
        north = UserGroup.objects.get(name="North")
        customer, _is_new = Customer.objects.get_or_create(user=user, defaults={"user_group": north})
        return f"/customers/{customer.pk}/{below}"

    return address


def without_contact(below: str) -> Callable[[], str]:
    """Return how to find a page of an organization of North that has nothing yet."""

    def address() -> str:
        north = UserGroup.objects.get(name="North")
        organization, _is_new = Organization.objects.get_or_create(name="Anew North", user_group=north)
        return f"/organizations/{organization.pk}/{below}"

    return address


def with_candidate() -> str:
    """Return the page that names the first contact of an organization with one user whom North serves."""
    path = without_contact("first-contact/")()
    new_customer_page("")()
    organization = Organization.objects.get(name="Anew North")
    Customer.objects.filter(user__email="fresh@north.example").update(organization=organization)
    return path


def member_page(email: str) -> Callable[[], str]:
    """Return how to find the page that removes a member."""
    return lambda: f"/group/members/{GroupMember.objects.get(user__email=email).pk}/remove/"


def invited(email: str) -> Callable[[], str]:
    """Return how to find the page that a mailed invitation into North leads to, made anew each time."""

    def address() -> str:
        token = f"{email.partition('@')[0]}-{timezone.now().timestamp()}"
        fresh = {"token_hash": hash_of(token), "mailed_at": timezone.now(), "expires_at": timezone.now() + LIFETIME}
        sender = User.objects.get(email=RESELLER)
        GroupInvitation.objects.update_or_create(
            user_group=UserGroup.objects.get(name="North"),
            email=email,
            accepted_at=None,
            declined_at=None,
            withdrawn_at=None,
            defaults=fresh,
            create_defaults={**fresh, "full_name": "Anselm Katzenellenbogen", "invited_by": sender},
        )
        return reverse(JOIN, args=[token])

    return address


def with_invitation() -> str:
    """Return the page of a group that has invited somebody."""
    invited("anselm.katzenellenbogen@north.example")()
    return "/group/"


def order_page() -> str:
    """Return the page that mails an order of North."""
    north, rasmus = UserGroup.objects.get(name="North"), User.objects.get(email=RESELLER)
    license = License.objects.filter(user_group=north, revoked_at=None).exclude(customer=None).earliest("pk")
    batch, _is_new = Batch.objects.get_or_create(token=license.pk, defaults={"user_group": north, "created_by": rasmus})
    License.objects.filter(pk=license.pk).update(batch=batch)
    return f"/licenses/batch/{batch.pk}/mail/"


def show_another(page: Page) -> None:
    """Look at the second mail that there is."""
    page.locator("[name=template]").select_option(index=1)
    page.get_by_role("button", name="Show the mail").click()
    page.wait_for_load_state()


GROUPS = (
    View("group", GROUP, RESELLER, with_invitation),
    View("group-looks-only", GROUP, VIEWER, "/group/"),
    View("group-none", GROUP, SOLO, "/group/", status=404, is_plain=True),
    View("group-member-add", ADD, RESELLER, "/group/members/add/"),
    View("group-member-add-not-allowed", ADD, VIEWER, "/group/members/add/", status=403, is_plain=True),
    View(
        "group-member-add-refused",
        ADD,
        RESELLER,
        "/group/members/add/",
        arrive=typed("Invite this member", full_name="Anna\u202e", email="anna@north"),
    ),
    View("group-member-remove", REMOVE, RESELLER, member_page("nina.aalto@north.example")),
    View("group-member-remove-oneself", REMOVE, RESELLER, member_page(RESELLER)),
    View("group-join-new", JOIN, "", invited("newcomer@north.example")),
    View("group-join-known", JOIN, "", invited(SOLO)),
    View("group-join-individual", JOIN, SOLO, invited(SOLO)),
    View("customers-reseller", CUSTOMERS, RESELLER, "/customers/"),
    View("customers-viewer", CUSTOMERS, VIEWER, "/customers/"),
    View("customers-staff", CUSTOMERS, STAFF, "/customers/"),
    View("customers-nothing-found", CUSTOMERS, RESELLER, "/customers/?q=zebra"),
    View("customer", CUSTOMER, RESELLER, customer_page(BJOERN)),
    View("customer-new", CUSTOMER, RESELLER, new_customer_page("")),
    View("customer-create", ENTER, RESELLER, "/customers/new/"),
    View(
        "customer-create-refused",
        ENTER,
        RESELLER,
        "/customers/new/",
        arrive=typed("Enter this customer", full_name="Bj\u00f8rn", email=BJOERN),
    ),
    View("customer-edit", EDIT, RESELLER, customer_page(BJOERN, "edit/")),
    View(
        "customer-edit-refused",
        EDIT,
        RESELLER,
        customer_page(BJOERN, "edit/"),
        arrive=typed("Save this customer", full_name="Anna\u202e", phone="1" * 51),
    ),
    View("customer-delete", DELETE, RESELLER, new_customer_page("delete/")),
    View("customer-delete-refused", DELETE, RESELLER, customer_page(BJOERN, "delete/")),
    View("organizations-reseller", ALL, RESELLER, "/organizations/"),
    View("organizations-viewer", ALL, VIEWER, "/organizations/"),
    View("organizations-nothing-found", ALL, RESELLER, "/organizations/?q=zebra"),
    View("organization-create", MAKE, RESELLER, "/organizations/new/"),
    View(
        "organization-create-refused",
        MAKE,
        RESELLER,
        "/organizations/new/",
        arrive=typed("Make this organization", name=FJORDLAB),
    ),
    View("organization-edit", RENAME, RESELLER, organization_page(FJORDLAB, "edit/")),
    View("first-contact", NAME, RESELLER, with_candidate),
    View("first-contact-refused", NAME, RESELLER, organization_page(FJORDLAB, "first-contact/")),
    View("license-mail", MAIL, RESELLER, license_page("N-10482", "mail/"), arrive=show_another),
    View("batch-mail", MAIL_MANY, RESELLER, order_page),
    View("batch-mail-another", MAIL_MANY, RESELLER, order_page, arrive=pressed("Show the mail")),
)
