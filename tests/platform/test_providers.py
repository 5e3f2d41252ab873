"""The way to a provider and back: what is asked, and who is believed."""

import base64
import hashlib
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts.provider_answers import Answers
from tests.accounts.test_id_tokens import signed
from tests.platform.at_providers import (
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


@pytest.mark.parametrize("provider", ["google", "azure"])
def test_question_has_proof_key_and_nonce_that_only_the_session_knows(client: Client, db: None, provider: str) -> None:
    asked = leave(client, provider)
    [[state, _at, _provider]] = client.session["socialaccount_states"].values()
    challenge = hashlib.sha256(state["pkce_code_verifier"].encode()).digest()
    assert asked["code_challenge"] == base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
    assert asked["code_challenge_method"] == "S256"
    assert asked["nonce"] == state["nonce"]
    assert len(asked["nonce"]) > 40
    assert leave(client, provider)["nonce"] != asked["nonce"]
    assert (asked["response_type"], set(asked["scope"].split())) == ("code", {"openid", "email", "profile"})
    assert asked["redirect_uri"] == f"http://testserver/accounts/{provider}/login/callback/"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_caller_cannot_change_the_question(client: Client, db: None, provider: str) -> None:
    asked = leave(client, provider)
    evil = "auth_params=redirect_uri%3Dhttps://evil.example%26response_type%3Dtoken%26nonce%3Dmine&scope=all,mail"
    more = client.post(f"/accounts/{provider}/login/?{evil}&action=reauthenticate&nonce=mine", {"nonce": "mine"})
    changed = {name: value for name, [value] in parse_qs(urlsplit(more["Location"]).query).items()}
    fixed = asked.keys() - {"state", "nonce", "code_challenge", "scope"}
    assert changed.keys() == asked.keys()
    assert {name: changed[name] for name in fixed} == {name: asked[name] for name in fixed}
    assert set(changed["scope"].split()) == set(asked["scope"].split())
    assert changed.get("nonce") != "mine"


@pytest.mark.parametrize(("process", "kept"), [("connect", "login"), ("redirect", "login"), ("", "login")])
def test_who_is_not_signed_in_can_only_sign_in(client: Client, db: None, process: str, kept: str) -> None:
    leave(client, "google", process=process)
    [[state, _at, _provider]] = client.session["socialaccount_states"].values()
    assert state["process"] == kept


def test_who_is_signed_in_can_connect_and_comes_back_to_a_page_of_the_portal_alone(signed_in: Client) -> None:
    leave(signed_in, "google", process="connect", next="https://evil.example/")
    [[state, _at, _provider]] = signed_in.session["socialaccount_states"].values()
    assert (state["process"], state.get("next")) == ("connect", None)


def test_linked_people_sign_in(client: Client, known: User, answers: Answers) -> None:
    asked = leave(client, "google", next="/licenses/")
    let_google_say(answers, signed(of_google(asked["nonce"])))
    assert come_back(client, "google", state=asked["state"])["Location"] == "/licenses/"
    assert client.get("/licenses/").status_code == 200
    body = parse_qs(answers.bodies[0])
    assert body["code_verifier"][0]
    assert body["client_secret"] == ["hush-google"]


def test_linked_people_sign_in_by_microsoft_and_facebook(known: User, answers: Answers) -> None:
    first, second = Client(), Client()
    asked = leave(first, "azure")
    let_microsoft_say(answers, signed(of_microsoft(asked["nonce"])))
    assert come_back(first, "azure", state=asked["state"]).status_code == 302
    assert first.get("/licenses/").status_code == 200
    let_facebook_say(answers, {"id": "f-1", "email": "anna@acme.example", "name": "Anna"})
    assert come_back(second, "facebook", state=leave(second, "facebook")["state"]).status_code == 302
    assert second.get("/licenses/").status_code == 200


def test_what_is_kept_is_little_and_no_token(client: Client, known: User, answers: Answers) -> None:
    asked = leave(client, "google")
    let_google_say(answers, signed(of_google(asked["nonce"], picture="https://x.example/", given_name="Anna")))
    come_back(client, "google", state=asked["state"])
    account = SocialAccount.objects.get(provider="google")
    assert account.extra_data == {"email": "anna@gmail.com", "is_proved": True, "tenant": "", "name": ""}
    assert SECRET_TEXT not in json.dumps(dict(client.session.items()), default=str)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_access_token_lies_in_the_session_while_a_code_is_waited_for(
    client: Client, anna: User, answers: Answers, provider: str
) -> None:
    asked = leave(client, provider)
    let_google_say(answers, signed(of_google(asked.get("nonce", ""), email=anna.email)))
    let_microsoft_say(answers, signed(of_microsoft(asked.get("nonce", ""), xms_edov=None)))
    let_facebook_say(answers, {"id": "f-9", "email": anna.email})
    answer = come_back(client, provider, state=asked["state"])
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/code/confirm/")
    assert SECRET_TEXT not in json.dumps(dict(client.session.items()), default=str)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_link_shows_a_button_and_sends_nobody_away(client: Client, db: None, provider: str) -> None:
    page = client.get(f"/accounts/{provider}/login/", {"next": "/licenses/", "process": "connect"})
    text = page.content.decode()
    assert page.status_code == 200
    assert f"Sign in with {PROVIDERS[provider]}</button>" in text
    assert 'name="next" value="/licenses/"' in text
    assert client.head(f"/accounts/{provider}/login/").status_code == 200
    assert client.put(f"/accounts/{provider}/login/").status_code == 405
    assert client.options(f"/accounts/{provider}/login/").status_code == 405
    assert "socialaccount_states" not in client.session


@pytest.mark.parametrize("provider", PROVIDERS)
def test_button_needs_the_form_of_this_browser(db: None, provider: str) -> None:
    assert Client(enforce_csrf_checks=True).post(f"/accounts/{provider}/login/").status_code == 403


@pytest.mark.parametrize("method", ["post", "head", "put", "delete", "options"])
def test_answers_are_taken_from_the_address_alone(client: Client, db: None, method: str) -> None:
    state = leave(client, "google")["state"]
    assert getattr(client, method)(f"/accounts/google/login/callback/?state={state}&code=x").status_code == 405
    assert state in client.session["socialaccount_states"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_provider_that_is_off_is_not_there(client: Client, db: None, settings: Settings, provider: str) -> None:
    others = {key: value for key, value in settings.SOCIALACCOUNT_PROVIDERS.items() if key != provider}
    settings.SOCIALACCOUNT_PROVIDERS = others
    assert f"Sign in with {PROVIDERS[provider]}" not in client.get("/accounts/login/").content.decode()
    for path in ("login/", "login/callback/?state=a&code=b"):
        assert client.get(f"/accounts/{provider}/{path}").status_code == 404
    assert client.post(f"/accounts/{provider}/login/").status_code == 404


def test_pressing_on_and_on_is_slowed_down(client: Client, db: None) -> None:
    cache.clear()
    statuses = {client.post("/accounts/google/login/").status_code for _press in range(31)}
    assert statuses == {302, 429}


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/google/login/"])
def test_forms_may_lead_to_the_providers_from_their_own_pages_alone(client: Client, db: None, path: str) -> None:
    assert "form-action 'self' http://127.0.0.1:9" in client.get(path)["Content-Security-Policy"]
    elsewhere = client.get("/accounts/password/reset/")["Content-Security-Policy"]
    assert "127.0.0.1:9" not in elsewhere


def test_sign_in_page_names_where_providers_send_phones_too(client: Client, db: None, settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {
        "azure": {"AUTHORIZE_URL": "https://login.microsoftonline.com/common/oauth2/v2.0/authorize"},
        "facebook": {"AUTHORIZE_URL": "https://www.facebook.com/dialog/oauth"},
    }
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    for origin in ("https://login.live.com", "https://m.facebook.com", "https://login.microsoftonline.com"):
        assert origin in policy
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert client.get("/accounts/login/")["Content-Security-Policy"].count("://") == 0


def test_sign_in_page_has_a_button_for_each(client: Client, db: None) -> None:
    page = client.get("/accounts/login/", {"next": "/licenses/"}).content.decode()
    for provider, name in PROVIDERS.items():
        assert f"Sign in with {name}" in page
        assert f'action="/accounts/{provider}/login/"' in page
    assert settings.SOCIALACCOUNT_PROVIDERS.keys() == PROVIDERS.keys()


@pytest.mark.parametrize("path", ["/accounts/providers/error/", "/accounts/providers/cancelled/"])
def test_pages_after_a_fault_lead_on_for_everybody(signed_in: Client, path: str) -> None:
    assert "Go to sign-in" in Client().get(path).content.decode()
    assert "Connected accounts" in signed_in.get(path).content.decode()
