"""When things happened: within the six years before the data set was made."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

YEARS = 6
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Span:
    """The time in which everything happened; `until` is when the data set is made."""

    until: datetime

    @property
    def since(self) -> datetime:
        """When the vendor began."""
        return self.until - YEARS * YEAR

    @property
    def today(self) -> date:
        """The last day."""
        return self.until.date()

    def at(self, share: float) -> datetime:
        """Return the moment when so much of the span, from 0 to 1, had gone by."""
        return self.since + share * (self.until - self.since)

    def after(self, moment: datetime, random: Random, longest: timedelta) -> datetime:
        """Return a moment up to `longest` after `moment`, not later than the end of the span."""
        return min(self.until, moment + random.random() * longest)
