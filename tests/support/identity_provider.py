"""A portal whose three buttons lead to a local identity provider, each a process of its own."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection

from launcher.local_providers import local_provider, provider_environment
from launcher.processes import start, stop
from launcher.service import HOST
from tests.support.portal_server import START_SECONDS, PortalServer, running_portal
from tests.support.postgres import free_port

FOR_BROWSERS = "localhost"


@dataclass(frozen=True)
class WithProviders:
    """The portal, and where browsers meet the identity provider: another site than the portal, as in earnest."""

    portal: PortalServer
    provider_url: str


@contextmanager
def portal_with_providers() -> Iterator[WithProviders]:
    """Start both, give them, and stop them."""
    port = free_port()
    settings = provider_environment(port)
    for_browsers = {name: url.replace(HOST, FOR_BROWSERS) for name, url in settings.items() if "AUTHORIZE" in name}
    with running_portal(changes={**settings, **for_browsers}) as portal:
        provider = start(
            local_provider(sys.executable, port).command, {**os.environ, **settings, "PORTAL_URL": portal.url}
        )
        try:
            wait_until_it_answers(port)
            yield WithProviders(portal, f"http://{FOR_BROWSERS}:{port}")
        finally:
            stop([provider])


def wait_until_it_answers(port: int) -> None:
    """Wait for the identity provider's first answer."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with closing(HTTPConnection(HOST, port, timeout=2)) as connection:
                connection.request("GET", "/")
                connection.getresponse()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("The identity provider does not answer.")
