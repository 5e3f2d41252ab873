"""The bare view of P5: somebody signed in sends a form, the same SQL statements run in one transaction, nothing else.

The statements are taken down once from an activation by the portal itself, as PostgreSQL got them, and
lie in a file beside the data; what differs from one activation to the next is put in.
"""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.ids import uuid7
from organizations.middleware import SignedInRequest

FRESH: Mapping[str, Callable[[], str]] = {
    "a fresh activation": lambda: str(uuid7()),
    "a fresh event": lambda: str(uuid7()),
    "a fresh file": lambda: secrets.token_hex(16),
}
"""What each activation has of its own, by the word that stands for it in the statements."""
LICENSE, SESSION = "the license", "the session"


@require_POST
def bare(request: SignedInRequest) -> HttpResponse:
    """Run the statements of an activation for the license named."""
    words = {word: make() for word, make in FRESH.items()}
    words |= {LICENSE: request.POST["license"], SESSION: request.session.session_key or ""}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _statements(request.POST["recording"]):
            cursor.execute(_filled(statement, words))
    return redirect("licenses:list")


@require_POST
def nothing(_request: SignedInRequest) -> HttpResponse:
    """Do nothing: whatever the database is asked meanwhile, it is asked on every page."""
    return redirect("licenses:list")


def keep(name: str, statements: Sequence[str]) -> Path:
    """Write the statements down under `name`, for the servers of this run, and return the file."""
    file = _file(name)
    file.write_text(json.dumps(statements), encoding="utf-8")
    return file


@cache
def _statements(name: str) -> list[str]:
    found: list[str] = json.loads(_file(name).read_text(encoding="utf-8"))
    return found


def _file(name: str) -> Path:
    if not name.isalnum():
        raise ValueError("a recording is named by letters and digits")
    return Path(settings.PORTAL_DATA_DIR) / f"recording-{name}.json"


def _filled(statement: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        statement = statement.replace(word, value)
    return statement
