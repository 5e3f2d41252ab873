"""Codes of the second step: those of an authenticator app, and recovery codes. Each works once."""

import logging
import time
from base64 import b32encode
from collections.abc import Callable
from secrets import token_bytes

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.cryptokit import compare_user_code
from allauth.core.ratelimit import clear, consume, respond_429
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import audit
from accounts.browsers import known_browser
from accounts.models import User
from accounts.second_step import Kind
from accounts.secret_box import SecretUnreadableError

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""How many steps a clock may be wrong, either way: a code works for a minute and a half at most (RFC 6238)."""

log = logging.getLogger("portal.sign_in")


def new_secret() -> str:
    """Return a secret for an authenticator app: 160 random bits (RFC 4226, section 4)."""
    return b32encode(token_bytes(20)).decode()


def counter_of(secret: str, typed: str, after: int = -1) -> int | None:
    """Return the time step, later than `after`, whose code was typed; None when there is none."""
    now = int(time.time()) // STEP_SECONDS
    for counter in range(max(now - DRIFT_STEPS, after + 1), now + DRIFT_STEPS + 1):
        if compare_user_code(actual=typed, expected=format_hotp_value(hotp_value(secret, counter))):
            return counter
    return None


@transaction.atomic
def use_code(user: User, typed: str) -> Authenticator | None:
    """Use up the code and return what it belongs to; None for a code that is wrong, too old or used.

    Of two who send the same code at once one gets in: the rows are locked. A code of the app also
    ends all of its earlier ones (RFC 6238, section 5.2).
    """
    kinds = (Kind.TOTP, Kind.RECOVERY_CODES)
    mine: QuerySet[Authenticator] = Authenticator.objects.select_for_update().filter(user=user, type__in=kinds)
    for authenticator in mine:
        try:
            if _takes(authenticator, typed):
                return authenticator
        except SecretUnreadableError as error:
            log.error("second step of %s: %s", user.pk, error)
    return None


def _takes(authenticator: Authenticator, typed: str) -> bool:
    if authenticator.type == Kind.RECOVERY_CODES:
        return bool(authenticator.wrap().validate_code(typed))
    last = authenticator.data.get("counter", -1)
    counter = counter_of(decrypt(authenticator.data["secret"]), typed, after=last)
    if counter is None:
        return False
    authenticator.data["counter"] = counter
    authenticator.save(update_fields=["data"])
    return True


def count_guess(request: HttpRequest, user: User) -> Callable[[], None]:
    """Count one attempt at a code; return what forgets the attempts once the person got it right.

    Raises the 429 page after too many. Whoever guesses here knows the password already, or reads the
    person's mail, so the limit counts by person as well as by client.
    """
    key = f"{user.pk} {known_browser(request, user.email) or ''}"
    if not consume(request, action="second_step", key=key):
        raise ImmediateHttpResponse(respond_429(request))
    return lambda: clear(request, action="second_step", key=key)


def write_down_failure(user: User) -> None:
    """Tell the audit trail that somebody who got as far as the second step failed there."""
    audit.record(audit.SYSTEM, "second_step_failed", user)
