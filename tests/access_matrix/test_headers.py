"""S5: every address answers with the headers that keep its pages private, to everybody, also where it refuses."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.access_matrix import table
from tests.access_matrix.admin import admin_paths
from tests.access_matrix.checks import ask, browser_of, open_path, path_of, quiet
from tests.cast import Cast, make_cast

ROLES = ("anonymous", "primary contact", "superuser")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {"default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"}
PRIVATE = "private, no-store"
KEPT = {
    "download": "private, no-cache",
    "licenses:jwks": "public, max-age=300",
    "licenses:public_key": "public, max-age=300",
}
"""Addresses whose answers may be kept, and how."""


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def paths(cast: Cast, role: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the path of every address: of the administration for staff, of the portal for others."""
    if role == "superuser":
        yield from ((path, path) for _name, path in admin_paths())
    else:
        yield from ((name, path_of(cast, address)) for name, address in table.ADDRESSES.items())
        yield from ((name, open_path(cast, name)) for name in table.OPEN)


def faults(cast: Cast, role: str) -> list[str]:
    """Return which header is missing or another, at which address."""
    client = browser_of(cast, role)
    with quiet():
        return [
            f"{header} of {name} is {answer.get(header)!r}"
            for name, path in paths(cast, role)
            for answer in [ask(client, "GET", path)]
            for header in wrong_headers(answer, KEPT.get(name, PRIVATE))
        ]


def wrong_headers(answer: HttpResponseBase, kept: str) -> Iterator[str]:
    """Yield the names of the headers that are missing or others; `kept` is how browsers may keep what is shown."""
    yield from (header for header, value in HEADERS.items() if answer.get(header) != value)
    policy = {part.strip() for part in answer.get("Content-Security-Policy", "").split(";")}
    if not policy >= POLICY or "unsafe" in " ".join(policy):
        yield "Content-Security-Policy"
    if answer.get("Cache-Control") not in ({kept} if answer.status_code == 200 else {kept, PRIVATE}):
        yield "Cache-Control"


@pytest.mark.parametrize("role", ROLES)
def test_every_address_keeps_its_pages_private_whoever_asks(cast: Cast, role: str) -> None:
    assert faults(cast, role) == []


def test_control_without_the_middleware_it_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
        return get_response

    monkeypatch.setattr("qlmportal.middleware.response_headers", nothing)
    assert any("Cross-Origin-Resource-Policy" in fault for fault in faults(cast, "anonymous"))


def test_https_is_remembered_for_a_year_with_all_subdomains(db: None, settings: LazySettings) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    settings.SECURE_HSTS_PRELOAD = True
    for path in (reverse("account_login"), "/nothing/here", reverse("licenses:list")):
        answer = Client().get(path, secure=True)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
