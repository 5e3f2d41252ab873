"""The pages of a license's updates, and the one that ends mails about releases."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from licenses.models import ReleaseFile
from organizations.mail_choices import unsubscribe_link
from organizations.models import Customer
from tests.browser.people import GLOBEX, MEMBER, PRIMARY, SOLO, STAFF, VIEWER, bought
from tests.browser.view import Arrival, View, license_page, pressed

UPDATES, DOWNLOAD = "licenses:updates", "licenses:download"
NO_MORE_MAILS = "organizations:no_more_mails"


def last_page(order_id: str) -> Callable[[], str]:
    """Return how to find the last page of the updates of a license."""

    def address() -> str:
        license = bought(order_id)
        releases = ReleaseFile.objects.filter(release__product_version__product=license.product)
        third = releases.order_by("release__version_order").values_list("release", flat=True).distinct()[2]
        return f"{license.get_absolute_url()}updates/?after={third}"

    return address


def file_of(order_id: str, version: str) -> ReleaseFile:
    """Return a file of that version of the product of the license of that order."""
    of_product = ReleaseFile.objects.filter(release__product_version__product=bought(order_id).product)
    return of_product.filter(release__version=version).order_by("pk")[0]


def download_of(order_id: str, version: str) -> Callable[[], str]:
    """Return how to find the download of a file by the license."""
    return lambda: f"/releases/{file_of(order_id, version).pk}/download/{bought(order_id).pk}/"


def missing(order_id: str, version: str) -> Arrival:
    """Return an arrival at a file that is not stored for a moment."""

    def arrive(page: Page) -> None:
        path = Path(file_of(order_id, version).file.path)
        elsewhere = path.rename(path.with_suffix(".elsewhere"))
        try:
            page.goto(download_of(order_id, version)())
        finally:
            elsewhere.rename(path)

    return arrive


def link_of(address: str) -> Callable[[], str]:
    """Return how to find the page that ends mails to somebody."""
    return lambda: urlsplit(unsubscribe_link(Customer.objects.get(user__email=address).pk)).path


VIEWS = (
    View("updates-all-included", UPDATES, PRIMARY, license_page("NW-5140", "updates/")),
    View("updates-ended", UPDATES, PRIMARY, license_page("NW-4208", "updates/")),
    View("updates-own-version-only", UPDATES, PRIMARY, license_page("NW-4117", "updates/")),
    View("updates-last-page", UPDATES, PRIMARY, last_page("NW-4117")),
    View("updates-withdrawn", UPDATES, MEMBER, license_page("NW-5140", "updates/")),
    View("updates-revoked", UPDATES, PRIMARY, license_page("NW-4266", "updates/")),
    View("updates-individual", UPDATES, SOLO, license_page("NW-5158", "updates/")),
    View("updates-other-product", UPDATES, GLOBEX, license_page("NW-5221", "updates/")),
    View("updates-only-seen", UPDATES, VIEWER, license_page("S-0207", "updates/")),
    View("updates-staff", UPDATES, STAFF, license_page("NW-4117", "updates/")),
    View("updates-not-visible", UPDATES, SOLO, license_page("NW-5140", "updates/"), status=404, is_plain=True),
    View("download-refused", DOWNLOAD, PRIMARY, download_of("NW-4117", "4.1.10"), status=409),
    View(
        "download-unavailable",
        DOWNLOAD,
        PRIMARY,
        license_page("NW-5140", "updates/"),
        status=503,
        arrive=missing("NW-5140", "4.1.10"),
    ),
    View("no-more-mails", NO_MORE_MAILS, "", link_of(SOLO)),
    View("no-more-mails-done", NO_MORE_MAILS, "", link_of(SOLO), arrive=pressed("No more of these mails")),
)

NOT_PAGES = {
    "licenses:calendar_expires": "a file for calendars",
    "licenses:calendar_updates": "a file for calendars",
    "organizations:choose_mails": "a button that leads to the profile",
}
