"""The pages that are measured: what they are called, where they are, and the floor that fits each."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench.asking import Visit
from bench.floor import OWN_QUERIES
from bench.visitors import Visitor
from licenses.models import Activation, License
from organizations.models import Customer, Organization

LIST = "/licenses/"
_NEXT = re.compile(r'rel="next" href="([^"]+)"')
_ROW = b'scope="row"'


@dataclass(frozen=True)
class Page:
    """A page of the license list."""

    what: str
    path: str
    most: float = 2
    """How many times the floor a search may take."""


def pages(visitor: Visitor, organization: str, database: str) -> Iterator[Page]:
    """Yield the pages of P2 as the contact of `organization`, named by its contact's address, sees them."""
    yield Page("first page", LIST)
    yield Page("next page", LIST + next_page_of(visitor.to(LIST)))
    yield Page("order *expires soonest*", _list(order="expires"))
    by_updates = _list(order="updates")
    yield Page("order *updates end soonest*", by_updates)
    yield Page("its next page", LIST + next_page_of(visitor.to(by_updates)))
    yield Page("filter *partly activated*", _list(status="partly-activated"))
    yield Page("filter *revoked*", _list(status="revoked"))
    yield Page("search by the end of a key", _list(q=_middle_license(organization, database).key_tail))
    yield Page("search by a first name that one in fifty has", _list(q="anna"))


def places(contact: str, number: int) -> list[str]:
    """Return the addresses of `number` pages all over the list of a contact, none of which share a license."""
    ids = list(_licenses_of(contact, "default").order_by("-pk").values_list("pk", flat=True))
    step = len(ids) // (number + 1)
    return [_list(after=str(ids[position * step])) for position in range(number)]


def searches(organization: str | None) -> Iterator[Page]:
    """Yield the pages of P10: each comparison, for somebody who sees the licenses of `organization`; None: all."""
    license = _middle_license(organization, "default")
    activation = Activation.objects.in_use().filter(license__in=_licenses_of(organization, "default")).latest("pk")
    customer = Customer.objects.select_related("user").get(license=license)
    yield Page("exactly: the end of a key", _list(q=license.key_tail))
    yield Page("exactly: a computer ID", _list(q=activation.computer_id))
    yield Page("exactly: an e-mail address", _list(q=customer.user.email))
    yield Page("by beginning: a name but its last letter", _list(q=customer.user.full_name[:-1]))
    yield Page("by beginning: a first name that one in fifty has", _list(q=customer.user.full_name.split()[0]))
    yield Page("by beginning: the kind of computer", _list(q="laptop"))
    yield from _by_parts(customer.user)
    yield Page("one letter", _list(q="s"))
    yield Page("nothing is found", _list(q="zzzzzz"))


def _by_parts(user: User) -> Iterator[Page]:
    """Yield searches by what stands within names: somebody's own, and such as there are in all of the data."""
    yield Page("by parts of words: a name but its first and last letter", _list(q=user.full_name[1:-1]), 3)
    host = user.email.partition("@")[2]
    yield Page("by parts of words: where somebody’s address is, but its last letter", _list(q=f"@{host[:-1]}"), 3)
    yield Page("by parts of words: a company", _list(q="stern mar"), 3)
    yield Page("by parts of words: a computer", _list(q="niel-lap"), 3)
    yield Page("by parts of words: an order", _list(q="023-12513"), 3)
    yield Page("by parts of words: three letters of a first name that one in fifty has", _list(q="nna"), 3)


def _list(**parameters: str) -> str:
    return f"{LIST}?{urlencode(parameters)}"


def _licenses_of(contact: str | None, database: str) -> QuerySet[License]:
    licenses = License.objects.using(database).filter(deleted_at=None)
    if contact is None:
        return licenses
    return licenses.filter(organization=Organization.objects.using(database).get(primary_contact__user__email=contact))


def _middle_license(contact: str | None, database: str) -> License:
    """Return a license with a customer, from the middle of the table."""
    licenses = _licenses_of(contact, database).filter(customer__isnull=False).order_by("pk")
    return licenses[licenses.count() // 2]


def next_page_of(visit: Visit) -> str:
    """Return the address behind *Next* on a page, from its question mark on."""
    found = _NEXT.search(gzip.decompress(visit.answer()).decode())
    if found is None:
        raise RuntimeError(f"{visit.path} has no next page.")
    return unescape(found[1])


def floor_of(email: str, path: str) -> str:
    """Return the address of the floor with as many rows and as many queries as the page at `path` has."""
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    client.force_login(User.objects.get(email=email))
    client.get(path)
    rows, queries = _rows_and_queries(client, path)
    _rows, least = _rows_and_queries(client, _floor(rows, OWN_QUERIES))
    return _floor(rows, OWN_QUERIES + queries - least)


def _floor(rows: int, queries: int) -> str:
    return f"/bench/floor/?{urlencode({'rows': rows, 'queries': queries})}"


def _rows_and_queries(client: Client, path: str) -> tuple[int, int]:
    with CaptureQueriesContext(connection) as queries:
        page = client.get(path)
    if page.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{path} answers {page.status_code} instead of 200.")
    return page.content.count(_ROW), len(queries)
