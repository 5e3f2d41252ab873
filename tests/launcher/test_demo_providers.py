"""The demo with its local identity provider: how it starts, what it says, how both end, and whom it refuses."""

import os
import signal
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from tests.launcher.launching import Launched, is_running, launch, launched, refusal

ANSWERS = "are played by a local identity provider"
PROVIDER = "-m tests.identity_provider"


def page(portal: Launched, path: str) -> str:
    with closing(HTTPConnection("127.0.0.1", portal.port, timeout=10)) as connection:
        connection.request("GET", path)
        return connection.getresponse().read().decode()


def test_demo_starts_with_three_buttons_and_a_signal_ends_both(lasting_folder: Path) -> None:
    with launched(lasting_folder, "demo-providers") as portal:
        portal.wait_for(ANSWERS)
        assert "portal-demo-1" in portal.text
        sign_in = page(portal, "/accounts/login/")
        assert all(name in sign_in for name in ("Google", "Facebook", "Microsoft"))
        provider, children = portal.child(PROVIDER), portal.children()
        assert portal.end() == 0
        assert not [pid for pid in (provider, *children) if is_running(pid)]


def test_plain_demo_after_it_has_no_such_buttons(lasting_folder: Path) -> None:
    with launched(lasting_folder) as portal:
        portal.wait_for("--no-demo")
        assert "Facebook" not in page(portal, "/accounts/login/")


def test_end_of_the_identity_provider_ends_the_portal(lasting_folder: Path) -> None:
    with launched(lasting_folder, "demo-providers") as portal:
        portal.wait_for(ANSWERS)
        children = portal.children()
        os.kill(portal.child(PROVIDER), signal.SIGTERM)
        assert portal.process.wait(30) == 1
        assert "The local identity provider has ended by itself." in portal.text
        assert not [pid for pid in children if is_running(pid)]


def test_portal_with_real_people_gets_no_local_identity_provider(lasting_folder: Path) -> None:
    assert launch(lasting_folder, "add-staff", "boss@vendor.example").returncode == 0
    answer = refusal(
        lasting_folder, "demo-providers", DATABASE_URL=f"sqlite:///{quote(str(lasting_folder))}/portal.sqlite3"
    )
    assert answer.startswith("The database has people in it.")
    assert "for the demo only" in answer


def test_own_portal_gets_no_local_identity_provider(folder: Path) -> None:
    assert "for the demo only" in refusal(folder, "--no-demo", "demo-providers")
