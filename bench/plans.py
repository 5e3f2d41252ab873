"""Reading plans: what in PostgreSQL's answer to EXPLAIN grows with a big table, whoever asks.

A page is fast with a million rows only as long as each of its questions is answered by an index,
and by no more of it than the person sees.
"""

from collections.abc import Iterator, Mapping
from typing import TypedDict

BIG_TABLE = 25_000
"""How many rows may be read one after the other, without an index."""
MOST_OF_TABLE = 0.25
"""How much of a bigger table may be: a count that stops at 10,000 finds them soon where they are many."""
MOST_SORTED = 25_000
"""How many rows may be sorted: somewhat more than lists count (`organizations.paging.COUNT_LIMIT`)."""
MOST_READ = 120_000
"""How many rows an index may give to anybody: who sees that many licenses has some of them counted (P2)."""
MARGIN = 1.2
"""How many times what they see may be read for people who see more than that."""

Node = TypedDict(
    "Node",
    {
        "Node Type": str,
        "Relation Name": str,
        "Index Name": str,
        "Actual Rows": float,
        "Actual Loops": float,
        "Plan Rows": float,
        "Rows Removed by Filter": float,
        "Rows Removed by Index Recheck": float,
        "Plans": "list[Node]",
    },
    total=False,
)


def findings(plan: Node, sizes: Mapping[str, int], sees: int = 0) -> Iterator[str]:
    """Yield in words what a plan does that grows with a big table.

    `sizes` says how many rows each table has, and `sees` how many licenses the person sees who asks. What was
    never executed, because nothing led there, is left out.
    """
    most_read = max(MOST_READ, MARGIN * sees)
    for node in _nodes(plan):
        kind, table = node["Node Type"], node.get("Relation Name", "")
        read = _read(node)
        if kind == "Seq Scan":
            read = read if "Actual Rows" in node else sizes.get(table, 0)
            if read > max(BIG_TABLE, MOST_OF_TABLE * sizes.get(table, 0)):
                yield f"reads {read:,.0f} rows of {table}, one after the other"
        elif "Scan" in kind and read > most_read:
            yield f"reads {read:,.0f} rows of {table or kind} by {node.get('Index Name', 'an index')}"
        elif (
            kind in {"Sort", "Incremental Sort"} and (rows := sum(_given(each) for each in node["Plans"])) > MOST_SORTED
        ):
            yield f"sorts {rows:,.0f} rows"


def _nodes(node: Node) -> Iterator[Node]:
    if node.get("Actual Loops", 1):
        yield node
        for each in node.get("Plans", []):
            yield from _nodes(each)


def _given(node: Node) -> float:
    """Return how many rows the node gave, all its runs together; where it was not run, how many are expected."""
    if "Actual Rows" not in node:
        return node.get("Plan Rows", 0)
    return node["Actual Rows"] * node.get("Actual Loops", 1)


def _read(node: Node) -> float:
    """Return how many rows the node looked at, those it then left out included."""
    left_out = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return _given(node) + left_out * node.get("Actual Loops", 1)
