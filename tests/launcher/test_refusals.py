"""What portal.py says when it cannot do what was asked: one line, what is wrong and what to do."""

import ast
import fcntl
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.launcher.launching import PORTAL_PY, launch, launched, refusal
from tests.support.postgres import free_port

PRETEND_OLD_PYTHON = """
import runpy, sys
sys.version_info = (3, 9, 2, "final", 0)
runpy.run_path(sys.argv[1], run_name="__main__")
"""
HIDE_MODULE = """
import importlib.machinery
find = importlib.machinery.PathFinder.find_spec
importlib.machinery.PathFinder.find_spec = (
    lambda name, *others: None if name == "ensurepip" else find(name, *others)
)
"""
NO_NETWORK = {
    "PIP_CONFIG_FILE": "/dev/null",
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_EXTRA_INDEX_URL": "",
    "PIP_FIND_LINKS": "",
    "PIP_NO_CACHE_DIR": "1",
}


def test_old_python_is_told_which_one_is_needed() -> None:
    command = [sys.executable, "-c", PRETEND_OLD_PYTHON, str(PORTAL_PY)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 1
    assert finished.stderr.startswith("The portal needs Python 3.11 or newer, but this is Python 3.9.")


def test_old_python_can_read_the_file_that_tells_it() -> None:
    ast.parse(PORTAL_PY.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(HIDE_MODULE)
    answer = refusal(tmp_path / "data", PYTHONPATH=str(tmp_path))
    assert answer.startswith("This Python lacks its module ensurepip.")
    assert "apt install python3-venv" in answer


def test_taken_port_is_named_with_a_way_on(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        finished = launch(folder, "--port", str(port))
    assert finished.returncode == 1
    assert finished.stderr.startswith(f"Port {port} is taken by another program.")
    assert "--port" in finished.stderr


@pytest.mark.parametrize("order", ["--port {} demo-providers", "demo-providers --port {}"])
def test_port_may_stand_before_a_command_or_after_it(folder: Path, order: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        finished = launch(folder, *order.format(port).split())
    assert finished.returncode == 1
    assert finished.stderr.startswith(f"Port {port} is taken by another program.")


def test_port_after_a_command_wins_over_one_before_it(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        finished = launch(folder, "--port", str(free_port()), "demo-providers", "--port", str(port))
    assert finished.stderr.startswith(f"Port {port} is taken by another program.")


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8000000000000", "٣"])
def test_impossible_port_is_refused(folder: Path, port: str) -> None:
    finished = launch(folder, "--port", port)
    assert finished.returncode == 2
    assert "port" in finished.stderr


def test_unknown_argument_is_refused(folder: Path) -> None:
    finished = launch(folder, "--no-dem0")
    assert finished.returncode == 2
    assert "--no-dem0" in finished.stderr


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    answer = refusal(tmp_path / "file" / "data")
    assert answer.startswith(f"The folder {tmp_path}/file/data cannot be written (Not a directory).")
    assert "PORTAL_DATA_DIR" in answer


def test_file_that_cannot_be_used_is_named(folder: Path) -> None:
    (folder / "lock").mkdir()
    assert refusal(folder).startswith(f"{folder}/lock cannot be used (Is a directory).")


def test_packages_that_cannot_be_fetched_are_explained_and_a_cut_off_install_begins_anew(tmp_path: Path) -> None:
    left_behind = tmp_path / "data" / "venv" / "left-behind"
    left_behind.parent.mkdir(parents=True)
    left_behind.touch()
    (tmp_path / "data" / "venv.unfinished").touch()
    answer = refusal(tmp_path / "data", **NO_NETWORK)
    assert answer.startswith("The packages cannot be fetched, because the package index does not answer.")
    assert "Check the network connection" in answer
    assert not left_behind.exists()
    assert (tmp_path / "data" / "venv.unfinished").exists()


def test_database_server_that_does_not_answer_is_named_without_the_password(folder: Path) -> None:
    port = free_port()
    answer = refusal(folder, DATABASE_URL=f"postgresql://anna:open%2Dsesame@127.0.0.1:{port}/portal")
    assert answer.startswith("The database of DATABASE_URL cannot be used: ")
    assert str(port) in answer
    assert "refused" in answer
    assert "sesame" not in answer


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://anna:open-sesame@127.0.0.1/portal", "mysql"),
        ("postgresql://anna:open-sesame@[::1/portal", "cannot be read"),
        ("postgresql://anna:open-sesame@127.0.0.1:port/portal", "DATABASE_URL"),
        ("open-sesame", "has to look like"),
        ("sqlite:////no/such/folder/portal.sqlite3", "unable to open database file"),
        ("sqlite:///", "names no file"),
    ],
)
def test_impossible_database_address_is_explained(folder: Path, url: str, words: str) -> None:
    answer = refusal(folder, DATABASE_URL=url)
    assert "DATABASE_URL" in answer
    assert words in answer
    assert "sesame" not in answer


def test_file_that_is_no_database_is_explained(folder: Path) -> None:
    (folder / "portal.sqlite3").write_text("This is a letter to my aunt, and long enough to be looked at. " * 50)
    assert "file is not a database" in refusal(folder, "--no-demo")


def test_unknown_setting_is_named_with_the_nearest_known_one(folder: Path) -> None:
    answer = refusal(folder, PORTAL_ULR="http://127.0.0.1:8000")
    assert "PORTAL_ULR" in answer
    assert "PORTAL_URL" in answer


def test_second_start_waits_while_another_one_prepares_the_same_folder(folder: Path) -> None:
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with launched(folder) as portal:
            portal.wait_for("Another start is preparing the portal")
            assert portal.end(signal.SIGINT) == 130
            assert not list(folder.glob("prepared-*"))


def test_secrets_are_made_once_and_for_their_owner_only(folder: Path) -> None:
    secrets = folder / "secrets.env"
    refusal(folder, DATABASE_URL="mysql://127.0.0.1/portal")
    first = secrets.read_text()
    refusal(folder, DATABASE_URL="mysql://127.0.0.1/portal")
    assert secrets.read_text() == first
    assert secrets.stat().st_mode & 0o777 == 0o600
    assert "PORTAL_SECRET_KEY=" in first
    assert "PORTAL_ENCRYPTION_KEYS=" in first
