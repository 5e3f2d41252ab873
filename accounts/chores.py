"""What the worker does besides mail. Each app registers its own when it starts, so that imports keep pointing down."""

from collections.abc import Callable

Chore = Callable[[], bool]
"""Does the next portion of what is due, in a transaction of its own, and tells whether there is probably more."""

_chores: dict[str, Chore] = {}


def register(name: str, chore: Chore) -> None:
    """Let the worker do `chore` from now on; portions are so small that mails of signing in wait for none."""
    _chores[name] = chore


def do_next_portions() -> bool:
    """Do the next portion of everything that is due; tell whether there is probably more of anything."""
    is_more = {name: chore() for name, chore in _chores.items()}
    return any(is_more.values())
