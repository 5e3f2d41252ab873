"""One page of the customers of a user group, newest first, or of those that a text finds; for staff all there are.

Whom the group serves and whom it entered though somebody else serves them stand in one list, and
nothing in it tells them apart (Product rules, section 5).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from accounts.fields import address_has_part, has_part
from accounts.names import fold
from organizations import paging
from organizations.models import Customer, EnteredCustomer
from organizations.paging import PAGE_SIZE, Cursor, Page, count_in_words, cut_page, ids_of, neighbour_url
from organizations.querysets import CustomerQuerySet, EnteredCustomerQuerySet
from organizations.viewer import Viewer


@dataclass(frozen=True)
class Listed:
    """A customer as the list shows them; `id` is that of their page."""

    id: UUID
    full_name: str
    email: str
    company: str


def customers_of(viewer: Viewer) -> CustomerQuerySet:
    """Return the customers of the viewer's user group; for staff all."""
    rows: CustomerQuerySet = Customer.objects.visible_to(viewer)
    if viewer.staff_may("view", "organizations.customer"):
        return rows
    return rows.filter(user_group_id=viewer.group_id) if viewer.group_id is not None else rows.none()


def customer_page(viewer: Viewer, text: str, cursor: Cursor) -> Page[Listed]:
    """Return one page of the customers, with how many there are; the first one where the cursor leads nowhere."""
    fill, enough = partial(_next, cursor=cursor), partial(_first, most=paging.COUNT_LIMIT + 1)
    entered = _entered(EnteredCustomer.objects.visible_to(viewer), text)
    found = _read(_served(viewer, text, fill)) + _read_entered(entered, cursor)
    if not found and cursor.key is not None:
        return customer_page(viewer, text, Cursor())
    rows, has_newer, has_older = cut_page(
        found, is_backwards=cursor.is_backwards, is_first=cursor.key is None, by=lambda row: (-row.id.int,)
    )
    parameters: Mapping[str, str] = {"q": text} if text else {}
    number = _served(viewer, text, enough).count() + entered[: paging.COUNT_LIMIT + 1].count()
    return Page(
        rows,
        neighbour_url("before", str(rows[0].id), parameters) if rows and has_newer else None,
        neighbour_url("after", str(rows[-1].id), parameters) if rows and has_older else None,
        count_in_words(number, paging.COUNT_LIMIT),
    )


def _served(viewer: Viewer, text: str, cut: Callable[[CustomerQuerySet], CustomerQuerySet]) -> CustomerQuerySet:
    """Return what `cut` leaves of the customers that the text finds: by person or by company, each by its own index."""
    rows = customers_of(viewer)
    if not text:
        return cut(rows)
    person = has_part("user__folded_name", fold(text)) | address_has_part("user__email", text)
    company = has_part("folded_company", fold(text))
    return rows.filter(pk__in=ids_of([cut(rows.filter(person)), cut(rows.filter(company))]))


def _next(rows: CustomerQuerySet, cursor: Cursor) -> CustomerQuerySet:
    """Return what fills a page from the cursor on, and one more."""
    return rows.filter(cursor.as_q()).order_by(cursor.order)[: PAGE_SIZE + 1]


def _first(rows: CustomerQuerySet, most: int) -> CustomerQuerySet:
    return rows[:most]


def _entered(rows: EnteredCustomerQuerySet, text: str) -> EnteredCustomerQuerySet:
    if not text:
        return rows
    name, company = has_part("folded_name", fold(text)), has_part("folded_company", fold(text))
    return rows.filter(name | company | address_has_part("email", text))


def _read(rows: CustomerQuerySet) -> list[Listed]:
    found = rows.select_related("user")
    return [Listed(each.pk, each.user.get_full_name(), each.user.email, each.company) for each in found]


def _read_entered(rows: EnteredCustomerQuerySet, cursor: Cursor) -> list[Listed]:
    found = rows.filter(cursor.as_q()).order_by(cursor.order)[: PAGE_SIZE + 1]
    return [Listed(each.pk, each.full_name, each.email, each.company) for each in found]
