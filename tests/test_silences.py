"""Whoever silences a checker says why, on the same line."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SILENCE = re.compile(
    r"# (type: ignore|noqa|pragma: no cover|fmt: (skip|off))(?P<what>\[[\w, -]+\]|: [A-Z0-9, ]+?(?=  |$))?(?P<why>.*)"
)
LEAST = re.compile(r"  (# |\()\w.{3,}")


def without_reason(source: str) -> list[str]:
    """Return the lines that silence a checker altogether, or without saying why."""
    found = [(line, silence) for line in source.splitlines() if (silence := SILENCE.search(line))]
    return [line.strip() for line, silence in found if not (silence["what"] and LEAST.match(silence["why"]))]


def test_every_silence_has_its_reason_beside_it() -> None:
    folders = [path for path in ROOT.iterdir() if path.is_dir() and path.name != "var" and path.name[0] != "."]
    files = [*ROOT.glob("*.py"), *(file for folder in folders for file in folder.rglob("*.py"))]
    told = {str(file.relative_to(ROOT)): without_reason(file.read_text()) for file in files if file != Path(__file__)}
    assert len(told) > 500
    assert {name: lines for name, lines in told.items() if lines} == {}


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("rows = f()  # type: ignore[no-any-return]  # says no types", False),
        ("rows = f()  # noqa: S608  (our own names)", False),
        ("rows = f()  # noqa: S608, PLW1509  # our own names", False),
        ("rows = f()  # type: ignore[no-any-return]", True),
        ("rows = f()  # type: ignore  # says no types", True),
        ("rows = f()  # noqa", True),
        ("rows = f()  # noqa: S608", True),
        ("rows = f()  # fmt: skip", True),
    ],
)
def test_control_what_says_nothing_is_found(line: str, is_told: bool) -> None:
    assert bool(without_reason(line)) is is_told
