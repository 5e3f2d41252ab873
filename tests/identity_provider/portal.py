"""The portal that asks: where it is, and how it is known here in each role. All from the environment."""

import os

from launcher.local_providers import CLIENT_NAMES
from qlmportal.environment import parse_portal_url

PROVIDER_IDS = {"google": "google", "microsoft": "azure", "facebook": "facebook"}


def own_url() -> str:
    """Return where the identity provider answers."""
    return os.environ["IDENTITY_PROVIDER_URL"]


def client_id(role: str) -> str:
    """Return the portal's name in that role."""
    return os.environ[f"{CLIENT_NAMES[role]}_CLIENT_ID"]


def secret(role: str) -> str:
    """Return the portal's password in that role."""
    return os.environ[f"{CLIENT_NAMES[role]}_SECRET"]


def callback_urls(role: str) -> list[str]:
    """Return where the portal may want the answers of this role: at each of the names that it answers to."""
    portal = parse_portal_url(os.environ["PORTAL_URL"])
    origins = [portal.origin.replace(portal.host, host, 1) for host in portal.allowed_hosts]
    return [f"{origin}/accounts/{PROVIDER_IDS[role]}/login/callback/" for origin in origins]
