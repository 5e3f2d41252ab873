"""The figures: what is measured, against what, in the same run (Quality, *Speed and cost*)."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.activating import activating
from bench.asking import ROUNDS, WARM_UP_ROUNDS, Page, Times, Visit, Walk, by_turns
from bench.big_file import BYTES, big_file, downloads, fetching, meanwhile
from bench.downloading import download, watching
from bench.pages import LIST, floor_of, pages, places, searches
from bench.reference.sizes import CONTACT_OF_BUSY, CONTACT_OF_LARGEST, REFERENCE, SMALL, STAFF
from bench.reselling import lists, ordering
from bench.serving import Server
from bench.table import NAMES, Line, at_least, at_most
from bench.visitors import sign_in

FEW_ROUNDS = 20
EXPORT = f"{LIST}export/?format=csv"
EXPORTS = 3
AT_ONCE, SLOW, QUICK = 4, 5_000_000, 100_000_000
"""Downloads at the same time: as many as two processes send, slowly; or one, at the speed of a fast line."""
TURNS = 4
SETTLING_SECONDS = 1


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
    """Compare the list with that of Django's admin, as it comes and as the portal has it, each with as many rows."""
    staff = sign_in(STAFF, portals.reference)
    visits = [staff.to(path) for path in (LIST, "/bench/admin/licenses/license/", "/admin/licenses/license/")]
    page, plain, own = by_turns(visits, FEW_ROUNDS)
    yield at_least("P4", "license list of staff, against Django admin’s list as it comes", page, plain, 5)
    yield at_least("P4", "license list of staff, against that of the portal’s own administration", page, own, 5)


def p5(portals: Portals) -> Iterator[Line]:
    """Activate, eight people at once."""
    yield from activating(portals.reference)


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


def p7(_portals: Portals) -> Iterator[Line]:
    """Say that there is nothing to measure yet."""
    yield Line("P7", "importing 100,000 licenses, rows in a second: there is no import", "", "", "", "≥ 3,000", None)


def p9(portals: Portals) -> Iterator[Line]:
    """Download 1 GB: first for the memory, then for what others notice of it; turns with and without, one by one."""
    server = portals.small
    reader = sign_in(CONTACT_OF_BUSY, server, "small").to(LIST)
    with big_file() as file:
        visits = downloads(server, file, AT_ONCE)
        by_turns([reader], FEW_ROUNDS)
        with watching(server) as memory, fetching(visits[0], 0) as process:
            came = int(process.communicate()[0])
        what = f"1 GB, {came:,} bytes came: resident memory grows"
        grown = memory.grown_megabytes
        yield Line("P9", what, f"{grown:.1f} MB", "", "", "< 20 MB", grown < 20 and came == BYTES)
        for number, speed in ((1, QUICK), (AT_ONCE, SLOW)):
            alone, during = _with_and_without(reader, visits[:number], speed)
            what = f"license list while {number} × 1 GB is downloaded with {speed / 1e6:g} MB/s each"
            yield at_most("P9", what, during, alone, 1.2)


def _with_and_without(reader: Page, visits: Sequence[Visit], speed: int) -> tuple[Times, Times]:
    """Return how long the page takes alone and while `visits` are being downloaded, in several turns."""
    alone: list[float] = []
    during: list[float] = []
    for _turn in range(TURNS):
        alone += by_turns([reader], FEW_ROUNDS)[0].milliseconds
        with meanwhile(visits, speed):
            time.sleep(SETTLING_SECONDS)
            during += by_turns([reader], FEW_ROUNDS)[0].milliseconds
    return Times(tuple(alone)), Times(tuple(during))


def p10(portals: Portals) -> Iterator[Line]:
    """Compare searching with the floor that prints as many rows."""
    for email, organization, who in ((STAFF, None, "all"), (CONTACT_OF_LARGEST, CONTACT_OF_LARGEST, "100,000")):
        visitor = sign_in(email, portals.reference)
        for search in searches(organization):
            page, floor = by_turns([visitor.to(search.path), visitor.to(floor_of(email, search.path))], FEW_ROUNDS)
            yield at_most("P10", f"search among {who}, {search.what}", page, floor, search.most)


def group(portals: Portals) -> Iterator[Line]:
    """Look and order as a member of the largest user group."""
    yield from lists(portals.reference, portals.small)
    yield from ordering(portals.reference)


_MEASURED = (p1, p2, p4, p5, p6, p7, p9, p10, group)
FIGURES: Mapping[str, Callable[[Portals], Iterator[Line]]] = dict(zip(NAMES, _MEASURED, strict=True))
