"""Sending forms, one after the other or several people at once, and how many are answered in a second."""

import http.client
import statistics
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from bench.asking import ANSWER_SECONDS
from bench.visitors import Visitor

ANY_TOKEN = "a" * 32
_FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Form:
    """A form that somebody signed in sends, and that leads on where all went well."""

    visitor: Visitor
    path: str
    fields: Mapping[str, str]

    def send(self) -> None:
        """Send it, over a connection of its own."""
        address = urlsplit(self.visitor.server.url).netloc
        with closing(http.client.HTTPConnection(address, timeout=ANSWER_SECONDS)) as connection:
            cookies = f"{self.visitor.cookie}; {settings.CSRF_COOKIE_NAME}={ANY_TOKEN}"
            body = urlencode({"csrfmiddlewaretoken": ANY_TOKEN, **self.fields})
            connection.request("POST", self.path, body, {"Cookie": cookies, "Content-Type": _FORM_TYPE})
            response = connection.getresponse()
            response.read()
        if response.status != HTTPStatus.FOUND:
            raise RuntimeError(f"{self.path} answers {response.status} instead of 302.")


@dataclass(frozen=True)
class Rates:
    """How many forms were answered in a second, in each turn."""

    per_second: tuple[float, ...]

    @property
    def median(self) -> float:
        """What half of the turns kept above."""
        return statistics.median(self.per_second)

    def __str__(self) -> str:
        """Write the median, with the quartiles behind it."""
        first, _median, third = statistics.quantiles(self.per_second, n=4)
        return f"{self.median:.1f} a second ({first:.1f} to {third:.1f})"


def rate_of(forms: Sequence[Form], clients: int) -> float:
    """Send all `forms`, so many `clients` at once, each the next one as soon as it was answered."""
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        for _answered in threads.map(Form.send, forms):
            pass
    return len(forms) / (time.perf_counter() - began)
