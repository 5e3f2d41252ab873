"""The moment at which the tests of licenses play, and the clock that moves it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import time_machine

NOW = datetime(2026, 3, 10, 15, 30, tzinfo=UTC)
TODAY = date(2026, 3, 10)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
INSTANT = timedelta(microseconds=1)


class Clock:
    """The time of day of a test; it stands still until it is moved."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def move_to(self, moment: datetime) -> None:
        """Make it `moment` now."""
        self._traveller.move_to(moment)

    def pass_by(self, duration: timedelta) -> None:
        """Let `duration` pass."""
        self._traveller.shift(duration)


@contextmanager
def standing_clock() -> Iterator[Clock]:
    """Stop the clock at NOW."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield Clock(traveller)
