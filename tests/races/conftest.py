"""The crowd before a real portal; one portal serves all races of a module."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict

import pytest
from pytest_django import DjangoDbBlocker

from tests.races.racing import BOOK, Crowd, Record
from tests.support.portal_server import PortalServer, running_portal

_began = time.monotonic()


@pytest.fixture(autouse=True)
def _in_time() -> None:
    """Begin no further race where `python -m bench races` has spent its time."""
    seconds = os.environ.get("RACE_SECONDS")
    if seconds and time.monotonic() > _began + float(seconds):
        pytest.fail(f"Not run: {seconds} s were over.", pytrace=False)


@pytest.fixture(autouse=True)
def _record(record_property: Callable[[str, object], None]) -> Iterator[None]:
    """Write down for each test what its races came to; nothing where it counts none itself."""
    BOOK.record = Record()
    yield
    if not BOOK.record.rounds:
        return
    for name, value in asdict(BOOK.record).items():
        record_property(name, value)


@pytest.fixture(scope="module")
def portal(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[PortalServer]:
    """A portal of two processes with four threads each, on the database of the tests."""
    with django_db_blocker.unblock(), running_portal() as portal:
        yield portal


@pytest.fixture(scope="module")
def unguarded_portal(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[PortalServer]:
    """A portal whose stories read, decide and write a number back without a lock or a transaction."""
    with django_db_blocker.unblock(), running_portal("tests.races.unguarded_settings") as portal:
        yield portal


@pytest.fixture
def crowd(portal: PortalServer, transactional_db: None) -> Crowd:
    """Three people who see the same licenses, before the portal."""
    return Crowd(portal)


@pytest.fixture
def unguarded(unguarded_portal: PortalServer, transactional_db: None) -> Crowd:
    """The same three before the unguarded portal."""
    return Crowd(unguarded_portal)
