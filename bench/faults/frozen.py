"""R3: PostgreSQL is frozen, for the portal and, at the same time, for one that does not notice (control)."""

from collections.abc import Iterator
from contextlib import ExitStack

from bench.faults.database import MOST_SECONDS, Loss, lose, row_of
from bench.faults.people import Crowd, since
from bench.faults.row import Row
from bench.faults.server import DatabaseServer
from bench.faults.stage import Stage
from bench.faults.web_process import WebProcess

FROZEN_SECONDS = 15.0
UNWATCHFUL = {"DJANGO_SETTINGS_MODULE": "bench.faults.unwatchful_settings"}


def freeze(stage: Stage, server: DatabaseServer) -> Iterator[Row]:
    """Stop all its processes where they are, for longer than anybody may wait; let them go on."""
    control = WebProcess(UNWATCHFUL)
    with ExitStack() as running:
        running.callback(control.end)
        control.start()
        people, others = Crowd(stage.url), Crowd(control.url)
        with others.working():
            loss = lose(people, (server.freeze, server.thaw), FROZEN_SECONDS)
    done = f"SIGSTOP to all its processes for {FROZEN_SECONDS:g} s"
    yield row_of(stage, "PostgreSQL frozen", done, loss)
    yield _row_of_control(others, loss)


def _row_of_control(others: Crowd, loss: Loss) -> Row:
    """Compare: who asked the control meanwhile was answered after all was over, or the row above proves nothing."""
    meanwhile = [each for each in since(others.attempts, loss.lost) if each.began < loss.back - MOST_SECONDS]
    slowest = max((each.seconds for each in meanwhile), default=0.0)
    answered = sum(each.ended < loss.back and each.began > loss.lost for each in meanwhile)
    return Row(
        "R3",
        "the same, control: connections that watch nothing",
        "at the same time, on a second web server without qlmportal/silence.py",
        f"slowest answer {slowest:.1f} s; {answered} answered while it was frozen",
        f"has to miss the bar above (> {MOST_SECONDS:g} s)",
        slowest > MOST_SECONDS,
    )
