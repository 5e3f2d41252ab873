"""Going to a provider and coming back, and what the provider says."""

from urllib.parse import parse_qs, urlsplit

from django.test import Client

from accounts.providers.id_tokens import Claims
from tests.accounts.provider_answers import Answers
from tests.accounts.test_id_tokens import claims, public
from tests.platform.page import Page

PROVIDERS = {"google": "Google", "facebook": "Facebook", "azure": "Microsoft"}
GOOGLE, AZURE, GRAPH = (f"http://127.0.0.1:9/{each}" for each in ("google", "azure", "facebook"))
TENANT, OBJECT = "11111111-aaaa-4aaa-8aaa-111111111111", "22222222-bbbb-4bbb-8bbb-222222222222"
SECRET_TEXT = "SECRET-ON-THE-WIRE"


def leave(client: Client, provider: str, **sent: str) -> dict[str, str]:
    """Press the button of a provider and return what the browser is sent to it with."""
    answer = client.post(f"/accounts/{provider}/login/", sent)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"http://127.0.0.1:9/{provider}?")
    return {name: value for name, [value] in parse_qs(urlsplit(answer["Location"]).query).items()}


def come_back(client: Client, provider: str, **sent: str) -> Page:
    """Come back from a provider."""
    return client.get(f"/accounts/{provider}/login/callback/", {"code": "a-code", **sent})


def of_google(nonce: str, **told: object) -> Claims:
    about = {"iss": GOOGLE, "aud": "portal-at-google", "sub": "g-1", "nonce": nonce, "azp": "portal-at-google"}
    return claims(**{**about, "email": "anna@gmail.com", "email_verified": True, **told})


def of_microsoft(nonce: str, **told: object) -> Claims:
    about = {"iss": f"http://127.0.0.1:9/{TENANT}/v2.0", "aud": "portal-at-azure", "tid": TENANT, "oid": OBJECT}
    return claims(**{**about, "nonce": nonce, "email": "anna@acme.example", "xms_edov": True, **told})


def let_google_say(answers: Answers, token: object) -> None:
    """Let Google's token and keys, which are at one address here, answer together."""
    answers.give(GOOGLE, {"access_token": SECRET_TEXT, "id_token": token, "keys": [public()]})


def let_microsoft_say(answers: Answers, token: object) -> None:
    answers.give(AZURE, {"access_token": SECRET_TEXT, "id_token": token, "keys": [public()]})


def let_facebook_say(answers: Answers, profile: object) -> None:
    answers.give(f"{GRAPH}/oauth/access_token", {"access_token": SECRET_TEXT})
    answers.give(f"{GRAPH}/me", profile)
