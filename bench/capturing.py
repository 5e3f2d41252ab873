"""Every question that a page asks the database, and how PostgreSQL would answer it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from django.db import connection

from bench.plans import Node

if TYPE_CHECKING:
    from django.db.backends.utils import _ExecuteParameters as Parameters

Question = tuple[str, "Parameters"]

_READING = ("SELECT", "(SELECT", "WITH")
_CHANGING = ("UPDATE", "DELETE")


class Notebook:
    """What was asked, each question once; `begun` are those that were explained before."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self.asked: list[Question] = []

    def note(
        self,
        execute: "Callable[[str, Parameters, bool, dict[str, object]], object]",
        sql: str,
        parameters: "Parameters",
        many: bool,
        context: dict[str, object],
    ) -> object:
        """Write a question down, and let it be asked."""
        mark = f"{sql}{parameters}"
        if not many and sql.startswith(_READING + _CHANGING) and mark not in self._seen:
            self._seen.add(mark)
            self.asked.append((sql, parameters))
        return execute(sql, parameters, many, context)

    @contextmanager
    def open(self) -> Iterator[list[Question]]:
        """Note what is asked meanwhile, and give it afterwards."""
        self.asked = []
        with connection.execute_wrapper(self.note):
            yield self.asked


def plan_of(question: Question) -> Node:
    """Return the plan by which PostgreSQL answers; it reads once more, and changes nothing."""
    sql, parameters = question
    how = "ANALYZE, TIMING OFF, BUFFERS OFF, FORMAT JSON" if sql.startswith(_READING) else "FORMAT JSON"
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({how}) {sql}", parameters)
        found = cursor.fetchone()[0]
    read = json.loads(found) if isinstance(found, str) else found
    return cast("Node", read[0]["Plan"])


def sizes() -> dict[str, int]:
    """Return how many rows each table has, as PostgreSQL counted them last."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples::bigint FROM pg_class WHERE relkind = 'r'")
        return dict(cursor.fetchall())
