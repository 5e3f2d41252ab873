"""The table that is printed."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.asking import Times

PACKAGES = ("Django", "psycopg", "gunicorn")
_HEAD = ("", "What", "Measured", "Against", "Result", "Bar", "")


@dataclass(frozen=True)
class Line:
    """One comparison: what was measured, against what, and whether the bar holds."""

    figure: str
    what: str
    measured: str
    against: str
    result: str
    bar: str
    holds: bool

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the table."""
        verdict = "holds" if self.holds else "**misses**"
        return self.figure, self.what, self.measured, self.against, self.result, self.bar, verdict


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
    rows = [_HEAD, tuple("---" for _ in _HEAD), *(line.cells for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def circumstances(postgresql: str) -> str:
    """Say when and where this is, with which versions, and how busy the machine is."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    versions = f"Python {platform.python_version()}, {packages}, PostgreSQL {postgresql}"
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors ({_processor()}), "
        f"load average {os.getloadavg()[0]:.1f}; {versions}"
    )


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
