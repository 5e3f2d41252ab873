"""The time limits under which the served portal asks the database, told by the served portal itself."""

import http.client
import json
import os
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from bench.serving import serving

PATH = "bench/limits/"
NONE = {"0", "", "None"}
ASKED = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
WAITING_SECONDS = 10


@login_not_required
@require_safe
def limits(_request: HttpRequest) -> JsonResponse:
    """Tell each limit: the database's own as it knows them, and how long is waited for a connection."""
    found = {}
    with connection.cursor() as cursor:
        for name in ASKED:
            cursor.execute("SELECT current_setting(%s)", [name])
            found[name] = cursor.fetchone()[0]
    return JsonResponse({**found, "connect_timeout": str(connection.get_connection_params().get("connect_timeout"))})


def served_limits() -> dict[str, str]:
    """Start the portal as it is measured, and return the limits that it tells of."""
    with serving(os.environ) as server:
        parts = urlsplit(server.url)
        asked = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=WAITING_SECONDS)
        asked.request("GET", f"/{PATH}")
        found: dict[str, str] = json.loads(asked.getresponse().read())
        asked.close()
    return found


def missing(found: dict[str, str]) -> list[str]:
    """Return in words which limits are not on."""
    return [f"the served portal has no {name}" for name, value in found.items() if value in NONE]
