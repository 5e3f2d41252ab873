"""Races: many people press a button of a real portal at the same moment, and somebody keeps watching the counter."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F, Q

from accounts.models import User
from licenses.models import Activation, License, Product, QuotaPer
from organizations.models import Organization
from tests.cast import make_contact, make_customer, make_license, make_organization, make_product
from tests.support.portal_server import PortalServer
from tests.support.summary import FIGURE
from tests.support.visitor import Answer, Visitor, at_once

ROUNDS = 10
WORST_SECONDS = 2.0
QUIET_SECONDS = 1.0
BUSY_FACTOR = 6
READ_EVERY = 4

Press = Callable[[], Answer]
Counts = tuple[int, int]


@dataclass(frozen=True)
class Timed:
    """An answer, and how long it took."""

    answer: Answer
    seconds: float


class Crowd:
    """Three people of one organization, each at several computers, who see the same licenses."""

    def __init__(self, portal: PortalServer) -> None:
        self.organization: Organization = make_organization("Acme")
        self.product: Product = make_product("Spectra")
        mira = make_customer("Mira Lindholm", organization=self.organization)
        paula = make_contact(self.organization, "Paula Brandt")
        samuel = make_contact(self.organization, "Samuel Okoro", is_secondary=True)
        self.customer = mira
        self.people: list[User] = [mira.user, paula.user, samuel.user]
        self._visitors = [portal.visitor(person) for person in self.people]

    def visitors(self, number: int) -> list[Visitor]:
        """Return `number` visitors, the three taking turns."""
        return list(islice(cycle(self._visitors), number))

    def license(self, *, allowed: int, in_use: int, quota: int | None = None) -> License:
        """Issue a license that they all see, in use on so many computers; `quota` is for 30 days and in all."""
        with transaction.atomic():
            return make_license(
                customer=self.customer,
                product=self.product,
                max_activations=allowed,
                computers=tuple(f"OLD-{number}" for number in range(in_use)),
                deactivations_allowed=quota,
                deactivation_days=None if quota is None else 30,
                deactivations_per=QuotaPer.LICENSE,
            )


def activations_of(license: License) -> list[Activation]:
    """Return the computers in use, oldest first."""
    return list(license.activations.in_use().order_by("pk"))


def address(license: License, activation: Activation | None, name: str) -> str:
    """Return the address of a button about a license, or about one of its computers."""
    of_computer = f"activations/{activation.pk}/" if activation else ""
    return f"/licenses/{license.pk}/{of_computer}{name}/"


def opening(visitor: Visitor, path: str) -> Press:
    """Return the opening of a page."""
    return lambda: visitor.get(path)


def pressing(visitor: Visitor, path: str, fields: dict[str, str] | None = None) -> Press:
    """Return the press of a button that sends `fields`."""
    return lambda: visitor.post(path, fields)


def activating(visitor: Visitor, license: License, computer: str) -> Press:
    """Return the press of the button that activates the license on `computer`."""
    return pressing(visitor, address(license, None, "activate"), named(computer))


def deactivating(visitor: Visitor, license: License, activation: Activation) -> Press:
    """Return the press of the button that deactivates that computer."""
    return pressing(visitor, address(license, activation, "deactivate"))


def replacing(visitor: Visitor, license: License, activation: Activation, computer: str) -> Press:
    """Return the press of the button that replaces that computer by `computer`."""
    return pressing(visitor, address(license, activation, "replace"), named(computer))


def named(computer: str) -> dict[str, str]:
    """Return what one types for a computer of that name."""
    return {"computer_id": f"ID-{computer}", "computer_name": computer}


def press_at_once(presses: Sequence[Press]) -> list[Timed]:
    """Press all buttons at the same moment; whatever happens, no answer is a server error."""

    def timed(press: Press) -> Callable[[], Timed]:
        def press_and_wait() -> Timed:
            begin = time.perf_counter()
            answer = press()
            return Timed(answer, time.perf_counter() - begin)

        return press_and_wait

    answers = at_once(*map(timed, presses))
    assert all(each.answer.status < 500 for each in answers), sorted(each.answer.status for each in answers)
    return answers


def count(license_id: UUID) -> Counts:
    """Return the counter and the number of open rows, as one statement sees them."""
    open_rows = Count("activations", filter=Q(activations__deactivated_at=None))
    found = (
        License.objects.filter(pk=license_id)
        .annotate(open_rows=open_rows)
        .values_list("activations_in_use", "open_rows")
    )
    return found.get()


@contextmanager
def watching(license: License) -> Iterator[list[Counts]]:
    """Look at the counter and the open rows all the time, beside everybody; give the list of what was seen."""
    seen: list[Counts] = []
    has_ended = threading.Event()

    def look() -> None:
        try:
            while not has_ended.is_set():
                seen.append(count(license.pk))
                time.sleep(0.002)
        finally:
            connection.close()

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        has_ended.set()
        watcher.join()


def assert_counter_was_right(seen: list[Counts], license: License) -> None:
    """See that at every moment the counter equalled the open rows, and never exceeded what is allowed."""
    license.refresh_from_db()
    assert len(seen) > 1
    assert [each for each in seen if each[0] != each[1]] == []
    assert count(license.pk) == (license.activations_in_use, license.activations_in_use)
    assert License.objects.filter(activations_in_use__gt=F("max_activations")).count() == 0


def in_own_connection(call: Callable[[], object]) -> Callable[[], object]:
    """Return `call` for a thread of its own, which closes its connection to the database afterwards."""

    def calling() -> object:
        try:
            return call()
        finally:
            connection.close()

    return calling


def worst(answers: Sequence[Timed]) -> float:
    """Return how long the slowest answer took, in seconds."""
    return max(each.seconds for each in answers)


def read_at_once(crowd: Crowd, number: int) -> list[Timed]:
    """Let `number` people only open a page at the same moment: what the same crowd waits without a race."""
    license = crowd.license(allowed=1, in_use=1)
    path = address(license, None, "activate")
    return press_at_once([opening(visitor, path) for visitor in crowd.visitors(number)])


def assert_nobody_waited_long(report: Callable[[str, object], None], what: str, racing: float, reading: float) -> None:
    """Report how long the slowest waited, and see that it was less than two seconds.

    Where the machine is so busy with something else that the same crowd waited more than a
    second when it only opened a page, between the rounds, a multiple of that is what counts.
    """
    figures = f"the slowest waited {racing:.2f} s, and {reading:.2f} s when all only read"
    report(FIGURE, f"{what} on {connection.vendor}: {figures}")
    assert racing < (WORST_SECONDS if reading < QUIET_SECONDS else BUSY_FACTOR * reading)
