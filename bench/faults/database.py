"""R3: the PostgreSQL server is stopped, crashed and frozen under load, and comes back."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from bench.faults.people import CLIENTS, Attempt, Crowd, books_of, since
from bench.faults.portal import wait_until
from bench.faults.row import Row
from bench.faults.server import DatabaseServer
from bench.faults.stage import Stage

BEFORE_SECONDS = 1.5
AWAY_SECONDS = 8.0
SHORT_AWAY_SECONDS = 3.0
MOST_SECONDS = 10.0
BACK_SECONDS = 5.0
LATEST = 5 * CLIENTS
Act = Callable[[], None]


@dataclass(frozen=True)
class Loss:
    """When the server was taken away and was back (monotonic seconds), and what people were answered."""

    crowd: Crowd
    lost: float
    back: float


def lose_database(stage: Stage, server: DatabaseServer) -> Iterator[Row]:
    """Take the server away in both ways in which its processes end, and give it back."""
    away = SHORT_AWAY_SECONDS if stage.is_short else AWAY_SECONDS
    loss = lose(Crowd(stage.url), (server.stop, server.start), away)
    yield row_of(stage, "PostgreSQL stopped", f"stopped for {away:g} s", loss)
    loss = lose(Crowd(stage.url), (server.crash, server.start), away)
    yield row_of(stage, "PostgreSQL crashed", f"all killed, away {away:g} s", loss)


def lose(crowd: Crowd, acts: tuple[Act, Act], seconds: float) -> Loss:
    """Do the first act under load, wait, do the second, and go on until all is as usual."""
    take, give_back = acts
    with crowd.working():
        time.sleep(BEFORE_SECONDS)
        lost = time.monotonic()
        take()
        time.sleep(seconds)
        give_back()
        back = time.monotonic()
        with suppress(TimeoutError):
            wait_until(lambda: is_normal(crowd, back), 8 * BACK_SECONDS)
    return Loss(crowd, lost, back)


def row_of(stage: Stage, fault: str, done: str, loss: Loss) -> Row:
    """Tell what people were answered, and whether it is what they should be."""
    crowd, books = loss.crowd, books_of(loss.crowd)
    troubled = [each for each in since(crowd.attempts, loss.lost) if not each.is_fine]
    others = [each for each in troubled if not each.is_told_to_wait]
    slowest = max((each.seconds for each in since(crowd.attempts, loss.lost)), default=0.0)
    until = max((each.ended for each in troubled), default=loss.back) - loss.back
    most, soon = MOST_SECONDS * stage.patience, BACK_SECONDS * stage.patience
    return Row(
        "R3",
        fault,
        f"{done}, while {len(crowd.attempts)} requests by 8 clients",
        f"{len(troubled) - len(others)} × the page 503 with Retry-After{_others(others)}, slowest answer "
        f"{slowest:.1f} s; normal {max(until, 0):.1f} s after it was back; {books}",
        f"503 with Retry-After within {most:g} s; normal ≤ {soon:g} s after; no restart",
        bool(troubled)
        and not others
        and slowest <= most
        and until <= soon
        and books.are_right
        and stage.portal.is_running,
    )


def is_normal(crowd: Crowd, back: float) -> bool:
    """Tell whether whatever was answered lately was sent after the server came back, and answered as usual."""
    latest = crowd.attempts[-LATEST:]
    return all(each.is_fine and each.began > back for each in latest)


def _others(others: list[Attempt]) -> str:
    """Name the answers that were neither as usual nor that page."""
    return f", and {sorted({each.status for each in others})} {len(others)} times" if others else ""
