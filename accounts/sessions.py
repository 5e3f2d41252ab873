"""A person's sessions: which there are, and how they end, one by one or together."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import audit
from accounts.browsers import keep_browser
from accounts.models import User
from accounts.session_limits import BEGAN, reason_to_end
from accounts.user_agents import in_words

MOST_SHOWN = 50
LONGEST_USER_AGENT = 200
UNKNOWN_ADDRESS = "::"


@dataclass(frozen=True)
class OwnSession:
    """One session as its person sees it."""

    id: int
    browser: str
    network_address: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


def end_every_session(user: User) -> None:
    """End every session of `user`, in whatever browser; call it in the transaction of its cause.

    A view that wants to keep the session of its own request calls `keep_this_session` afterwards.
    """
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])
    UserSession.objects.filter(user=user).delete()


def keep_this_session(request: HttpRequest, user: User) -> None:
    """Keep the session of this request, under a new id, and its browser, when all others ended."""
    update_session_auth_hash(request, user)
    keep_browser(request, user)
    write_down(request, user)


def write_down(request: HttpRequest, user: User) -> None:
    """Note for the list of sessions where the one of this request was last used."""
    if not request.session.session_key:
        request.session.save()
    last_use = {
        "user": user,
        "ip": audit.origin.get().address or UNKNOWN_ADDRESS,
        "user_agent": request.headers.get("User-Agent", "")[:LONGEST_USER_AGENT],
        "last_seen_at": timezone.now(),
    }
    began_at = datetime.fromtimestamp(request.session.get(BEGAN, time.time()), UTC)
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults=last_use,
        create_defaults={**last_use, "created_at": began_at},
    )


def sessions_of(user: User, this_key: str | None) -> list[OwnSession]:
    """Return where `user` is signed in at present, the latest used first; the one of `this_key` is marked."""
    rows = list(UserSession.objects.filter(user=user).order_by("-last_seen_at", "-id")[:MOST_SHOWN])
    alive = _alive(user, [row.session_key for row in rows])
    return [
        OwnSession(
            id=row.pk,
            browser=in_words(row.user_agent),
            network_address="" if row.ip == UNKNOWN_ADDRESS else row.ip,
            began_at=row.created_at,
            seen_at=row.last_seen_at,
            is_this=row.session_key == this_key,
        )
        for row in rows
        if row.session_key in alive
    ]


def _alive(user: User, keys: Iterable[str]) -> set[str]:
    """Return those of the keys whose sessions still let `user` in."""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    alive = set()
    for session in Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()):
        kept = session.get_decoded()
        is_valid = any(constant_time_compare(str(kept.get(HASH_SESSION_KEY, "")), each) for each in hashes)
        if is_valid and not reason_to_end(kept):
            alive.add(session.session_key)
    return alive


def forget_ended_sessions() -> None:
    """Remove the network addresses of sessions that are too old to go on."""
    UserSession.objects.filter(last_seen_at__lt=timezone.now() - settings.PORTAL_SESSION_LONGEST).delete()


@transaction.atomic
def end_session(user: User, session_id: int, actor: audit.Actor) -> bool:
    """End one session of `user`; return whether there was such a one."""
    row = UserSession.objects.select_for_update().filter(user=user, pk=session_id).first()
    if row is None:
        return False
    Session.objects.filter(session_key=row.session_key).delete()
    row.delete()
    audit.record(actor, "session_ended", user)
    return True


@transaction.atomic
def end_sessions(user: User, actor: audit.Actor) -> None:
    """End every session of `user`, because the person said so."""
    end_every_session(user)
    audit.record(actor, "sessions_ended", user)
