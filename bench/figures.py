"""The figures: what is measured, against what, in the same run (Quality, *Speed and cost*)."""

import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bench.asking import ROUNDS, WARM_UP_ROUNDS, Times, Walk, by_turns
from bench.downloading import download, watching
from bench.pages import LIST, floor_of, pages, places, searches
from bench.reference.sizes import CONTACT_OF_BUSY, CONTACT_OF_LARGEST, REFERENCE, SMALL, STAFF
from bench.serving import Server
from bench.table import Line, at_least, at_most
from bench.visitors import sign_in

FEW_ROUNDS = 20
EXPORT = f"{LIST}export/?format=csv"
EXPORTS = 3


@dataclass(frozen=True)
class Portals:
    """The servers on the two databases."""

    reference: Server
    small: Server


def p1(portals: Portals) -> Iterator[Line]:
    """Compare the list with its floor."""
    contact = sign_in(CONTACT_OF_LARGEST, portals.reference)
    floor = contact.to(floor_of(CONTACT_OF_LARGEST, LIST))
    walk = Walk([contact.to(path) for path in places(CONTACT_OF_LARGEST, WARM_UP_ROUNDS + ROUNDS)])
    same, other, least = by_turns([contact.to(LIST), walk, floor])
    yield at_most("P1", "license list, contact with 100,000: the first page again and again", same, least, 2)
    yield at_most("P1", "license list, contact with 100,000: each time another page", other, least, 2)


def p2(portals: Portals) -> Iterator[Line]:
    """Compare the table of a million with the small one, and the contact with 100,000 with the one with 5,000."""
    in_small = sign_in(CONTACT_OF_BUSY, portals.small, "small")
    in_reference = sign_in(CONTACT_OF_BUSY, portals.reference)
    largest = sign_in(CONTACT_OF_LARGEST, portals.reference)
    of_small = pages(in_small, CONTACT_OF_BUSY, "small")
    of_reference = pages(in_reference, CONTACT_OF_BUSY, "default")
    of_largest = pages(largest, CONTACT_OF_LARGEST, "default")
    grown, more = f"{SMALL.licenses:,} → {REFERENCE.licenses:,}", "100,000 against 5,000"
    for one, two, three in zip(of_small, of_reference, of_largest, strict=True):
        small, reference, large = by_turns([in_small.to(one.path), in_reference.to(two.path), largest.to(three.path)])
        yield at_most("P2", f"{one.what}: table {grown}", reference, small, 1.2)
        yield at_most("P2", f"{one.what}: contact with {more}", large, reference, 1.5)


def p4(portals: Portals) -> Iterator[Line]:
    """Compare the list with that of Django's admin: the same table, as many rows, all licenses."""
    staff = sign_in(STAFF, portals.reference)
    page, admin = by_turns([staff.to(LIST), staff.to("/admin/licenses/license/")], FEW_ROUNDS)
    yield at_least("P4", "license list of staff, against Django admin’s list", page, admin, 5)


def p6(portals: Portals) -> Iterator[Line]:
    """Export 100,000 licenses: first for the memory, from a server that has shown pages only, then for the times."""
    contact = sign_in(CONTACT_OF_LARGEST, portals.reference)
    with watching(portals.reference) as memory:
        download(contact.to(EXPORT))
    found = [download(contact.to(EXPORT)) for _ in range(EXPORTS)]
    what = f"CSV of {found[0].rows:,} licenses"
    first_byte = Times(tuple(1000 * each.first_byte_seconds for each in found))
    speed = statistics.median(each.rows_per_second for each in found)
    grown = memory.grown_megabytes
    yield Line("P6", f"{what}: first byte", str(first_byte), "", "", "< 500 ms", first_byte.median < 500)
    yield Line("P6", f"{what}: rows in a second", f"{speed:,.0f}", "", "", "≥ 20,000", speed >= 20_000)
    yield Line("P6", f"{what}: resident memory grows", f"{grown:.1f} MB", "", "", "< 30 MB", grown < 30)


def p10(portals: Portals) -> Iterator[Line]:
    """Compare searching with the floor that prints as many rows."""
    for email, organization, who in ((STAFF, None, "all"), (CONTACT_OF_LARGEST, CONTACT_OF_LARGEST, "100,000")):
        visitor = sign_in(email, portals.reference)
        for search in searches(organization):
            page, floor = by_turns([visitor.to(search.path), visitor.to(floor_of(email, search.path))], FEW_ROUNDS)
            yield at_most("P10", f"search among {who}, {search.what}", page, floor, 2)


FIGURES: Mapping[str, Callable[[Portals], Iterator[Line]]] = {"P1": p1, "P2": p2, "P4": p4, "P6": p6, "P10": p10}
