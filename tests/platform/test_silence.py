"""A database server that says nothing any more is given up; one that takes its time is waited for."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from psycopg import Connection
from psycopg.errors import ConnectionTimeout, OperationalError

from qlmportal import silence
from qlmportal.silence import WatchfulConnection
from tests.support.portal_server import database_url

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server that could fall silent")
SLOW = "SELECT pg_sleep(0.5), 'slow'"


@pytest.fixture
def watchful(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[WatchfulConnection]:
    """A connection of the web server's kind, which asks after a tenth of a second whether anybody is there.

    Nothing stays changed for the tests' own connection, which may be of that kind, too.
    """
    with monkeypatch.context() as changed, WatchfulConnection.connect(database_url()) as connection:
        changed.setattr(silence, "SILENCE_SECONDS", 0.1)
        yield connection


def answering(error: type[OperationalError]) -> Callable[..., object]:
    """Return what stands for connecting to a server, and fails with `error`."""

    def connect(*_arguments: object, **_options: object) -> object:
        raise error

    return connect


def test_statement_that_takes_long_is_waited_for_while_the_server_lets_others_in(watchful: WatchfulConnection) -> None:
    row = watchful.execute(SLOW).fetchone()
    assert row is not None
    assert row[1] == "slow"


def test_server_that_refuses_others_lives(watchful: WatchfulConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as changed:
        changed.setattr(silence.psycopg, "connect", answering(OperationalError))
        assert watchful.execute(SLOW).fetchone()


def test_silent_server_is_given_up_with_its_connection(
    watchful: WatchfulConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as changed:
        changed.setattr(silence.psycopg, "connect", answering(ConnectionTimeout))
        with pytest.raises(OperationalError, match="says nothing any more"):
            watchful.execute(SLOW)
    assert watchful.closed


def test_control_connection_of_any_other_kind_waits_for_a_silent_server(
    watchful: WatchfulConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Connection.connect(database_url()) as ordinary, monkeypatch.context() as changed:
        changed.setattr(silence.psycopg, "connect", answering(ConnectionTimeout))
        assert ordinary.execute(SLOW).fetchone()
        assert not ordinary.closed
