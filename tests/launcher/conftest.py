"""Folders as starts leave them behind, without installing the packages again and again."""

import sys
from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder whose packages are installed: they are those of this very test run."""
    return with_packages(tmp_path / "data")


@pytest.fixture(scope="module")
def lasting_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests of a module, so that the first of them prepares it for the others."""
    return with_packages(tmp_path_factory.mktemp("portal") / "data")


def with_packages(folder: Path) -> Path:
    folder.mkdir()
    (folder / "venv").symlink_to(sys.prefix)
    return folder
