"""The pages that make and change licenses, as `pages.py` lists all of them."""

from collections.abc import Callable

from playwright.sync_api import Page

from accounts.models import User
from licenses.activation_key import make
from licenses.models import Batch, GenericFile, License, LicenseModel, Product, ProductVersion
from organizations.models import UserGroup
from tests.browser.people import PRIMARY, RESELLER, STAFF, VIEWER, press
from tests.browser.view import View, license_page, pressed, typed

CREATE, BATCH, EDIT, RENEW = "licenses:create", "licenses:batch", "licenses:edit", "licenses:renew"
REVOKE, REINSTATE, DELETE = "licenses:revoke", "licenses:reinstate", "licenses:delete"
RENEW_MANY, REVOKE_MANY = "licenses:renew_selected", "licenses:revoke_selected"
FILE = "licenses:generic_file"
NEW, LIST = "/licenses/new/", "/licenses/?order=expires"


def order_page(number: int = 3) -> Callable[[], str]:
    """Return how to find the page of an order of North with so many licenses."""

    def address() -> str:
        north, rasmus = UserGroup.objects.get(name="North"), User.objects.get(email=RESELLER)
        licenses = list(License.objects.filter(user_group=north).order_by("pk")[:number])
        batch, _is_new = Batch.objects.get_or_create(
            token=north.pk, defaults={"user_group": north, "created_by": rasmus}
        )
        License.objects.filter(batch=batch).update(batch=None)
        License.objects.filter(pk__in=[each.pk for each in licenses]).update(batch=batch)
        return f"/licenses/batch/{batch.pk}/"

    return address


def generic_page(below: str, *, is_revoked: bool = False) -> Callable[[], str]:
    """Return how to find a page of a generic license of North, made anew each time."""

    def address() -> str:
        version = ProductVersion.objects.select_related("product").earliest("pk")
        days = version.product.license_file_days or 90
        Product.objects.filter(pk=version.product_id).update(generic_allowed=True, license_file_days=days)
        license = License.objects.create(
            activation_key=make(),
            product_version=version,
            license_model=LicenseModel.PERMANENT,
            licensee="Workshop of North",
            user_group=UserGroup.objects.get(name="North"),
            is_generic=True,
            max_activations=0,
        )
        if is_revoked:
            License.objects.filter(pk=license.pk).update(revoked_at=license.created_at, revoked_reason="Returned")
        return f"{license.get_absolute_url()}{below}"

    return address


def unused(below: str) -> Callable[[], str]:
    """Return how to find a page of a license of North that nobody activated."""
    return generic_page(below)


def found(text: str) -> Callable[[Page], None]:
    """Return an arrival that looks for a customer."""

    def arrive(page: Page) -> None:
        page.locator("[name=find]").fill(text)
        page.locator("button[name=do][value=find]").click()
        page.wait_for_load_state()

    return arrive


def ordered(**fields: str) -> Callable[[Page], None]:
    """Return an arrival that chooses a product, types into fields, and sends the order."""

    def arrive(page: Page) -> None:
        page.locator("[name=version]").select_option(index=1)
        typed("Create", **fields)(page)

    return arrive


def selected(button: str, number: int = 3) -> Callable[[Page], None]:
    """Return an arrival that selects the first licenses of the list and presses a button."""

    def arrive(page: Page) -> None:
        for box in page.locator("[name=license]").all()[:number]:
            box.check()
        page.get_by_role("button", name=button).click()
        page.wait_for_load_state()

    return arrive


def issued(page: Page) -> None:
    """Issue the license file of a generic license."""
    GenericFile.objects.all().delete()
    press(page, "Issue a new license file")


PEOPLE = "Ada Lund, ada.lund@new.example\nno address at all\nOla Nordmann, ola@new.example"

ISSUING = (
    View("license-create", CREATE, RESELLER, NEW),
    View("license-create-as-staff", CREATE, STAFF, NEW),
    View("license-create-not-allowed", CREATE, VIEWER, NEW, status=403, is_plain=True),
    View("license-create-as-customer", CREATE, PRIMARY, NEW, status=404, is_plain=True),
    View("license-create-refused", CREATE, RESELLER, NEW, arrive=ordered(email="anna@acme", order_id="N\u202e")),
    View("license-create-finding", CREATE, RESELLER, NEW, arrive=found("b")),
    View("license-create-nobody-found", CREATE, RESELLER, NEW, arrive=found("zebra")),
    View("license-create-list", CREATE, RESELLER, NEW, arrive=ordered(people=PEOPLE)),
    View("order", BATCH, RESELLER, order_page()),
    View("order-looks-only", BATCH, VIEWER, order_page(), status=404, is_plain=True),
    View("order-empty", BATCH, RESELLER, order_page(0)),
    View("license-edit", EDIT, RESELLER, license_page("N-10482", "edit/")),
    View("license-edit-as-staff", EDIT, STAFF, license_page("N-10482", "edit/")),
    View(
        "license-edit-refused",
        EDIT,
        RESELLER,
        license_page("N-10482", "edit/"),
        arrive=typed("Save", licensee="Anna\u202e", max_activations="1"),
    ),
    View("license-renew", RENEW, RESELLER, license_page("N-10482", "renew/")),
    View(
        "license-renew-refused",
        RENEW,
        RESELLER,
        license_page("N-10482", "renew/"),
        arrive=typed("Renew", expires_on="2020-01-01", expires_after_days=""),
    ),
    View("license-revoke", REVOKE, RESELLER, license_page("N-10482", "revoke/")),
    View(
        "license-revoke-refused",
        REVOKE,
        RESELLER,
        license_page("N-10482", "revoke/"),
        arrive=typed("Revoke this license", reason=" "),
    ),
    View("license-reinstate", REINSTATE, RESELLER, license_page("N-10058", "reinstate/")),
    View("license-reinstate-not-revoked", REINSTATE, RESELLER, license_page("N-10482", "reinstate/")),
    View("license-reinstate-refused", REINSTATE, RESELLER, generic_page("reinstate/", is_revoked=True)),
    View("license-delete", DELETE, STAFF, unused("delete/")),
    View("license-delete-not-allowed", DELETE, RESELLER, license_page("N-10482", "delete/"), status=403, is_plain=True),
    View("license-delete-refused", DELETE, STAFF, license_page("N-10482", "delete/")),
    View("license-generic", "licenses:detail", RESELLER, generic_page("")),
    View("generic-file-none", FILE, RESELLER, generic_page("license-file/")),
    View("generic-file", FILE, RESELLER, generic_page("license-file/"), arrive=issued),
    View("generic-file-revoked", FILE, RESELLER, generic_page("license-file/", is_revoked=True)),
    View("generic-file-of-another-kind", FILE, RESELLER, license_page("N-10482", "license-file/")),
    View("licenses-renew", RENEW_MANY, RESELLER, LIST, arrive=selected("Renew selected")),
    View("licenses-renew-as-staff", RENEW_MANY, STAFF, LIST, arrive=selected("Renew selected")),
    View("licenses-revoke", REVOKE_MANY, RESELLER, LIST, arrive=selected("Revoke selected", 4)),
    View("licenses-renew-none", "licenses:list", RESELLER, LIST, arrive=pressed("Renew selected")),
)
