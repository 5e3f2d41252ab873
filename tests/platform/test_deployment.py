"""The deployment page and its files say the same as the code; `python -m bench.deployment` does what the page says."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from bench.deployment.page import PAGE, steps
from bench.faults.nginx import site
from launcher.service import GUNICORN
from qlmportal.environment import KNOWN_NAMES

DEPLOY = Path(settings.BASE_DIR) / "deploy"
UNIT = (DEPLOY / "portal-web@.service").read_text()
NGINX = (DEPLOY / "nginx.conf").read_text()


def number_in(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    assert found is not None, pattern
    return int(found[1])


def test_unit_starts_the_web_server_as_portal_py_does() -> None:
    assert " ".join(GUNICORN) in UNIT


def test_service_manager_waits_longer_than_the_web_server() -> None:
    assert number_in(r"TimeoutStopSec=(\d+)", UNIT) > number_in(r"--graceful-timeout=(\d+)", UNIT)


def test_nginx_takes_what_the_portal_takes_and_serves_the_folder_that_the_settings_name() -> None:
    environment = (DEPLOY / "portal.env").read_text()
    assert number_in(r"client_max_body_size (\d{4,})m", NGINX) * 2**20 > settings.PORTAL_MAX_RELEASE_FILE + 2**20
    accel = re.search(r"PORTAL_FILES_ACCEL='(.+)'", environment)
    folder = re.search(r"PORTAL_FILES='file://(.+)'", environment)
    assert accel is not None
    assert folder is not None
    assert re.search(rf"location {accel[1]} {{\s+internal;\s+alias {folder[1]}/;", NGINX)


def test_settings_are_known() -> None:
    names = re.findall(r"^(\w+)=", (DEPLOY / "portal.env").read_text(), re.MULTILINE)
    assert set(names) <= KNOWN_NAMES | {"EMAIL_URL"}


def test_every_file_is_used() -> None:
    said = PAGE.read_text() + "".join(unit.read_text() for unit in DEPLOY.glob("*.service"))
    assert [file.name for file in DEPLOY.iterdir() if file.is_file() and f"deploy/{file.name}" not in said] == []


def test_commands_of_the_page_are_there() -> None:
    named = {name for step in steps() for name in re.findall(r"portal-manage (\w+)", step.commands)}
    assert named <= set(get_commands())
    assert {"backup", "restore"} & named == {"restore"}
    assert len(steps()) == 12


@pytest.mark.parametrize("left", ["ssl", "443", "listen 80", "8001", "/var/lib", "/var/log", "/opt", "[::]"])
def test_site_without_a_certificate_has_nothing_of_the_real_machine(left: str, tmp_path: Path) -> None:
    assert left not in site(18999, [18997, 18998], tmp_path, tmp_path).replace("portal_tls", "")
