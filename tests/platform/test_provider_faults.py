"""Where every fault of a provider, and of whoever comes back from one, ends: on a friendly page, with one line."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts.provider_answers import Answers
from tests.accounts.test_id_tokens import signed
from tests.platform.at_providers import (
    AZURE,
    GOOGLE,
    GRAPH,
    OBJECT,
    PROVIDERS,
    SECRET_TEXT,
    come_back,
    leave,
    let_facebook_say,
    let_google_say,
    let_microsoft_say,
    of_google,
    of_microsoft,
)
from tests.platform.page import Page


def refused(client: Client, page: Page, name: str) -> None:
    """Check that a page says what to do, and that nobody is signed in."""
    text = page.content.decode()
    assert page.status_code == 401
    assert f"Signing in with {name} did not work" in text
    assert "Go to sign-in" in text
    assert SECRET_TEXT not in text
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("provider", PROVIDERS)
def test_answer_that_nobody_asked_for_ends_on_a_friendly_page(client: Client, db: None, provider: str) -> None:
    refused(client, come_back(client, provider, state="nobody-asked"), PROVIDERS[provider])
    refused(client, client.get(f"/accounts/{provider}/login/callback/"), PROVIDERS[provider])


def test_state_works_once_and_in_its_own_browser_and_for_its_own_provider(
    client: Client, known: User, answers: Answers
) -> None:
    asked = leave(client, "google")
    let_google_say(answers, signed(of_google(asked["nonce"])))
    refused(Client(), come_back(Client(), "google", state=asked["state"]), "Google")
    refused(client, come_back(client, "azure", state=asked["state"]), "Microsoft")
    assert answers.asked == []
    assert come_back(client, "google", state=asked["state"]).status_code == 302
    client.logout()
    refused(client, come_back(client, "google", state=asked["state"]), "Google")


def test_token_of_one_browser_is_no_answer_in_another(known: User, answers: Answers) -> None:
    victim, attacker = Client(), Client()
    stolen = signed(of_google(leave(victim, "google")["nonce"]))
    let_google_say(answers, stolen)
    refused(attacker, come_back(attacker, "google", state=leave(attacker, "google")["state"]), "Google")


def test_refusing_at_the_provider_ends_on_a_page_of_its_own(client: Client, db: None) -> None:
    back = come_back(client, "google", state=leave(client, "google")["state"], error="access_denied")
    assert back["Location"] == "/accounts/providers/cancelled/"
    assert "You cancelled that" in client.get(back["Location"]).content.decode()
    error = come_back(client, "google", state=leave(client, "google")["state"], error=SECRET_TEXT)
    refused(client, error, "Google")


NONSENSE = [
    b"",
    b"<html>out of order</html>",
    b"[]",
    b"null",
    b"{}",
    b'{"access_token": null}',
    b'"access_token"',
    b'["access_token"]',
    b"[" * 200_000,
    b'{"access_token": "x", "id_token": {"a": 1}}',
    b'{"access_token": "x", "expires_in": "soon"}',
    b'{"access_token": "x", "expires_in": 1e400, "id_token": 1}',
    b'{"access_token": ["x"], "id_token": ["x"]}',
    b"access_token=x&expires_in=99999999999999999999",
    b"\xff\xfe\x00",
    SECRET_TEXT.encode(),
]


@pytest.mark.parametrize("nonsense", NONSENSE)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_nonsense_for_the_code_ends_on_a_friendly_page(
    client: Client, answers: Answers, provider: str, nonsense: bytes
) -> None:
    for url in (GOOGLE, AZURE, f"{GRAPH}/oauth/access_token", f"{GRAPH}/me"):
        answers.give(url, nonsense)
    refused(client, come_back(client, provider, state=leave(client, provider)["state"]), PROVIDERS[provider])


@pytest.mark.parametrize(
    "profile",
    [[], None, {}, "f-1", {"id": None}, {"id": 1}, {"id": ["f-1"]}, {"id": ""}, {"id": "f\x00"}, {"id": "x" * 500}, 7],
)
def test_profile_that_is_none_ends_on_a_friendly_page(client: Client, answers: Answers, profile: object) -> None:
    let_facebook_say(answers, profile)
    refused(client, come_back(client, "facebook", state=leave(client, "facebook")["state"]), "Facebook")


@pytest.mark.parametrize("status", [201, 400, 401, 500])
def test_profile_with_an_error_is_not_believed(client: Client, known: User, answers: Answers, status: int) -> None:
    let_facebook_say(answers, {})
    answers.give(f"{GRAPH}/me", {"id": "f-1"}, status=status)
    refused(client, come_back(client, "facebook", state=leave(client, "facebook")["state"]), "Facebook")


@pytest.mark.parametrize("subject", ["", "x" * 500, "a b", None])
def test_subject_that_is_none_ends_on_a_friendly_page(client: Client, answers: Answers, subject: str | None) -> None:
    asked = leave(client, "google")
    let_google_say(answers, signed(of_google(asked["nonce"], sub=subject)))
    refused(client, come_back(client, "google", state=asked["state"]), "Google")


def test_tenant_that_is_not_listed_is_told_so(client: Client, answers: Answers, settings: Settings) -> None:
    asked = settings.SOCIALACCOUNT_PROVIDERS["azure"]
    settings.SOCIALACCOUNT_PROVIDERS = {"azure": {**asked, "TENANTS": [OBJECT]}}
    sent = leave(client, "azure")
    let_microsoft_say(answers, signed(of_microsoft(sent["nonce"])))
    page = come_back(client, "azure", state=sent["state"])
    refused(client, page, "Microsoft")
    assert "of this company or school are not accepted here" in page.content.decode()


def test_provider_that_nobody_reaches_is_told_so(client: Client, db: None) -> None:
    page = come_back(client, "google", state=leave(client, "google")["state"])
    refused(client, page, "Google")
    assert "Google does not answer at present" in page.content.decode()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_fault_leaves_one_line_without_secrets(
    client: Client, answers: Answers, provider: str, caplog: pytest.LogCaptureFixture
) -> None:
    for url in (GOOGLE, AZURE, f"{GRAPH}/oauth/access_token", f"{GRAPH}/me"):
        answers.give(url, {"error": SECRET_TEXT, "access_token": SECRET_TEXT, "id_token": SECRET_TEXT})
    state = leave(client, provider)["state"]
    come_back(client, provider, state=state, code=SECRET_TEXT)
    lines = [record.getMessage() for record in caplog.records if record.name == "portal.sign_in"]
    assert len(lines) == 1
    assert lines[0].startswith(f"Signing in with {provider} failed: ")
    for secret in (SECRET_TEXT, state, f"hush-{provider}"):
        assert secret not in caplog.text
