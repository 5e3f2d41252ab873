"""The table that is printed."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.asking import Times

PACKAGES = ("Django", "psycopg", "gunicorn")
NAMES = ("P1", "P2", "P4", "P5", "P6", "P7", "P9", "P10", "Group")
"""The figures of speed, in the order of the table."""
_VERDICTS = {True: "holds", False: "**misses**", None: "not measured"}
_HEAD = ("", "What", "Measured", "Against", "Result", "Bar", "")


@dataclass(frozen=True)
class Line:
    """One comparison: what was measured, against what, and whether the bar holds; None: nothing was measured."""

    figure: str
    what: str
    measured: str
    against: str
    result: str
    bar: str
    holds: bool | None

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the table."""
        return self.figure, self.what, self.measured, self.against, self.result, self.bar, _VERDICTS[self.holds]


def at_most(figure: str, what: str, measured: Times, yardstick: Times, most: float) -> Line:
    """Compare the medians: `measured` may take `most` times as long as the yardstick."""
    ratio = measured.median / yardstick.median
    return Line(figure, what, str(measured), str(yardstick), f"{ratio:.2f} ×", f"≤ {most:g} ×", ratio <= most)


def at_least(figure: str, what: str, measured: Times, yardstick: Times, least: float) -> Line:
    """Compare the medians: `measured` has to be `least` times as fast as the yardstick."""
    ratio = yardstick.median / measured.median
    return Line(figure, what, str(measured), str(yardstick), f"{ratio:.1f} × faster", f"≥ {least:g} ×", ratio >= least)


def as_markdown(lines: Iterable[Line]) -> str:
    """Return the table."""
    return markdown(_HEAD, [line.cells for line in lines])


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    everything = [head, ["---" for _ in head], *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in everything)


def circumstances(postgresql: str = "") -> str:
    """Say when and where this is, with which versions, and how busy the machine is."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    versions = f"Python {platform.python_version()}, {packages}"
    versions += f", PostgreSQL {postgresql}" if postgresql else ""
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors ({_processor()}), {_gigabytes():.0f} GB, "
        f"load average {os.getloadavg()[0]:.1f}; {versions}"
    )


def _gigabytes() -> float:
    """Return how much memory the machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
