"""The providers that people may sign in with, from the environment: on with client id and secret, absent else."""

import re
from typing import TypedDict
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

from qlmportal.environment import is_loopback_host

TENANT = "{tenantid}"
_TENANT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class App(TypedDict):
    """The portal as the provider knows it."""

    client_id: str
    secret: str


Provider = dict[str, object]

_MICROSOFT = "https://login.microsoftonline.com"
ADDRESSES = {
    "GOOGLE": {
        "AUTHORIZE_URL": "https://accounts.google.com/o/oauth2/v2/auth",
        "TOKEN_URL": "https://oauth2.googleapis.com/token",
        "KEYS_URL": "https://www.googleapis.com/oauth2/v3/certs",
        "ISSUER": "https://accounts.google.com",
    },
    "FACEBOOK": {
        "AUTHORIZE_URL": "https://www.facebook.com/dialog/oauth",
        "GRAPH_URL": "https://graph.facebook.com",
    },
    "AZURE": {
        "AUTHORIZE_URL": f"{_MICROSOFT}/common/oauth2/v2.0/authorize",
        "TOKEN_URL": f"{_MICROSOFT}/common/oauth2/v2.0/token",
        "KEYS_URL": f"{_MICROSOFT}/common/discovery/v2.0/keys",
        "ISSUER": f"{_MICROSOFT}/{TENANT}/v2.0",
    },
}
"""Where each provider answers, unless the environment says otherwise (GOOGLE_TOKEN_URL and so on)."""


def provider_settings(environment: Env) -> dict[str, Provider]:
    """Return what is known of each provider that is on, by its id; raise ImproperlyConfigured where that cannot work.

    The secrets are not repeated in what it says.
    """
    found: dict[str, Provider] = {}
    for name, addresses in ADDRESSES.items():
        app = _app(environment, name)
        if app:
            asked = {key: _address(environment, f"{name}_{key}", default) for key, default in addresses.items()}
            found[name.lower()] = {"APP": app, **asked}
    if "facebook" in found:
        graph = str(found["facebook"].pop("GRAPH_URL")).rstrip("/")
        found["facebook"] |= {"TOKEN_URL": f"{graph}/oauth/access_token", "PROFILE_URL": f"{graph}/me"}
    if "azure" in found:
        _check_issuer(str(found["azure"]["ISSUER"]))
        found["azure"]["TENANTS"] = tenants(environment.str("AZURE_TENANTS", default=""))
    return found


def _app(environment: Env, name: str) -> App | None:
    client_id = environment.str(f"{name}_CLIENT_ID", default="").strip()
    secret = environment.str(f"{name}_SECRET", default="").strip()
    if bool(client_id) != bool(secret):
        raise ImproperlyConfigured(
            f"{name}_CLIENT_ID and {name}_SECRET belong together: set both to let people sign in that way, or neither."
        )
    return App(client_id=client_id, secret=secret) if client_id else None


def _address(environment: Env, name: str, default: str) -> str:
    """Return an address of a provider: https, or on this machine itself."""
    url = environment.str(name, default="").strip() or default
    try:
        parts = urlsplit(url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        is_secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback_host(host))
        is_plain = bool(host) and not (parts.query or parts.fragment or "@" in parts.netloc) and parts.port != 0
    except ValueError:
        is_secure = is_plain = False
    if not is_secure or not is_plain or not url.isascii() or not url.isprintable() or set(url) & set(" ;,\"'"):
        raise ImproperlyConfigured(
            f"{name} is “{url}”, but has to be an https address without a question mark, such as {default}; "
            "http only on this machine itself."
        )
    return url


def _check_issuer(issuer: str) -> None:
    """Refuse an issuer that is the same for every tenant: each would speak for all."""
    if issuer.count(TENANT) != 1:
        raise ImproperlyConfigured(
            f"AZURE_ISSUER is “{issuer}”, but has to hold {TENANT} where the tenant stands, such as "
            f"{ADDRESSES['AZURE']['ISSUER']}. Name the tenants that may sign in in AZURE_TENANTS."
        )


def tenants(text: str) -> list[str]:
    """Return AZURE_TENANTS, ids separated by commas; nothing means any."""
    found = [each.strip().lower() for each in text.split(",") if each.strip()]
    for each in found:
        if not _TENANT_ID.fullmatch(each):
            raise ImproperlyConfigured(
                f"AZURE_TENANTS holds “{each}”, but takes tenant ids with commas between, such as"
                " 0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d."
            )
    return found
