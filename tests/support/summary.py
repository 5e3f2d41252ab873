"""What the end of a test run says, gathered from the reports of whichever processes ran the tests."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pytest

FIGURE = "figure"
"""What `record_property` calls a figure that a test measured."""
NOT_FOUND = " not found"
"""How the reason ends for which a test that needs a tool was left out."""


def figures_in(stats: Mapping[str, Sequence[object]]) -> Iterator[str]:
    """Yield the figures of all tests that ran."""
    for report in _reports(stats):
        if report.when == "call":
            yield from (str(value) for name, value in report.user_properties if name == FIGURE)


def missing_tools(stats: Mapping[str, Sequence[object]]) -> Counter[str]:
    """Count how many tests were left out for each tool that is missing."""
    reasons = [str(report.longrepr[2]) for report in _reports(stats) if isinstance(report.longrepr, tuple)]
    return Counter(
        reason.removeprefix("Skipped: ").removesuffix(NOT_FOUND) for reason in reasons if reason.endswith(NOT_FOUND)
    )


def _reports(stats: Mapping[str, Sequence[object]]) -> Iterator[pytest.TestReport]:
    for reports in stats.values():
        yield from (report for report in reports if isinstance(report, pytest.TestReport))
