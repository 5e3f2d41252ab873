"""By plain HTTP people are led to https, and programs are refused (ASVS 4.1.2)."""

import pytest
from django.test import Client
from pytest_django import Settings

FOR_PROGRAMS = ("/license-files/4711/", "/.well-known/jwks.json", "/.well-known/license-keys/key-1.pem")
FOR_PEOPLE = ("/", "/licenses/", "/accounts/login/", "/.well-known/change-password")


@pytest.fixture
def at_https(settings: Settings) -> Client:
    settings.SECURE_SSL_REDIRECT = True
    return Client(headers={"host": "127.0.0.1"})


@pytest.mark.parametrize("path", FOR_PROGRAMS)
def test_program_that_asks_by_http_is_refused(at_https: Client, db: None, path: str) -> None:
    answer = at_https.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (403, "text/plain; charset=utf-8")
    assert "https" in answer.content.decode()
    assert at_https.get(path, secure=True).status_code in {200, 404}


@pytest.mark.parametrize("path", FOR_PEOPLE)
def test_person_who_asks_by_http_is_led_to_https(at_https: Client, path: str) -> None:
    answer = at_https.get(path)
    assert (answer.status_code, answer["Location"]) == (301, f"https://127.0.0.1{path}")


def test_where_the_portal_has_no_https_programs_are_answered(client: Client, db: None) -> None:
    assert client.get("/.well-known/jwks.json").status_code == 200
