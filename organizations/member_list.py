"""One page of an organization's users, newest first, or of those that a text finds."""

from collections.abc import Mapping

from accounts.fields import address_has_part, has_part
from accounts.names import fold
from organizations import paging
from organizations.models import Customer, Organization
from organizations.paging import Cursor, Page, count_in_words, page_of
from organizations.querysets import CustomerQuerySet
from organizations.viewer import Viewer

LONGEST_TEXT = 200


def read_text(parameters: Mapping[str, str]) -> str:
    """Return what the users are searched for."""
    return parameters.get("q", "").strip()[:LONGEST_TEXT]


def member_page(viewer: Viewer, organization: Organization, text: str, cursor: Cursor) -> Page[Customer]:
    """Return one page of the organization's users that exist for `viewer`, with how many there are."""
    rows = _found(Customer.objects.visible_to(viewer).filter(organization=organization), text)
    page = page_of(rows.select_related("user"), cursor, parameters={"q": text} if text else {})
    number = rows[: paging.COUNT_LIMIT + 1].count()
    return Page(page.rows, page.previous_url, page.next_url, count_in_words(number, paging.COUNT_LIMIT))


def _found(members: CustomerQuerySet, text: str) -> CustomerQuerySet:
    """Return those whose name or address contains the text; all without one."""
    if not text:
        return members
    return members.filter(has_part("user__folded_name", fold(text)) | address_has_part("user__email", text))
