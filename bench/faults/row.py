"""One line of the table of faults."""

from dataclasses import dataclass

HEAD = ("", "Fault", "What was done", "What was seen", "Bar", "")


@dataclass(frozen=True)
class Row:
    """What was broken, what people saw of it, and whether that is good enough."""

    figure: str
    fault: str
    done: str
    seen: str
    bar: str
    holds: bool

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the table."""
        return self.figure, self.fault, self.done, self.seen, self.bar, "holds" if self.holds else "**misses**"
