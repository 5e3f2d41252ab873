"""The link that lets a person set a password: the first one, or another after forgetting it."""

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts import audit
from accounts.letters import Letter, write_letter
from accounts.mail import ask_for
from accounts.models import User
from accounts.people import person_with

REQUEST = "password_link"


@transaction.atomic
def request_link(address: str) -> None:
    """Ask for a link by mail to `address`, in the form the portal keeps.

    Does the same whoever it belongs to, in the same time (S4): the worker finds out, and mails
    nobody who is unknown or switched off.
    """
    user = person_with(address)
    details: dict[str, audit.Detail] = {"is_known": user is not None}
    audit.record(audit.SYSTEM, "password_link_requested", user or User(email=address), details=details)
    ask_for(REQUEST, address)


def letter_with_link(address: str, _facts: Mapping[str, str]) -> Letter | None:
    """Return the mail with a link made now, or None when nobody who may sign in has this address."""
    user = person_with(address)
    if user is None or not user.is_active:
        return None
    until = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    return write_letter("password_link", user, link=password_link(user), until=until)


def password_link(user: User) -> str:
    """Return the address at which this person, and nobody else, sets a password, within one hour and once.

    It ends earlier when the person signs in, or their password or address changes.
    """
    uidb64 = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return settings.PORTAL_URL + reverse("accounts:first_password", kwargs={"uidb64": uidb64, "token": token})
