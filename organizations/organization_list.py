"""One page of the organizations that exist for somebody, newest first, or of those that a text finds."""

from accounts.fields import has_part
from accounts.names import fold
from organizations import paging
from organizations.models import Organization
from organizations.paging import Cursor, Page, count_in_words, page_of
from organizations.querysets import OrganizationQuerySet
from organizations.viewer import Viewer

CONTACTS = ("primary_contact__user", "secondary_contact__user")


def organization_page(viewer: Viewer, text: str, cursor: Cursor) -> Page[Organization]:
    """Return one page of the organizations, with their contacts and how many there are."""
    rows: OrganizationQuerySet = Organization.objects.visible_to(viewer)
    if text:
        rows = rows.filter(has_part("folded_name", fold(text)))
    page = page_of(rows.select_related(*CONTACTS).defer("notes"), cursor, parameters={"q": text} if text else {})
    number = rows[: paging.COUNT_LIMIT + 1].count()
    return Page(page.rows, page.previous_url, page.next_url, count_in_words(number, paging.COUNT_LIMIT))
