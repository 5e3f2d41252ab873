"""R2: processes of the web server are killed under load, and in the middle of a transaction."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress

from django.db import connection

from bench.faults.names import HELD, HELD_BY
from bench.faults.people import Attempt, Crowd, books_of, failed
from bench.faults.portal import Portal, is_alive, wait_until
from bench.faults.row import Row
from bench.faults.stage import Stage
from licenses.models import License
from tests.support.visitor import at_once

BEFORE_SECONDS = 1.5
BACK_SECONDS = 10.0
FREE_SECONDS = 2.0
LONGEST_SECONDS = 60.0
PROMISE = "every acknowledged change is there, none twice"


def kill_web_server(stage: Stage) -> Iterator[Row]:
    """Kill a process that answers, again and again; then its parent; then one that holds a transaction."""
    yield _kill_processes(stage.portal, Crowd(stage.url), times=2 if stage.is_short else 6)
    yield _kill_within_transaction(stage, Crowd(stage.url))
    yield _kill_master(stage, Crowd(stage.url))


def _kill_processes(portal: Portal, crowd: Crowd, times: int) -> Row:
    killed: list[tuple[float, float]] = []
    with crowd.working():
        for _time in range(times):
            time.sleep(BEFORE_SECONDS)
            wait_until(portal.web_processes, LONGEST_SECONDS)
            killed.append(_kill(portal.web_processes()[0]))
        time.sleep(BEFORE_SECONDS)
    books, broken = books_of(crowd), failed(crowd.attempts)
    others = [each for each in broken if not _was_in_flight(each, killed)]
    return Row(
        "R2",
        f"a web process killed, {times} times",
        f"SIGKILL while {len(crowd.attempts)} requests by 8 clients",
        f"{books}; {len(broken)} requests failed, {len(others)} of them not in flight",
        f"{PROMISE}; only requests in flight fail",
        books.are_right and not others,
    )


def _kill(pid: int) -> tuple[float, float]:
    """Kill a process, and return between which moments it died: on a busy machine that is not at once."""
    began = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(pid), LONGEST_SECONDS)
    return began, time.monotonic()


def _was_in_flight(attempt: Attempt, killed: list[tuple[float, float]]) -> bool:
    return any(attempt.began <= until and attempt.ended >= since for since, until in killed)


def _kill_within_transaction(stage: Stage, crowd: Crowd) -> Row:
    """Kill the process that has changed everything about an activation, and not yet said so to the database."""
    license, seconds = crowd.licenses[0], FREE_SECONDS * stage.patience
    mark = stage.portal.folder / HELD_BY
    mark.unlink(missing_ok=True)

    def kill() -> list[Attempt]:
        wait_until(lambda: mark.exists() and mark.read_text(), LONGEST_SECONDS)
        _kill(int(mark.read_text()))
        return at_once(
            lambda: crowd.activate(license.pk, "NEXT"), lambda: crowd.activate(crowd.licenses[1].pk, "ELSEWHERE")
        )

    (held, *_none), (following, elsewhere) = at_once(lambda: [crowd.activate(license.pk, f"{HELD}-1")], kill)
    license = License.objects.get(pk=license.pk)
    names = list(license.activations.in_use().values_list("computer_name", flat=True))
    connection.close()
    is_right = names == ["NEXT"] and license.activations_in_use == 1 and held.status == 0
    return Row(
        "R2",
        "a web process killed within the transaction of an activation",
        "SIGKILL with the license’s row locked, counter and activation written, not committed",
        f"nothing of it is left{'' if is_right else f', but: {names}'}; the next activation took "
        f"{following.seconds:.1f} s, one of another license at the same moment {elsewhere.seconds:.1f} s",
        f"all or nothing; nobody waits for the dead, ≤ {seconds:g} s longer than elsewhere",
        is_right and following.is_fine and following.seconds <= elsewhere.seconds + seconds,
    )


def _kill_master(stage: Stage, crowd: Crowd) -> Row:
    portal, seconds = stage.portal, BACK_SECONDS * stage.patience
    with crowd.working():
        time.sleep(BEFORE_SECONDS)
        master, killed = portal.web_server(), time.monotonic()
        os.kill(master, signal.SIGKILL)
        with suppress(TimeoutError):
            wait_until(lambda: _is_back(crowd, killed), LONGEST_SECONDS)
        time.sleep(BEFORE_SECONDS)
    books = books_of(crowd)
    back = max((each.ended for each in failed(crowd.attempts)), default=killed) - killed
    return Row(
        "R2",
        "the web server’s first process killed",
        f"SIGKILL while {len(crowd.attempts)} requests by 8 clients",
        f"{books}; portal.py started it again, the last request failed after {back:.1f} s",
        f"{PROMISE}; serves again by itself, ≤ {seconds:g} s",
        books.are_right and portal.is_running and back <= seconds and _is_back(crowd, killed),
    )


def _is_back(crowd: Crowd, killed: float) -> bool:
    """Tell whether somebody was answered who asked when nothing of the killed one can have been left."""
    return any(each.is_fine and each.began > killed + 1 for each in crowd.attempts[-20:])
