"""Asking for pages, by turns, and what the times are like."""

import http.client
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urlsplit

WARM_UP_ROUNDS = 8
ROUNDS = 60
ANSWER_SECONDS = 60


class Page(Protocol):
    """Something to ask a portal for."""

    def answer(self) -> bytes:
        """Return what comes."""


@dataclass(frozen=True)
class Visit:
    """A page that somebody signed in asks a running portal for."""

    portal_url: str
    cookie: str
    path: str

    def answer(self) -> bytes:
        """Return the page, compressed as a browser gets it; each request has a connection of its own."""
        connection = http.client.HTTPConnection(urlsplit(self.portal_url).netloc, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", self.path, headers={"Cookie": self.cookie, "Accept-Encoding": "gzip"})
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        if response.status != HTTPStatus.OK:
            raise RuntimeError(f"{self.path} answers {response.status} instead of 200.")
        return body


@dataclass(frozen=True)
class Times:
    """How long something took, each time, in milliseconds."""

    milliseconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The time that half of them kept below."""
        return statistics.median(self.milliseconds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The times between which the middle half lies."""
        first, _median, third = statistics.quantiles(self.milliseconds, n=4)
        return first, third

    def __str__(self) -> str:
        """Write the median, with the quartiles behind it."""
        first, third = self.quartiles
        return f"{self.median:.1f} ms ({first:.1f} to {third:.1f})"


class Walk:
    """Visits to ever other pages, one after the other, so that nothing is found that was rendered before."""

    def __init__(self, visits: Sequence[Page]) -> None:
        self._visits = iter(visits)

    def answer(self) -> bytes:
        """Return the next page."""
        return next(self._visits).answer()


def by_turns(visits: Sequence[Page], rounds: int = ROUNDS) -> list[Times]:
    """Ask for all `visits` in each round, there and back, so that a busy moment meets all alike; return their times."""
    for visit in [*visits] * WARM_UP_ROUNDS:
        visit.answer()
    found: list[list[float]] = [[] for _ in visits]
    for number in range(rounds):
        places = range(len(visits)) if number % 2 else reversed(range(len(visits)))
        for place in places:
            began = time.perf_counter()
            visits[place].answer()
            found[place].append(1000 * (time.perf_counter() - began))
    return [Times(tuple(times)) for times in found]
