"""What every test may use: a database of its own, a real browser, real servers, Node."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management.commands import flush
from django.db import connection, connections
from playwright.sync_api import expect
from pytest_django import DjangoDbBlocker

from accounts import demo
from accounts.append_only import without_triggers
from accounts.models import AuditEvent, AuditSeal
from tests.support import browser
from tests.support.node import Node, node
from tests.support.portal_server import PortalServer, running_portal
from tests.support.secrecy import SECRECY, watching
from tests.support.summary import NOT_FOUND, figures_in, missing_tools

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in the thread that asks the database

hypothesis.settings.register_profile("portal", deadline=None)  # the machine may be busy with something else
hypothesis.settings.load_profile("portal")

expect.set_options(timeout=browser.PATIENCE_MS)

END_OTHER_SESSIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)

TOOLS = {"browser": ("Chromium", browser.chromium), "node": ("Node", node)}
"""The fixtures that need a tool of the machine: its name, and how to find it (nothing where it is missing)."""


OF_THE_DATABASE = {"db", "transactional_db", "django_db_setup"}
"""The fixtures without one of which, or the mark `django_db`, a test is kept from the database by pytest-django."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--without-browser", action="store_true", help="leave the tests out that need a browser")
    parser.addoption("--with-database", action="store_true", help="leave the tests out that ask no database")


def pytest_configure(config: pytest.Config) -> None:
    Path(settings.PORTAL_DATA_DIR).mkdir(parents=True, exist_ok=True)
    missing = [tool for tool, find in TOOLS.values() if not find()]
    if missing and os.environ.get("CI"):
        raise pytest.UsageError(f"{' and '.join(missing)} not found; CI tests everything.")


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(settings.PORTAL_DATA_DIR, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs a tool, and leave it out where the tool is missing."""
    for item in items:
        used = [name for name in TOOLS if name in getattr(item, "fixturenames", ())]
        if "browser" in used:
            item.add_marker(pytest.mark.browser)
        for tool, find in (TOOLS[name] for name in used):
            if not find():
                item.add_marker(pytest.mark.skip(reason=f"{tool}{NOT_FOUND}"))
    if config.getoption("--without-browser"):
        _leave_out(config, items, {item for item in items if item.get_closest_marker("browser")})
    if config.getoption("--with-database"):
        _leave_out(config, items, {item for item in items if not _asks_the_database(item)})


def _leave_out(config: pytest.Config, items: list[pytest.Item], left_out: set[pytest.Item]) -> None:
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]


def _asks_the_database(item: pytest.Item) -> bool:
    """Tell whether a test may ask the database: what it starts in processes of its own brings another."""
    fixtures: set[str] = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or not fixtures.isdisjoint(OF_THE_DATABASE)


def pytest_collection_finish() -> None:
    """Load all pages before a test changes what they import, and let memory be cleaned up without what stays."""
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for figure in figures_in(terminalreporter.stats):
        terminalreporter.write_line(f"Measured: {figure}.")
    for tool, number in missing_tools(terminalreporter.stats).items():
        terminalreporter.write_line(
            f"!!! NOT TESTED: {number} tests need {tool}, which is not on this machine.", red=True, bold=True
        )


@pytest.fixture(autouse=True, scope="session")
def emptying_tables() -> Iterator[None]:
    """Let the emptying of tables between transactional tests pass the audit trail's triggers, and forget the cache."""
    empty_all_tables = flush.Command.handle

    def handle(command: flush.Command, **options: str) -> None:
        with ExitStack() as lying_down:
            for model in (AuditEvent, AuditSeal):
                lying_down.enter_context(without_triggers(connections[options["database"]], model._meta.db_table))
            empty_all_tables(command, **options)
        cache.clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", handle)
        yield


@pytest.fixture(autouse=True, scope="session")
def secrets_are_noted() -> Iterator[None]:
    """Know every secret of the run, and read along what is logged."""
    with watching():
        yield


@pytest.fixture(autouse=True)
def nothing_secret_is_logged(secrets_are_noted: None) -> Iterator[None]:
    """Fail where something that was logged holds a secret (S6)."""
    yield
    assert not (leaks := SECRECY.leaks()), "; ".join(map(str, leaks))


@pytest.fixture
def demo_mark_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the minute after which the portal asks for the demo mark again not end within a test that counts."""
    monkeypatch.setattr(demo, "ASK_AGAIN_SECONDS", 3600)
    demo.forget()
    yield
    demo.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Before the test database is dropped, end what is still connected to it, such as threads of a failed test."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(END_OTHER_SESSIONS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Start the system's Chromium instead of one that Playwright would have to fetch."""
    return {**browser_type_launch_args, **browser.launch_options()}


@pytest.fixture
def start_portal(transactional_db: None) -> Iterator[Callable[..., PortalServer]]:
    """A function that starts a real portal: gunicorn, two processes of four threads, on a free port.

    It serves the database of this very test, on either engine: rows that the test commits are there for
    the server, and the test reads what the server wrote. That needs a transactional test, which this
    fixture makes it; the server is stopped before the tables are emptied. An argument names a settings
    module other than `qlmportal.settings`, for controls.
    """
    with ExitStack() as running:
        yield lambda settings_module="qlmportal.settings": running.enter_context(running_portal(settings_module))


@pytest.fixture
def portal_server(start_portal: Callable[[], PortalServer]) -> PortalServer:
    """A real portal; `start_portal` tells which database it serves."""
    return start_portal()


@pytest.fixture(name="node", scope="session")
def fixture_node() -> Node:
    """Node, with the packages locked in tests/javascript."""
    return Node()
