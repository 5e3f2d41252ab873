"""The mailed code: it signs in who has no password at hand, and proves an address that no provider vouches for."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit
from accounts.letters import Letter, write_letter
from accounts.mail import ask_for
from accounts.models import User
from accounts.people import person_with
from accounts.secret_box import open_sealed, seal

REQUEST = "sign_in_code"


def request_code(request: HttpRequest, address: str) -> None:
    """Mail a code to `address`, in the form the portal keeps; it works for ten minutes, in this browser, once.

    Does the same whoever the address belongs to, in the same time (S4): the worker finds out,
    and mails nobody who is unknown or switched off.
    """
    process = LoginCodeVerificationProcess.initiate(request=request, user=_candidate(address), email=address)
    mail_code(address, process.code)


@transaction.atomic
def mail_code(address: str, code: str, provider: str = "") -> None:
    """Put the code into the queue; one that nobody can use when there is none, so that both take the same time.

    `provider` is the name of the provider whose identity the code links, if it does.
    """
    user = person_with(address)
    details: dict[str, audit.Detail] = {"is_known": user is not None, "provider": provider}
    audit.record(audit.SYSTEM, "sign_in_code_requested", user or User(email=address), details=details)
    lifetime = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
    ask_for(
        REQUEST,
        address,
        lifetime=lifetime,
        code=seal((code or get_adapter().generate_login_code()).encode()),
        provider=provider,
        until=(timezone.now() + lifetime).isoformat(),
    )


def letter_with_code(address: str, facts: Mapping[str, str]) -> Letter | None:
    """Return the mail with the code, or None when nobody who may sign in so has this address.

    Staff are never matched by address: they link identities while signed in.
    """
    user = _candidate(address)
    if user is None or (facts["provider"] and user.is_staff):
        return None
    code, until = open_sealed(facts["code"]).decode(), datetime.fromisoformat(facts["until"])
    return write_letter("sign_in_code", user, code=code, provider=facts["provider"], until=until)


def _candidate(address: str) -> User | None:
    user = person_with(address)
    return user if user is not None and user.is_active else None
