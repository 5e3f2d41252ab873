"""Races: many people press a button of a real portal at the same moment, and somebody keeps watching the counter."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
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

USUAL_ROUNDS = 10
ROUNDS = int(os.environ.get("RACE_ROUNDS", USUAL_ROUNDS))
"""How often each race for the last one is run; `python -m bench races` asks for more."""
WORST_SECONDS = 2.0
BUSY_FACTOR = 6
READ_EVERY = 4
MOST_TIMES = 5

Press = Callable[[], Answer]
Counts = tuple[int, int]


@dataclass(frozen=True)
class Timed:
    """An answer, and how long it took."""

    answer: Answer
    seconds: float


@dataclass
class Record:
    """What all races of one test came to so far; `python -m bench races` prints it."""

    rounds: int = 0
    answers: int = 0
    server_errors: int = 0
    slowest: float = 0.0
    slowest_reading: float = 0.0

    def add(self, answers: Sequence[Timed]) -> None:
        """Count one more round of a race."""
        self.rounds += 1
        self.answers += len(answers)
        self.server_errors += sum(each.answer.status >= 500 for each in answers)
        self.slowest = max(self.slowest, worst(answers))


@dataclass
class Book:
    """The record of the test that runs."""

    record: Record = field(default_factory=Record)


BOOK = Book()


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


def rounds_of(usual: int) -> int:
    """Return how often a race is run that is usually run `usual` times, and is none of those for the last one.

    More often where more rounds are asked for, up to MOST_TIMES as often: all races are to end within the hour.
    """
    return max(1, usual * min(ROUNDS, MOST_TIMES * USUAL_ROUNDS) // USUAL_ROUNDS)


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
    answers = at_once(*map(timed, presses))
    note_race(answers)
    return answers


def timed(press: Press) -> Callable[[], Timed]:
    """Return the press of a button that tells how long its answer took."""

    def press_and_wait() -> Timed:
        begin = time.perf_counter()
        answer = press()
        return Timed(answer, time.perf_counter() - begin)

    return press_and_wait


def note_race(answers: Sequence[Timed]) -> None:
    """Put a round into the record, and see that no answer is a server error."""
    BOOK.record.add(answers)
    assert all(each.answer.status < 500 for each in answers), sorted(each.answer.status for each in answers)


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
    return open_at_once(crowd.visitors(number), address(license, None, "activate"))


def open_at_once(visitors: Iterable[Visitor], path: str) -> list[Timed]:
    """Let all of them open a page at the same moment."""
    answers = at_once(*(timed(opening(visitor, path)) for visitor in visitors))
    assert {each.answer.status for each in answers} == {200}
    BOOK.record.slowest_reading = max(BOOK.record.slowest_reading, worst(answers))
    return answers


def report_waiting(report: Callable[[str, object], None], what: str, racing: float, reading: float) -> None:
    """Report how long the slowest waited, in seconds."""
    figures = f"the slowest waited {racing:.2f} s, and {reading:.2f} s when all only read"
    report(FIGURE, f"{what} on {connection.vendor}: {figures}")


def assert_nobody_waited_long(report: Callable[[str, object], None], what: str, racing: float, reading: float) -> None:
    """Report how long the slowest waited, and see that the race itself keeps nobody waiting.

    A crowd waits for the machine in any case: what counts is a multiple of how long the same crowd
    waited, between the rounds, when it only opened a page. Whether two seconds are kept is measured
    where nothing else runs, by `python -m bench races`, which asks for more rounds than usual.
    """
    report_waiting(report, what, racing, reading)
    assert ROUNDS > USUAL_ROUNDS or racing < max(WORST_SECONDS, BUSY_FACTOR * reading)
