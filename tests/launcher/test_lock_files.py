"""The lock files: exact, complete, and silent about where packages come from."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent.parent
NAME = re.compile(r"^([a-z][a-z0-9-]*)(?:\[[a-z,]+\])?", re.MULTILINE)
PINNED = re.compile(r"^([a-z0-9-]+)==([^ ;]+)", re.MULTILINE)


def text(name: str) -> str:
    return (HERE / "requirements" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["app", "dev"])
def test_every_package_that_is_asked_for_is_locked(name: str) -> None:
    pinned = {package for package, _ in PINNED.findall(text(f"{name}.txt"))}
    assert set(NAME.findall(text(f"{name}.in"))) <= pinned


@pytest.mark.parametrize("name", ["app", "dev"])
def test_every_locked_package_has_hashes(name: str) -> None:
    packages = re.split(r"^(?=\S)", text(f"{name}.txt"), flags=re.MULTILINE)[1:]
    assert packages
    assert [package for package in packages if "--hash=sha256:" not in package] == []


def test_developers_run_the_versions_that_are_served() -> None:
    served, developed = (dict(PINNED.findall(text(name))) for name in ("app.txt", "dev.txt"))
    assert served.items() <= developed.items()


def test_no_lock_file_names_a_package_index() -> None:
    for name in ("app.txt", "dev.txt"):
        assert not re.search(r"://|--index-url|--extra-index-url|--find-links", text(name))
    assert '"resolved"' not in (HERE / "tests/javascript/package-lock.json").read_text(encoding="utf-8")
