"""The very first start, on a machine with nothing but Python and a network."""

import os
from pathlib import Path

import pytest

from tests.launcher.launching import launched


@pytest.mark.skipif(bool(os.environ.get("TEST_DATABASE_URL")), reason="the run on SQLite tests it")
def test_first_start_installs_what_the_portal_needs_and_no_development_packages(tmp_path: Path) -> None:
    with launched(tmp_path / "data") as portal:
        portal.wait_for("The portal answers at")
    assert not (tmp_path / "data" / "venv" / "bin" / "pytest").exists()
