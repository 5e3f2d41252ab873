"""The portal that asks: where it is, and how it is known here in each role. All from the environment."""

import os

from launcher.local_providers import CLIENT_NAMES

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


def callback_url(role: str) -> str:
    """Return where the portal wants the answers of this role."""
    return f"{os.environ['PORTAL_URL']}/accounts/{PROVIDER_IDS[role]}/login/callback/"
