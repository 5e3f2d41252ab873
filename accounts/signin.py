"""Signing in by password: who is found, what is said, and what the audit trail keeps of it."""

from typing import Literal

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from accounts.people import normalize_email
from accounts.support import whom_to_ask

UNKNOWN_ADDRESS = "::"


class PasswordBackend(ModelBackend):
    """Finds a person by exactly the address the portal keeps, verified, and checks the password.

    An unknown address costs as much time as a wrong password, and a person who is switched
    off or has no usable password gets the same None (Product rules, section 7).
    """

    def authenticate(  # type: ignore[override]  # the portal knows no user names, only addresses
        self, request: HttpRequest | None, email: str | None = None, password: str | None = None, **_others: object
    ) -> User | None:
        """Return the person, or None for whatever reason."""
        if email is None or password is None:
            return None
        user = person_with(email)
        if user is None:
            User().set_password(password)
            return None
        is_right = user.check_password(password)
        return user if is_right and self.user_can_authenticate(user) else None


def person_with(address: str) -> User | None:
    """Return the person whom exactly this address, verified, belongs to."""
    try:
        normalized = normalize_email(address)
    except ValidationError:
        return None
    verified = EmailAddress.objects.filter(email=normalized, verified=True)
    return User.objects.filter(email=normalized, pk__in=verified.values("user_id")).first()


def refusal(address: str) -> str:
    """Return the one answer to every failed sign-in: it names the address typed, what to try next and whom to ask."""
    sentence = _(
        "“%(address)s” and this password do not sign in here. Check both, and whether you are registered with another "
        "of your addresses."
    ) % {"address": address}
    return f"{sentence} {whom_to_ask()}"


class AccountAdapter(DefaultAccountAdapter):
    """Closes what the portal does not offer, and tells the audit trail of sign-ins."""

    def is_open_for_signup(self, request: HttpRequest) -> Literal[False]:
        """Let nobody sign up: only people whom somebody entered exist."""
        return False

    def is_ajax(self, request: HttpRequest) -> Literal[False]:
        """Answer every request with a page."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Allow only paths of this portal as a place to go next."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that rate limits count by: the one the audit trail keeps."""
        return audit.origin.get().address or UNKNOWN_ADDRESS

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """Count attempts for an address by the address alone, whatever host the client names."""
        return credentials["email"]

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        """Refuse with the 429 page after too many failed attempts for one address or from one client."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            raise ImmediateHttpResponse(respond_429(request)) from None

    def authentication_failed(self, request: HttpRequest, **credentials: str) -> None:
        """Write down the attempt; for an unknown address too, so that both take the same time."""
        address = credentials["email"]
        user = person_with(address)
        audit.record(
            audit.SYSTEM, "sign_in_failed", user or User(email=address), details={"is_known": user is not None}
        )

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in, with a new session id, and write it down."""
        super().login(request, user)
        if isinstance(user, User):
            audit.record(_acting(user), "signed_in", user)

    def logout(self, request: HttpRequest) -> None:
        """End the session and write it down."""
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            audit.record(_acting(user), "signed_out", user)


def _acting(user: User) -> audit.Actor:
    return audit.Actor.vendor(user) if user.is_staff else audit.Actor.person(user)
