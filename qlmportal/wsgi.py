"""The WSGI application that gunicorn serves."""

import logging
import os
from typing import TYPE_CHECKING

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import close_old_connections
from django.http import HttpResponseBase

from qlmportal.database import POOL, WEB_SERVER_PLANS, WEB_SERVER_TIMEOUTS
from qlmportal.logs import says_more_than_silence
from qlmportal.silence import WatchfulConnection
from qlmportal.warming import warm_up

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

NO_CHARSET = "unknown"


class PortalRequest(WSGIRequest):
    """A request that comes into being whatever its Content-Type says.

    Django's own raises, outside of everything that could answer, when the character set in
    it is none; here it lives on and is refused like other bad input.
    """

    def _set_content_type_params(self, meta: dict[str, str]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]  # not in the stubs
        except (LookupError, ValueError):
            self._encoding = None
            self.content_type, self.content_params = "", {"charset": NO_CHARSET}


class PortalHandler(WSGIHandler):
    """Django's handler with the portal's request."""

    request_class = PortalRequest

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> HttpResponseBase:
        """Answer. A body that is sent for minutes keeps no connection of the database meanwhile."""
        body = super().__call__(environ, start_response)
        close_old_connections()
        return body


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qlmportal.settings")
# Read by PostgreSQL's library, for the web server alone: commands may take longer, and read more.
os.environ.setdefault("PGOPTIONS", f"{WEB_SERVER_TIMEOUTS} {WEB_SERVER_PLANS}")
POOL["connection_class"] = WatchfulConnection  # likewise: commands rather wait
django.setup(set_prefix=False)
logging.getLogger("gunicorn.error").addFilter(says_more_than_silence)

application = PortalHandler()
warm_up()
