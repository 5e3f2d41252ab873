"""A mailed code proves anew who is there: for people who have neither a password nor a second step.

It works for ten minutes, once, a few tries, and only in the session that asked for it.
"""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import Actor, record
from accounts.keyed_marks import is_mark, make_mark
from accounts.letters import Letter, write_letter
from accounts.mail import ask_for
from accounts.models import User
from accounts.notices import not_me_link
from accounts.people import person_with
from accounts.secret_box import open_sealed, seal

REQUEST = "proof_code"
LIFETIME = timedelta(minutes=10)
MOST_TRIES = 5
SALT = "accounts.proof_codes"
_ASKED = "proof_code"


@transaction.atomic
def request_proof_code(request: HttpRequest, user: User) -> None:
    """Mail a code to the person of the request; the session keeps only what to recognize it by."""
    code = get_adapter(request).generate_login_code()
    request.session[_ASKED] = {"mark": make_mark(SALT, _said_of(user, code)), "at": time.time(), "tries": 0}
    record(Actor.of(user), "proof_code_requested", user)
    until = (timezone.now() + LIFETIME).isoformat()
    ask_for(REQUEST, user.email, lifetime=LIFETIME, code=seal(code.encode()), until=until)


def letter_with_proof_code(address: str, facts: Mapping[str, str]) -> Letter | None:
    """Return the mail with the code, or None when nobody who may sign in has this address any more."""
    user = person_with(address)
    if user is None or not user.is_active:
        return None
    code, until = open_sealed(facts["code"]).decode(), datetime.fromisoformat(facts["until"])
    link = not_me_link(user, REQUEST, timezone.now(), user.email)
    return write_letter(REQUEST, user, code=code, until=until, link=link)


def is_asked_for(request: HttpRequest) -> bool:
    """Return whether this session waits for a code that still works."""
    asked = request.session.get(_ASKED)
    return asked is not None and time.time() - asked["at"] < LIFETIME.total_seconds()


def prove_by_code(request: HttpRequest, user: User, code: str) -> bool:
    """Believe who typed the right code, and note it in the session; count the try else."""
    if not is_asked_for(request):
        return False
    asked = request.session.pop(_ASKED)
    if is_mark(asked["mark"], SALT, _said_of(user, code)):
        record_authentication(request, user, method="code", reauthenticated=True)
        return True
    asked["tries"] += 1
    if asked["tries"] < MOST_TRIES:
        request.session[_ASKED] = asked
    return False


def _said_of(user: User, code: str) -> str:
    """Return what a code is recognized by, whether typed in small letters, with blanks or dashes."""
    letters = "".join(each for each in code.upper() if each.isalnum())
    return f"{user.pk}|{user.email}|{letters}"
