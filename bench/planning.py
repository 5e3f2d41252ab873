"""Asking for every page as the people with the most rows, and reading how each of its questions is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import SimpleCookie
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import User
from bench.addresses import SENT, VARIANTS, Address
from bench.capturing import Notebook, Question, plan_of
from bench.left import Found
from bench.page_parts import parts_of
from bench.plans import findings

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

SEARCHED = ("anna", "nordic", "laptop", "s", "zzzzzz", "ABCDE", "so-2024", "customer1@organization1.example")
KEPT = {"/"}
"""Pages that keep what they count: asked for when nothing is kept, and once more (`licenses/figures.py`)."""
PIECES = 3
"""So much of what is sent piece by piece is read: one piece is made as the next."""


@dataclass(frozen=True)
class Looker:
    """Somebody who looks: what they are called, who they are, what they look at, and how many licenses they see."""

    who: str
    user: User | None
    things: dict[str, str]
    sees: int


class Asker:
    """Asks for every page as one `looker`. `found` says what grows with a big table, page by page."""

    def __init__(self, looker: Looker, sizes: dict[str, int]) -> None:
        self._looker = looker
        self._sizes = sizes
        self._client = Client(headers={"host": settings.ALLOWED_HOSTS[0]}, raise_request_exception=False)
        if looker.user:
            self._client.force_login(looker.user)
        self._signed_in = self._client.cookies.output(header="", sep=";")
        self._notebook = Notebook()
        self._address = ""
        self.found: list[Found] = []
        self.pages = self.questions = 0
        self.slowest = (0.0, "")

    def ask(self, address: Address) -> set[int]:
        """Ask for all there is at `address`; return how it was answered."""
        path, self._address = address.path(self._looker.things), address.name
        if path is None:
            return set()
        statuses = set(self._read(path, VARIANTS.get(address.name, ())))
        if address.name in SENT or statuses == {HTTPStatus.METHOD_NOT_ALLOWED}:
            fields = {name: value.format(**self._looker.things) for name, value in SENT.get(address.name, {}).items()}
            statuses.add(self._answer("POST", path, fields)[0])
        return statuses

    def _read(self, path: str, variants: tuple[str, ...]) -> Iterator[int]:
        """Read the page, and what it offers."""
        status, html = self._answer("GET", path)
        yield status
        parts = parts_of(html, path)
        searches = [f"?q={text}" for text in SEARCHED] if parts.is_searchable else []
        for query in (*variants, *parts.variants, *searches):
            yield self._answer("GET", path + query)[0]

    def _answer(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Return status and text of the answer, whose changes are taken back; note what is wrong with its questions."""
        with taken_back():
            if path in KEPT:
                cache.clear()
                self._ask_and_explain(method, path, fields, " for the first time")
            return self._ask_and_explain(method, path, fields)

    def _ask_and_explain(self, method: str, path: str, fields: dict[str, str] | None, how: str = "") -> tuple[int, str]:
        self.pages += 1
        self._client.cookies = SimpleCookie(self._signed_in)
        began = monotonic()
        with self._notebook.open() as asked:
            response = self._client.get(path) if method == "GET" else self._client.post(path, fields or {})
            html = _text_of(response)
        where = f"{method} {path}{how}"
        self.slowest = max(self.slowest, (monotonic() - began, where))
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._tell(where, f"answers {response.status_code}")
        else:
            for question in asked:
                self._explain(question, where)
        return response.status_code, html

    def _explain(self, question: Question, where: str) -> None:
        self.questions += 1
        try:
            with transaction.atomic():
                told = list(findings(plan_of(question), self._sizes, self._looker.sees))
        except DatabaseError as error:
            told = [f"cannot be explained: {error}"]
        for each in told:
            self._tell(where, each, _in_short(question))

    def _tell(self, where: str, what: str, question: str = "") -> None:
        self.found.append(Found(self._looker.who, self._address, where, what, question))


@contextmanager
def taken_back() -> Iterator[None]:
    """Take back everything that the block does to the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _text_of(response: "Answer") -> str:
    """Return a page's text. Of what is streamed only the beginning is read; to close it would end the transaction."""
    if response.streaming:
        for _piece in islice(response, PIECES):
            pass
        return ""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return response.content.decode() if is_page and response.status_code == HTTPStatus.OK else ""


def _in_short(question: Question) -> str:
    """Return the question without the columns that it asks for."""
    sql, parameters = question
    _columns, _from, rest = sql.partition(" FROM ")
    text = f"… FROM {rest} {parameters}"
    return text if len(text) < 2_000 else f"{text[:2_000]} …"
