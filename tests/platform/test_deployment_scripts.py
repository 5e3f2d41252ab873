"""The scripts in `deploy/`, each as it is, but with the paths of a folder."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from bench.deployment.page import PAGE, steps

DEPLOY = Path(settings.BASE_DIR) / "deploy"
NAMES = ("PORTAL_SECRET_KEY", "PORTAL_ENCRYPTION_KEYS")


@pytest.fixture
def environment_file(tmp_path: Path) -> Path:
    file = tmp_path / "portal.env"
    file.write_text("PORTAL_URL='https://portal.example.com/'\n")
    file.chmod(0o600)
    return file


def run(
    script: str, file: Path, *words: str, replaced: tuple[str, str] = ("", "")
) -> "subprocess.CompletedProcess[str]":
    """Run a script with this file of settings, and with what lies in `bin` beside it before all other programs."""
    copy = file.with_name(script)
    text = (DEPLOY / script).read_text().replace("/etc/portal/portal.env", str(file))
    copy.write_text(text.replace("/opt/portal/current", str(file.parent)).replace(*replaced))
    command = [sys.executable if "python3" in text[:30] else "sh", str(copy), *words]
    path = f"{file.parent / 'bin'}:{os.environ['PATH']}"
    return subprocess.run(command, env={"PATH": path}, check=False, capture_output=True, text=True)


def stand_in(file: Path, name: str, script: str) -> None:
    place = file.parent / "bin" / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)


def secrets_in(file: Path, name: str) -> list[str]:
    """Return every secret, the one that is used first."""
    names = (name, f"{name}_FALLBACKS")
    found = [re.search(rf"^{each}='(.*)'$", file.read_text(), re.MULTILINE) for each in names]
    return [secret for each in found if each for secret in each[1].split(",")]


@pytest.mark.parametrize("name", NAMES)
def test_first_secret_is_used_at_once(environment_file: Path, name: str) -> None:
    assert run("portal-rotate", environment_file, "prepare", name).returncode == 0
    assert len(secrets_in(environment_file, name)) == 1
    assert run("portal-rotate", environment_file, "use", name).returncode == 1


@pytest.mark.parametrize("name", NAMES)
def test_new_secret_is_accepted_before_it_is_used(environment_file: Path, name: str) -> None:
    run("portal-rotate", environment_file, "prepare", name)
    [first] = secrets_in(environment_file, name)
    run("portal-rotate", environment_file, "prepare", name)
    kept, second = secrets_in(environment_file, name)
    assert kept == first
    run("portal-rotate", environment_file, "use", name)
    assert secrets_in(environment_file, name) == [second, first]
    run("portal-rotate", environment_file, "prepare", name)
    run("portal-rotate", environment_file, "use", name)
    assert secrets_in(environment_file, name)[1:] == [second, first]


@pytest.mark.parametrize("words", [["use"], ["use", "PORTAL_SECRET_KEY"], ["prepare", "PORTAL_NAME"], []])
def test_what_was_not_prepared_is_not_used(environment_file: Path, words: list[str]) -> None:
    before = environment_file.read_text()
    assert run("portal-rotate", environment_file, *words).returncode == 1
    assert environment_file.read_text() == before


def test_secrets_survive_a_crash_in_the_middle_and_stay_unreadable_for_others(environment_file: Path) -> None:
    run("portal-rotate", environment_file, "prepare", NAMES[0])
    before = environment_file.read_text()
    crash = ("os.replace(name, SETTINGS)", "os._exit(9)")
    assert run("portal-rotate", environment_file, "prepare", NAMES[0], replaced=crash).returncode == 9
    assert environment_file.read_text() == before
    assert {file.stat().st_mode & 0o077 for file in environment_file.parent.glob("*.env*")} == {0}
    run("portal-rotate", environment_file, "prepare", NAMES[0])
    assert environment_file.stat().st_mode & 0o777 == 0o600


def test_processes_are_asked_by_the_host_that_the_portal_knows(environment_file: Path) -> None:
    stand_in(environment_file, "systemctl", f"echo $* >> {environment_file.parent}/said")
    stand_in(environment_file, "curl", f"echo $* >> {environment_file.parent}/said")
    assert run("portal-roll", environment_file).returncode == 0
    said = (environment_file.parent / "said").read_text()
    assert said.count("Host: portal.example.com http://127.0.0.1:") == 2
    assert re.findall(r"restart (\S+)", said) == ["portal-web@8001", "portal-web@8002", "portal-worker"]


def test_commands_run_in_the_home_of_the_portals_user(environment_file: Path) -> None:
    stand_in(environment_file, "runuser", 'echo "$HOME $TMPDIR $PORTAL_URL $(umask) $*"')
    said = run("portal-manage", environment_file, "migrate").stdout.strip()
    environment = "/var/lib/portal /var/lib/portal/tmp https://portal.example.com/ 0027"
    assert said == f"{environment} -u portal -- venv/bin/python manage.py migrate"


def test_commands_run_in_another_version_where_it_is_named(environment_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    stand_in(environment_file, "runuser", f'[ "$PWD" = "{other}" ] && echo here')
    copied = ("set -eu\n", f'set -eu\nMANAGE_RELEASE="{other}"\n')
    assert run("portal-manage", environment_file, "check", replaced=copied).stdout == "here\n"


@pytest.mark.parametrize(("number", "kept"), [(5, 5), (20, 14), (60, 14)])
def test_backups_are_kept_for_two_weeks_by_their_names_and_seven_in_any_case(
    environment_file: Path, number: int, kept: int
) -> None:
    folder, python = environment_file.parent / "backups", environment_file.parent / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nfor last; do :; done\nmkdir "$last"\n')
    python.chmod(0o755)
    names = [f"{datetime.now(UTC) - timedelta(days=age, hours=1):%Y-%m-%dT%H%M%SZ}" for age in range(number)]
    for name in names:
        (folder / name).mkdir(parents=True)
    assert run("portal-backup", environment_file, replaced=("/var/backups/portal", str(folder))).returncode == 0
    assert sorted(each.name for each in folder.iterdir())[:-1] == sorted(names[:kept])


def test_the_newest_backups_stay_however_old_they_are(environment_file: Path) -> None:
    folder, python = environment_file.parent / "backups", environment_file.parent / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    names = [f"2020-01-{day:02}T023000Z" for day in range(1, 11)]
    for name in names:
        (folder / name).mkdir(parents=True)
    assert run("portal-backup", environment_file, replaced=("/var/backups/portal", str(folder))).returncode == 0
    assert sorted(each.name for each in folder.iterdir()) == names, "without a new one, none is removed"
    python.write_text('#!/bin/sh\nfor last; do :; done\nmkdir "$last"\n')
    assert run("portal-backup", environment_file, replaced=("/var/backups/portal", str(folder))).returncode == 0
    assert sorted(each.name for each in folder.iterdir())[:-1] == names[4:]


def test_page_gives_the_settings_to_root_alone() -> None:
    commands = "".join(step.commands for step in steps())
    assert "install --mode=600 /opt/portal/current/deploy/portal.env /etc/portal/portal.env" in commands
    assert "install --directory --mode=700 /etc/portal\n" in commands
    assert re.findall(r"usermod --append --groups (\S+) www-data", commands) == ["portal-files"]
    given = re.findall(r"^install .*--group=portal-files .*$", commands, re.MULTILINE)
    assert {path for line in given for path in line.split() if path.startswith("/")} == {
        "/var/lib/portal",
        "/var/lib/portal/files",
        "/var/lib/portal/static",
        "/var/lib/portal/tmp",
    }


def test_tests_stay_behind() -> None:
    attributes = (Path(settings.BASE_DIR) / ".gitattributes").read_text()
    assert {line.split()[0] for line in attributes.splitlines() if "export-ignore" in line} == {
        "/.ci",
        "/bench",
        "/tests",
    }
    commands = "".join(step.commands for step in steps())
    assert "git clone --quiet --mirror" in commands
    assert commands.count("archive") == 2


def test_every_version_has_a_folder_of_its_own() -> None:
    [another] = [step.commands for step in steps() if step.title.startswith("9.")]
    used = set(re.findall(r"\$(DEPLOY_\w+)", another))
    assert used <= set(re.findall(r"^(DEPLOY_\w+)=", another, re.MULTILINE)), "set in a shell that is long gone"
    assert "daemon-reload" in another
    assert "What it only plays" in PAGE.read_text()
