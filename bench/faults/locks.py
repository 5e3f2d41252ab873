"""Which tables a migration keeps people from, and for how long: read from PostgreSQL within its transaction."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection

WAIT = {
    "ShareLock": "nobody writes",
    "ShareRowExclusiveLock": "nobody writes",
    "ExclusiveLock": "nobody writes",
    "AccessExclusiveLock": "nobody reads",
}
"""The locks that stand in somebody's way, and in whose."""
LARGE = 10_000
_HELD = """
    SELECT relation::regclass::text, mode FROM pg_locks JOIN pg_class ON pg_class.oid = relation
    WHERE pid = pg_backend_pid() AND granted AND relkind = 'r' AND reltuples >= %s AND mode = ANY(%s)
"""
Execute = Callable[[str, object, bool, dict[str, object]], object]


@dataclass
class Held:
    """When a transaction first had each lock (monotonic seconds)."""

    since: dict[tuple[str, str], float] = field(default_factory=dict)

    def __call__(self, execute: Execute, query: str, values: object, many: bool, context: dict[str, object]) -> object:
        """Run a statement; the locks that it brought were taken when it began."""
        began = time.monotonic()
        done = execute(query, values, many, context)
        raw = connection.connection
        if connection.in_atomic_block and raw is not None and not connection.needs_rollback:
            for table, mode in raw.execute(_HELD, [LARGE, list(WAIT)]).fetchall():
                self.since.setdefault((table, mode), began)
        return done

    def in_words(self, now: float) -> str:
        """Say for each table who had to wait, and how long it was; only large tables count."""
        tables = sorted({table for table, _mode in self.since})
        return "; ".join(self._of_table(table, now) for table in tables) or "no large table"

    def _of_table(self, table: str, now: float) -> str:
        parts = [
            f"{WAIT[mode]} {table} for {now - since:.1f} s ({mode})"
            for (of, mode), since in sorted(self.since.items())
            if of == table
        ]
        return ", ".join(parts)


@contextmanager
def watching() -> Iterator[Held]:
    """Give what is held from now on; nothing where the database locks as a whole."""
    held = Held()
    if connection.vendor != "postgresql":
        yield held
        return
    with connection.execute_wrapper(held):
        yield held
