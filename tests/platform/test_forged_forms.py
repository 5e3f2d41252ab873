"""S1: a form that another site sends along with somebody's session is refused, at every address there is."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.views.decorators.csrf import csrf_exempt

from licenses.urls import license_urls
from tests.access_matrix.checks import quiet
from tests.cast import make_person

EXEMPT = {
    "/no-more-mails/abc/": "mail programs press it (RFC 8058), and who knows the link can do nothing else with it",
}
SENT_TO_SIGN_IN = {
    "/admin/licenses/releasefile/add/": "of a stranger's file not a byte is read, so the token in it is not either",
}
SAMPLES = {"uuid": "0190b0b0-0000-7000-8000-000000000000", "int": "1"}
PART = re.compile(r"<(?:(\w+):)?\w+>")


def patterns(found: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """Return every address of the portal as it is written in its table of addresses."""
    for each in found:
        here = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, here)
        else:
            yield here


def paths() -> list[str]:
    """Return an example of every address."""
    filled = (
        PART.sub(lambda part: SAMPLES.get(part[1], "abc"), each) for each in patterns(get_resolver().url_patterns)
    )
    return sorted({each.replace("^", "").replace("$", "").replace("\\", "") for each in filled})


def let_through(client: Client, asked: list[str]) -> dict[str, int]:
    """Return the addresses that take a form without a token, and what they answer."""
    with quiet():
        answers = {path: client.post(path, {"confirmed": "on"}).status_code for path in asked}
    return {path: status for path, status in answers.items() if status != 403}


@pytest.fixture
def client(db: None) -> Client:
    """Return a browser that looks for the token, as every one outside of tests."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def test_form_that_another_site_sends_with_the_session_of_staff_who_may_do_everything_is_refused(
    client: Client,
) -> None:
    client.force_login(make_person("Stella Berg", is_staff=True, is_superuser=True))
    assert let_through(client, paths()).keys() == EXEMPT.keys()


def test_form_that_another_site_sends_without_a_session_is_refused(client: Client) -> None:
    assert let_through(client, paths()).keys() == EXEMPT.keys() | SENT_TO_SIGN_IN.keys()
    for path in SENT_TO_SIGN_IN:
        assert client.post(path)["Location"].startswith("/accounts/login/")


def test_control_address_that_does_not_look_for_the_token_is_found(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    [revoke] = [each for each in license_urls if isinstance(each, URLPattern) and each.name == "revoke"]
    monkeypatch.setattr(revoke, "callback", csrf_exempt(revoke.callback))
    path = reverse("licenses:revoke", args=[SAMPLES["uuid"]])
    assert path in paths()
    assert let_through(client, [path]).keys() == {path}
