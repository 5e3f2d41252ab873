"""docs/asvs.md names every requirement of OWASP ASVS 5.0, levels 1 and 2, once, with tests that exist."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([a-z/]+) \| ([^|]*) \| ?([^|]*)\|$", re.MULTILINE)
TEST = re.compile(r"`([^`]+)`")

NUMBERS = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2  2.1:3 2.2:3 2.3:4 2.4:1  3.2:2 3.3:4 3.4:6 3.5:5 3.7:2  4.1:3 4.2:1 4.3:2 4.4:4
5.1:1 5.2:3 5.3:2 5.4:3  6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4  7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2
8.1:2 8.2:3 8.3:1 8.4:1  9.1:3 9.2:4  10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3
11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1  12.1:3 12.2:2 12.3:4  13.1:1 13.2:5 13.3:2 13.4:5  14.1:2 14.2:4 14.3:3
15.1:3 15.2:3 15.3:7  16.1:1 16.2:5 16.3:4 16.4:3 16.5:3  17.1:1 17.2:4 17.3:2
"""
"""Section and how many requirements of levels 1 and 2 it has: in 5.0.0 these come first in each section."""

HOLDS = frozenset({"yes", "partly", "no", "operator", "n/a"})


def required() -> Iterator[str]:
    for section, number in re.findall(r"(\d+\.\d+):(\d+)", NUMBERS):
        yield from (f"{section}.{each}" for each in range(1, int(number) + 1))


def rows() -> list[tuple[str, str, str, list[str]]]:
    """Return number, whether it holds, the words, and the tests of each row."""
    text = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
    return [(number, holds, words.strip(), TEST.findall(shown)) for number, holds, words, shown in ROW.findall(text)]


def test_every_requirement_is_named_once() -> None:
    assert len(list(required())) == 253, "70 of level 1 and 183 of level 2"
    assert Counter(number for number, *_rest in rows()) == Counter(required())


def test_every_test_that_is_named_exists() -> None:
    named = {test for *_rest, tests in rows() for test in tests}
    assert len(named) > 50
    assert sorted(test for test in named if not (ROOT / "tests" / test).is_file()) == []


def test_what_holds_has_a_test_and_what_does_not_has_a_reason() -> None:
    for number, holds, words, tests in rows():
        assert holds in HOLDS, number
        assert words, number
        assert tests or holds in {"no", "operator", "n/a"}, number
