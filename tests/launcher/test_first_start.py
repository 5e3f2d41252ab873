"""The very first start, on a machine with nothing but Python and a network."""

from pathlib import Path

from tests.launcher.launching import launched


def test_first_start_installs_what_the_portal_needs_and_no_development_packages(tmp_path: Path) -> None:
    with launched(tmp_path / "data") as portal:
        portal.wait_for("The portal answers at")
    assert not (tmp_path / "data" / "venv" / "bin" / "pytest").exists()
