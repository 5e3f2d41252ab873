"""Asking the portal as gunicorn does, byte by byte, and seeing what it stored."""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, quote_from_bytes, urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from accounts.models import User
from qlmportal.wsgi import PortalHandler, PortalRequest
from tests.access_matrix.checks import quiet
from tests.bad_input.inputs import EVALUATED, MARKUP
from tests.bad_input.places import PROVIDERS
from tests.support.visitor import ANY_TOKEN

URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "----the-boundary"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
TECHNICAL = re.compile(r"Traceback|Exception|Error:? at|object at 0x|DoesNotExist|ValidationError|\bNone\b|<lambda>")

WRITING = re.compile(r'(?:INSERT|REPLACE|UPDATE|DELETE|TRUNCATE)\b[^"]*"(?!django_session|portal_cache)(\w+)"')

Pairs = Iterable[tuple[str, str | bytes]]
Table = type[Model]
MODELS = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True) if model is not Session}
"""Every model by its table; a statement that writes to a table of none of them is a fault of the tests."""
Execute = Callable[[str, object, bool, dict[str, object]], object]


class Requests(RequestFactory):
    """Makes requests of the portal's own kind."""

    def request(self, **environ: object) -> PortalRequest:  # type: ignore[override]  # its own kind is the same but for a name
        """Return the request that gunicorn would hand over."""
        return PortalRequest(self._base_environ(**environ))


class Asker:
    """A browser without scruples: sends any bytes, keeps its cookies, and undoes in the database what came of it."""

    def __init__(self, user: User | None = None) -> None:
        self._handler = PortalHandler()
        self._handler.load_middleware()
        self.cookies = {settings.CSRF_COOKIE_NAME: ANY_TOKEN}
        if user is not None:
            client = Client()
            client.force_login(user)
            self.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        kind: str = URLENCODED,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """Send one request; `path` is percent-encoded and may have a query."""
        path, _mark, query = path.partition("?")
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        request = Requests().generic(
            method, path, body, kind, headers={"Cookie": cookies, **(headers or {})}, QUERY_STRING=query
        )
        response = self._handler.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            response = HttpResponse(response.getvalue(), status=response.status_code, headers=dict(response.items()))
        assert isinstance(response, HttpResponse)
        return response

    def get(self, path: str) -> HttpResponse:
        """Ask for a page."""
        return self.ask("GET", path)

    def post(self, path: str, pairs: Pairs) -> HttpResponse:
        """Send a form, with its token."""
        return self.ask("POST", path, urlencoded([("csrfmiddlewaretoken", ANY_TOKEN), *pairs]))

    def keep_cookies(self, response: HttpResponse) -> None:
        """Remember what the answer sets."""
        self.cookies.update(
            {name: morsel.value for name, morsel in SimpleCookie(response.cookies.output("", "")).items()}
        )


def encoded(text: str | bytes) -> str:
    """Return any text or bytes percent-encoded, slashes too."""
    return quote_from_bytes(text.encode() if isinstance(text, str) else text, safe="")


def urlencoded(pairs: Pairs) -> bytes:
    """Return a form as a body of the usual kind."""
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs).encode()


def multipart(pairs: Pairs) -> bytes:
    """Return a form as a body of parts."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + (value.encode() if isinstance(value, str) else value)
        + b"\r\n"
        for name, value in pairs
    ]
    return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])


class Store:
    """What the database holds, sessions apart, and whether that has changed."""

    def __init__(self) -> None:
        self._before = {model: rows_of(model) for model in MODELS.values()}
        self._written: set[Table] = set()

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Undo everything that the block does to the database, and keep what is expected out of the log."""
        self._written.clear()
        with quiet(), connection.execute_wrapper(self._notice), transaction.atomic():
            yield
            transaction.set_rollback(True)

    def changes(self) -> set[str]:
        """Return the names of the models whose rows differ from those at the beginning, from within `undone`."""
        return {model.__name__ for model in self._written if rows_of(model) != self._before[model]}

    def _notice(self, execute: Execute, sql: str, parameters: object, many: bool, context: dict[str, object]) -> object:
        """Notice which table a statement writes to; what it wrote may have been taken back since."""
        if match := WRITING.match(sql):
            self._written.add(MODELS[match[1]])
        return execute(sql, parameters, many, context)


def rows_of(model: Table) -> list[dict[str, object]]:
    """Return everything that a table holds."""
    return list(model._base_manager.order_by("pk").values())


def text_of(response: HttpResponse) -> str:
    """Return what a person reads in the main part of a page."""
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0])).split()) if main else ""


def is_plain_page(response: HttpResponse) -> bool:
    """Tell whether the answer is a page of the portal with a sentence or two that a person understands."""
    page = response.content.decode()
    return page.count("<h1") == 1 and len(text_of(response)) > 60 and not TECHNICAL.search(text_of(response))


def error_beside(response: HttpResponse, field: str) -> str:
    """Return what the page says beside a field, or above the form about one that cannot be seen."""
    page = response.content.decode()
    beside = re.search(rf'id="id_{field}_error">(.*?)</div>', page, re.DOTALL)
    above = re.search(r'form-errors".*?<ul>(.*?)</ul>', page, re.DOTALL)
    found = beside or above
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[1])).split()) if found else ""


def leads_to_a_provider(location: str) -> bool:
    """Tell whether an address is that of a provider, with the way back to where the portal waits for its answer."""
    back = parse_qs(urlsplit(location).query).get("redirect_uri", [])
    return any(
        location.startswith(f"http://127.0.0.1:9/{provider}?")
        and back == [f"http://testserver/accounts/{provider}/login/callback/"]
        for provider in PROVIDERS
    )


def hazards(response: HttpResponse) -> Iterator[str]:
    """Tell what no answer may be, whatever was sent: a failure, active markup, evaluated text, a way out."""
    body = response.content.decode("utf-8", "replace")
    if response.status_code >= 500:
        yield f"fails with {response.status_code}"
    if response.get("Content-Type", "").startswith("text/html") and (MARKUP in body or "<script>alert" in body):
        yield "repeats markup as it came"
    if EVALUATED in body:
        yield "evaluates text"
    location = response.get("Location", "/")
    is_inside = location.startswith(("/", "?")) and not location.startswith(("//", "/\\"))
    if not is_inside and not leads_to_a_provider(location):
        yield f"leads out of the portal: {location!r}"
    if "theme" in response.cookies and response.cookies["theme"].value not in {"light", "dark", "system"}:
        yield "sets a cookie to what came"
