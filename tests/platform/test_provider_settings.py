"""The providers, from the environment."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from qlmportal.environment import make_environment
from qlmportal.providers import Provider, provider_settings
from tests.platform.test_environment import SECRETS, start_with

GOOGLE = {"GOOGLE_CLIENT_ID": "portal", "GOOGLE_SECRET": "hush"}
AZURE = {"AZURE_CLIENT_ID": "portal", "AZURE_SECRET": "hush"}
FACEBOOK = {"FACEBOOK_CLIENT_ID": "portal", "FACEBOOK_SECRET": "hush"}
TENANT, ANOTHER = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d", "11111111-aaaa-4aaa-8aaa-111111111111"


def settings_of(**variables: str) -> dict[str, Provider]:
    return provider_settings(make_environment(variables))


def test_without_client_ids_there_are_no_providers() -> None:
    assert settings_of() == {}
    assert settings_of(GOOGLE_CLIENT_ID=" ", GOOGLE_SECRET="", AZURE_TENANTS=TENANT) == {}


def test_client_id_and_secret_switch_a_provider_on_at_its_own_addresses() -> None:
    on = settings_of(**GOOGLE, **AZURE, **FACEBOOK)
    assert set(on) == {"google", "azure", "facebook"}
    assert on["google"]["APP"] == {"client_id": "portal", "secret": "hush"}
    assert on["google"]["ISSUER"] == "https://accounts.google.com"
    assert on["azure"]["ISSUER"] == "https://login.microsoftonline.com/{tenantid}/v2.0"
    assert on["azure"]["TENANTS"] == []
    assert on["facebook"]["TOKEN_URL"] == "https://graph.facebook.com/oauth/access_token"
    assert on["facebook"]["PROFILE_URL"] == "https://graph.facebook.com/me"


@pytest.mark.parametrize("name", ["GOOGLE", "AZURE", "FACEBOOK"])
@pytest.mark.parametrize("part", ["CLIENT_ID", "SECRET"])
def test_one_without_the_other_is_refused_without_repeating_it(name: str, part: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"{name}_CLIENT_ID and {name}_SECRET belong together") as refused:
        settings_of(**{f"{name}_{part}": "hush-hush"})
    assert "hush-hush" not in str(refused.value)


def test_half_a_provider_stops_the_start(tmp_path: Path) -> None:
    started = start_with(tmp_path, **SECRETS, GOOGLE_CLIENT_ID="portal")
    assert started.returncode != 0
    assert "GOOGLE_CLIENT_ID and GOOGLE_SECRET belong together" in started.stderr


def test_any_identity_provider_can_stand_in() -> None:
    on = settings_of(
        **FACEBOOK, FACEBOOK_GRAPH_URL="http://127.0.0.1:8002/", FACEBOOK_AUTHORIZE_URL="http://[::1]:8002/dialog"
    )
    assert on["facebook"]["PROFILE_URL"] == "http://127.0.0.1:8002/me"
    assert on["facebook"]["AUTHORIZE_URL"] == "http://[::1]:8002/dialog"


@pytest.mark.parametrize(
    "url",
    [
        "http://accounts.example.com/token",
        "accounts.example.com",
        "ftp://accounts.example.com",
        "https://",
        "https:///token",
        "https://a@accounts.example.com",
        "https://@accounts.example.com",
        "https://accounts.example.com/?a=b",
        "https://accounts.example.com/#a",
        "https://accounts.example.com; script-src *",
        "https://accounts.example.com:port",
        "https://[::1",
        "https://bücher.example",
    ],
)
def test_address_that_cannot_be_right_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="GOOGLE_TOKEN_URL"):
        settings_of(**GOOGLE, GOOGLE_TOKEN_URL=url)


def test_tenants_are_ids_in_one_form() -> None:
    on = settings_of(**AZURE, AZURE_TENANTS=f" {TENANT.upper()} ,{ANOTHER},")
    assert on["azure"]["TENANTS"] == [TENANT, ANOTHER]
    for text in ("acme.example", f"{TENANT} {ANOTHER}", "common", TENANT[:-1]):
        with pytest.raises(ImproperlyConfigured, match="AZURE_TENANTS"):
            settings_of(**AZURE, AZURE_TENANTS=text)


@pytest.mark.parametrize("issuer", [f"https://sts.example/{TENANT}/", "https://sts.example/{tenantid}/{tenantid}"])
def test_issuer_that_is_the_same_for_every_tenant_is_refused(issuer: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="AZURE_ISSUER"):
        settings_of(**AZURE, AZURE_ISSUER=issuer)
