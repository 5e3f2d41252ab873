"""Taking down the SQL statements of one activation, word for word, without the ones that every page has."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from accounts.models import AuditEvent, User
from bench.bare import LICENSE, SESSION
from licenses.models import Activation, License

COMPUTER = {"computer_id": "BENCH-0123-4567-89AB", "computer_name": "BENCH"}
_OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK")


class Recorder:
    """What was asked: how the portal wrote it, and how PostgreSQL got it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Take everything down meanwhile."""
        with connection.execute_wrapper(self._note):
            yield

    def _note(
        self,
        execute: Callable[[str, tuple[object, ...], bool, dict[str, object]], object],
        sql: str,
        parameters: tuple[object, ...],
        many: bool,
        context: dict[str, object],
    ) -> object:
        found = execute(sql, parameters, many, context)
        if not sql.startswith(_OF_TRANSACTIONS):
            self.asked.append((sql, connection.ops.last_executed_query(context["cursor"], sql, parameters)))
        return found


def statements_of_activation(license: License, user: User) -> list[str]:
    """Return the statements by which `user` activates the license; they run once, and are taken back.

    What every page asks, the session and who that is, is left out: the bare view asks it too.
    """
    with transaction.atomic():
        client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
        client.force_login(user)
        every_page = Counter(sql for sql, _text in _asked_by(client, "/bench/nothing/", {}))
        session = str(client.session.session_key)
        asked = _asked_by(client, f"/licenses/{license.pk}/activate/", COMPUTER)
        activation = Activation.objects.in_use().get(license=license)
        marks = {
            license.pk.hex: LICENSE,
            session: SESSION,
            activation.pk.hex: "a fresh activation",
            activation.license_file_id: "a fresh file",
            AuditEvent.objects.latest("pk").pk.hex: "a fresh event",
        }
        transaction.set_rollback(True)
    return [_marked(text, marks) for text in _without(asked, every_page)]


def _asked_by(client: Client, path: str, fields: Mapping[str, str]) -> list[tuple[str, str]]:
    recorder = Recorder()
    with recorder.running():
        answer = client.post(path, fields)
    if answer.status_code != HTTPStatus.FOUND:
        raise RuntimeError(f"{path} answers {answer.status_code} instead of 302.")
    return recorder.asked


def _without(asked: list[tuple[str, str]], every_page: Counter[str]) -> Iterator[str]:
    """Yield the texts of what was asked, but each statement of `every_page` as often less."""
    left = every_page.copy()
    for sql, text in asked:
        if left[sql]:
            left[sql] -= 1
        else:
            yield text


def _marked(text: str, marks: Mapping[str, str]) -> str:
    """Return the statement with a word in place of each value of its own; the driver writes ids without dashes."""
    for value, mark in marks.items():
        text = text.replace(value, mark)
    return text
