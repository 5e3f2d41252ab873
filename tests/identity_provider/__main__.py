"""Run the local identity provider: `python -m tests.identity_provider 127.0.0.1 PORT`, until a signal ends it.

PORTAL_URL and the portal's client ids and secrets are in the environment, under the names that the portal uses.
"""

import os
import signal
import sys
import tempfile

import django
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from launcher.processes import on_ending_signals


def main() -> int:
    """Prepare the database in a folder that goes with the process, and serve."""
    on_ending_signals(signal.default_int_handler)
    host, port = sys.argv[1], int(sys.argv[2])
    try:
        with tempfile.TemporaryDirectory(prefix="identity-provider-") as folder:
            os.environ["DJANGO_SETTINGS_MODULE"] = "tests.identity_provider.settings"
            os.environ["IDENTITY_PROVIDER_FOLDER"] = folder
            os.environ["IDENTITY_PROVIDER_URL"] = f"http://{host}:{port}"
            prepare()
            serve(host, port)
    except KeyboardInterrupt:
        return 0
    return 0


def prepare() -> None:
    """Make the tables, the one user whom every identity borrows, and the portal as a client of both servers."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    import_string("tests.identity_provider.clients.make_clients")()  # models, which need the setup above


class Quiet(WSGIRequestHandler):
    """Writes nothing about requests: their addresses hold codes."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as the base class names it
        """Keep silent."""


def serve(host: str, port: int) -> None:
    """Answer requests, each in a thread of its own, so that one that hangs hinders nobody."""
    server = ThreadedWSGIServer((host, port), Quiet)
    server.set_app(get_wsgi_application())
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
