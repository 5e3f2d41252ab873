"""A portal that runs: how it starts, what it says, how it ends, and that nothing is left of it."""

import os
import signal
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.launcher.launching import Launched, is_running, launch, launched, wait_until

ANSWERS = "The portal answers at"


def status_of(portal: Launched, path: str) -> int:
    with closing(HTTPConnection("127.0.0.1", portal.port, timeout=10)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


def test_first_start_prepares_the_demo_and_tells_how_to_get_in(lasting_folder: Path) -> None:
    with launched(lasting_folder) as portal:
        portal.wait_for("--no-demo")
        assert f"http://127.0.0.1:{portal.port}" in portal.text
        assert "portal-demo-1" in portal.text
        assert portal.text.count("@") == 8
        assert status_of(portal, "/readyz") == 200
        assert status_of(portal, "/accounts/login/") == 200


def answers(portal: Launched) -> bool:
    """Tell whether anybody answers at the portal's port."""
    try:
        return status_of(portal, "/healthz") == 200
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_later_start_makes_nothing_anew_and_a_signal_ends_everything(
    lasting_folder: Path, number: signal.Signals
) -> None:
    with launched(lasting_folder) as portal:
        portal.wait_for(ANSWERS)
        assert "Preparing" not in portal.text
        assert "Installing" not in portal.text
        children = portal.children()
        assert {"gunicorn", "worker"} <= {word for command in children.values() for word in command.split()}
        assert all(os.getpgid(pid) != os.getpgid(portal.process.pid) for pid in children)
        assert portal.end(number) == 0
        assert not [pid for pid in children if is_running(pid)]


def test_worker_that_was_killed_is_started_again(lasting_folder: Path) -> None:
    with launched(lasting_folder) as portal:
        portal.wait_for(ANSWERS)
        first = portal.child("manage.py worker")
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: not is_running(first))
        wait_until(lambda: any("manage.py worker" in command for command in portal.children().values()))
        assert "The worker has ended (signal 9); it starts again in 1 s." in portal.text
        assert status_of(portal, "/healthz") == 200


def test_web_server_that_was_killed_is_started_again(lasting_folder: Path) -> None:
    with launched(lasting_folder) as portal:
        portal.wait_for(ANSWERS)
        first = portal.child("gunicorn")
        os.kill(first, signal.SIGKILL)
        portal.wait_for("The web server has ended (signal 9); it starts again in 1 s.")
        wait_until(lambda: any("gunicorn" in command for pid, command in portal.children().items() if pid > first))
        wait_until(lambda: answers(portal))
        assert status_of(portal, "/readyz") == 200


def test_end_of_the_web_server_ends_the_portal(lasting_folder: Path) -> None:
    with launched(lasting_folder) as portal:
        portal.wait_for(ANSWERS)
        children = portal.children()
        os.kill(portal.child("gunicorn"), signal.SIGTERM)
        assert portal.process.wait(30) == 1
        assert "The web server has ended by itself." in portal.text
        assert not [pid for pid in children if is_running(pid)]


def test_killed_launcher_leaves_nobody_behind(lasting_folder: Path) -> None:
    if os.uname().sysname != "Linux":
        pytest.skip("only Linux ends the children of a killed process")
    with launched(lasting_folder) as portal:
        portal.wait_for(ANSWERS)
        children = portal.children()
        portal.end(signal.SIGKILL)
        wait_until(lambda: not [pid for pid in children if is_running(pid)], seconds=15)


def test_own_portal_has_a_database_of_its_own_and_asks_for_staff(lasting_folder: Path) -> None:
    with launched(lasting_folder, "--no-demo") as portal:
        portal.wait_for("python3 portal.py add-staff ADDRESS")
        assert "portal-demo-1" not in portal.text
        assert status_of(portal, "/readyz") == 200
    assert (lasting_folder / "portal.sqlite3").exists()


def test_staff_are_added_by_a_link_and_then_no_longer_asked_for(lasting_folder: Path) -> None:
    finished = launch(lasting_folder, "add-staff", "boss@vendor.example")
    assert finished.returncode == 0, finished.stderr
    assert "http://127.0.0.1:8000/accounts/first-password/" in finished.stdout
    again = launch(lasting_folder, "add-staff", "boss@vendor.example", "--port", "8001")
    assert "http://127.0.0.1:8001/accounts/first-password/" in again.stdout
    with launched(lasting_folder, "--no-demo") as portal:
        portal.wait_for(ANSWERS)
        assert portal.end() == 0
        assert "add-staff" not in portal.text


def test_staff_address_that_is_none_is_refused(lasting_folder: Path) -> None:
    finished = launch(lasting_folder, "add-staff", "boss")
    assert finished.returncode == 1
    assert "boss" in finished.stderr


def test_database_with_people_gets_no_demo_data(lasting_folder: Path) -> None:
    with launched(lasting_folder, DATABASE_URL=f"sqlite:///{lasting_folder}/portal.sqlite3") as portal:
        portal.wait_for("The database has people in it, so there is no demo data.")
        assert "portal-demo-1" not in portal.text
