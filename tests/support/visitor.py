"""Somebody who visits a running portal over HTTP, and several of them at once."""

import http.client
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from http.cookies import SimpleCookie
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.test import Client

from accounts.models import User

ANSWER_SECONDS = 60
ANY_TOKEN = "a" * 32

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What the portal answered."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


class Visitor:
    """A browser without a screen: keeps its cookies, sends the form token, follows no redirect.

    Every request opens a connection of its own, so one visitor can be used by several threads at once.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies = {settings.CSRF_COOKIE_NAME: ANY_TOKEN}

    def sign_in(self, person: User) -> None:
        """Make `person` signed in, by a session in the database that the portal shares with the tests."""
        client = Client()
        client.force_login(person)
        self.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def sign_in_with(self, email: str, password: str) -> Answer:
        """Send the sign-in form."""
        return self.post("/accounts/login/", {"login": email, "password": password})

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, None, headers or {})

    def post(
        self, path: str, fields: Mapping[str, str | list[str]] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a form; a field with a list is sent several times."""
        token = self.cookies[settings.CSRF_COOKIE_NAME]
        body = urlencode({"csrfmiddlewaretoken": token, **(fields or {})}, doseq=True)
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})})

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=ANSWER_SECONDS)
        try:
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            connection.request(method, path, body, {"Cookie": cookies, **headers})
            response = connection.getresponse()
            self._keep_cookies(response.headers)
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def _keep_cookies(self, headers: Message) -> None:
        for line in headers.get_all("Set-Cookie", []):
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})


def at_once(*calls: Callable[[], T]) -> list[T]:
    """Make all calls at the same moment, each in a thread of its own; return what they returned, in their order."""
    barrier = threading.Barrier(len(calls))

    def call_when_all_are_there(call: Callable[[], T]) -> T:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(call_when_all_are_there, calls))
