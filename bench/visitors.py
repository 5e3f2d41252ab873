"""Who asks: people of the data sets, signed in by a row in the table of sessions."""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.models import User
from accounts.session_limits import BEGAN, SEEN
from bench.asking import Visit
from bench.serving import Server


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in to a portal."""

    server: Server
    cookie: str

    def to(self, path: str) -> Visit:
        """Return a visit to `path`."""
        return Visit(self.server.url, self.cookie, path)


def sign_in(email: str, server: Server, database: str = "default") -> Visitor:
    """Sign the person in on the `server` of a database, for two hours."""
    user = User.objects.using(database).get(email=email)
    content = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        BEGAN: time.time(),
        SEEN: time.time(),
    }
    key = get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789")
    row = Session(
        session_key=key,
        session_data=SessionStore().encode(content),
        expire_date=timezone.now() + timedelta(hours=2),
    )
    row.save(using=database, force_insert=True)
    return Visitor(server, f"{settings.SESSION_COOKIE_NAME}={key}")
