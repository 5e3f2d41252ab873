"""One page of an organization's users, newest first, or of those that a text finds."""

from collections.abc import Mapping

from django.db.models import Q

from accounts.fields import begins_with
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
    """Return those whose name or address begins with the text; all without one."""
    if not text:
        return members
    address = Q(user__email__startswith=text.lower())
    return members.filter(begins_with("user__folded_name", fold(text)) | address)
