"""An authenticator app in the hands of a test."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from accounts.audit import Actor
from accounts.models import User
from accounts.second_step import add_app, recovery_codes_of
from accounts.second_step_codes import STEP_SECONDS

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LONG_AGO = -1


def code(steps: int = 0, secret: str = SECRET) -> str:
    """Return the code that the app shows now, or `steps` half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // STEP_SECONDS + steps))


def give_app(user: User) -> None:
    """Let `user` have an authenticator app that knows SECRET."""
    add_app(user, SECRET, LONG_AGO, Actor.person(user))


def codes_of(user: User) -> list[str]:
    """Return the recovery codes that `user` has left."""
    codes = recovery_codes_of(user)
    return codes.wrap().get_unused_codes() if codes else []
