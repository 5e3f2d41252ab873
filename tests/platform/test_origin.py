"""The network address that the audit trail and the rate limits go by."""

import pytest
from allauth.core.internal.ratelimit import truncate_ip
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from accounts import audit
from qlmportal.middleware import client_address, origin


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "10.0.0.9"),
        (0, "1.2.3.4", "10.0.0.9"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.8", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.9"),
        (1, None, "10.0.0.9"),
        (1, "unknown", None),
        (1, "1.2.3.4'; DROP TABLE", None),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "::ffff:1.2.3.4", "1.2.3.4"),
        (1, "1.2.3.4:5678", "1.2.3.4"),
        (1, "[2001:db8::7]:5678", "2001:db8::7"),
        (1, "[2001:db8::7]", "2001:db8::7"),
        (1, "[::ffff:1.2.3.4]:5678", "1.2.3.4"),
        (1, "1.2.3.4:", None),
        (1, "1.2.3.4:5:6", None),
        (1, "[1.2.3.4", None),
    ],
)
def test_only_what_trusted_proxies_say_is_believed(
    rf: RequestFactory, settings: Settings, proxies: int, forwarded: str | None, address: str | None
) -> None:
    settings.PORTAL_TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(rf.get("/", headers=headers, REMOTE_ADDR="10.0.0.9")) == address


def test_people_behind_a_proxy_that_listens_on_both_networks_have_limits_of_their_own(
    rf: RequestFactory, settings: Settings
) -> None:
    settings.PORTAL_TRUSTED_PROXIES = 1
    asked = [rf.get("/", headers={"X-Forwarded-For": f"::ffff:1.2.3.{last}"}) for last in (4, 5)]
    assert len({truncate_ip(client_address(request) or "") for request in asked}) == 2
    assert len({truncate_ip(f"::ffff:1.2.3.{last}") for last in (4, 5)}) == 1, "control: as it would come"


def test_client_without_an_address_is_just_unknown(rf: RequestFactory) -> None:
    assert client_address(rf.get("/", REMOTE_ADDR="")) is None


def test_every_request_has_an_id_of_its_own_and_leaves_nothing_behind(rf: RequestFactory) -> None:
    seen: list[audit.Origin] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(audit.origin.get())
        return HttpResponse()

    for _ in range(2):
        origin(view)(rf.get("/", REMOTE_ADDR="10.0.0.9"))
    assert [came_from.address for came_from in seen] == ["10.0.0.9", "10.0.0.9"]
    assert seen[0].request_id != seen[1].request_id
    assert audit.origin.get() == audit.Origin()
