"""Answers of providers, given without a network."""

import json
from io import BytesIO

import pytest
from django.core.cache import cache
from requests import PreparedRequest, Response

from accounts.providers.calls import BriefAdapter


class Answers:
    """What providers answer with, by address without its question mark, and what they were asked."""

    def __init__(self) -> None:
        self._given: dict[str, tuple[bytes, int]] = {}
        self.asked: list[str] = []
        self.bodies: list[str] = []

    def give(self, url: str, answer: object, status: int = 200) -> None:
        """Let `url` answer with JSON, or with bytes as they are."""
        self._given[url] = answer if isinstance(answer, bytes) else json.dumps(answer).encode(), status

    def __call__(self, request: PreparedRequest, *_: object) -> Response:
        """Answer a call."""
        url = (request.url or "").partition("?")[0]
        self.asked.append(url)
        self.bodies.append(str(request.body or request.url))
        body, status = self._given[url]
        response = Response()
        response.status_code, response.raw, response.encoding = status, BytesIO(body), "utf-8"
        response.headers["Content-Type"] = "application/json"
        response.url = url
        return response


def answers_instead_of(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Put answers in the place of the network; keys of providers that were kept are forgotten."""
    cache.clear()
    given = Answers()
    monkeypatch.setattr(BriefAdapter, "send", lambda _adapter, request, *_, **__: given(request))
    return given
