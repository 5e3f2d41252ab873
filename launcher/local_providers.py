"""The local identity provider beside the demo: it stands in for Google, Microsoft and Facebook."""

import secrets
import socket
from collections.abc import Mapping
from pathlib import Path

from launcher.processes import Command
from launcher.service import HOST, Service

CLIENT_NAMES = {"google": "GOOGLE", "microsoft": "AZURE", "facebook": "FACEBOOK"}
"""How the portal's settings call each role of the local identity provider."""


def local_provider(python: Path | str, port: int) -> Service:
    """Return the local identity provider as a service; `python` needs the development packages."""
    command: Command = [python, "-m", "tests.identity_provider", HOST, str(port)]
    return Service("local identity provider", command, port)


def provider_environment(port: int) -> Mapping[str, str]:
    """Return the settings that lead the portal's three buttons to the local identity provider on `port`.

    It needs the same settings to know the portal; the secrets are new each time.
    """
    url = f"http://{HOST}:{port}"
    clients = {f"{name}_CLIENT_ID": f"portal-at-local-{role}" for role, name in CLIENT_NAMES.items()}
    keys = {f"{name}_SECRET": secrets.token_urlsafe(32) for name in CLIENT_NAMES.values()}
    return {
        **clients,
        **keys,
        "GOOGLE_AUTHORIZE_URL": f"{url}/google/authorize",
        "GOOGLE_TOKEN_URL": f"{url}/google/token",
        "GOOGLE_KEYS_URL": f"{url}/google/keys",
        "GOOGLE_ISSUER": f"{url}/google",
        "AZURE_AUTHORIZE_URL": f"{url}/microsoft/authorize",
        "AZURE_TOKEN_URL": f"{url}/microsoft/token",
        "AZURE_KEYS_URL": f"{url}/microsoft/keys",
        "AZURE_ISSUER": f"{url}/microsoft/{{tenantid}}/v2.0",
        "AZURE_TENANTS": "",
        "FACEBOOK_AUTHORIZE_URL": f"{url}/facebook/dialog",
        "FACEBOOK_GRAPH_URL": f"{url}/facebook",
    }


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
