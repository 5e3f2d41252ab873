"""A PostgreSQL server that says nothing any more: frozen, or behind a network that swallows everything.

Its own time limits end with it, and its machine may still confirm what arrives, so the network
notices nothing for minutes or for ever. Without a limit on this side every thread of the web server
would wait as long.
"""

from typing import TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import ConnectionTimeout, OperationalError, _WaitTimeout
from psycopg.rows import TupleRow

Result = TypeVar("Result")

SILENCE_SECONDS = 4
ANSWER_SECONDS = 2
"""Together well below the ten seconds after which people are told that the portal is not available (R3)."""
_INTERVAL_SECONDS = 0.1


class WatchfulConnection(psycopg.Connection[TupleRow]):
    """A connection that is given up when its server has fallen silent.

    A statement may take as long as the server lets it. While it says nothing, it is asked from
    time to time by a connection of its own whether it lives; when that is not answered, there is
    nothing to wait for.
    """

    def wait(self, gen: PQGen[Result], interval: float = _INTERVAL_SECONDS, timeout: float | None = None) -> Result:
        """Wait for the server; raise OperationalError, the connection closed, when it has fallen silent."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        while True:
            try:
                return super().wait(gen, interval, SILENCE_SECONDS)
            except _WaitTimeout:
                if not self._server_answers():
                    self.close()
                    raise OperationalError("the server of the database says nothing any more") from None

    def _server_answers(self) -> bool:
        """Tell whether the server lets anybody in, or says why not."""
        try:
            psycopg.connect(
                self.info.dsn, password=self.info.password, connect_timeout=ANSWER_SECONDS, autocommit=True
            ).close()
        except ConnectionTimeout:
            return False
        except OperationalError:
            return True
        return True
