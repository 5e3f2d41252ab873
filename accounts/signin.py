"""Signing in: who is found, what is said, and what the audit trail keeps of it."""

from typing import Literal

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.browsers import known_browser, note_sign_in
from accounts.fresh import ask_for_proof, is_fresh
from accounts.identities import IdentityTaken, PersonChanged, link, provider_name
from accounts.models import User
from accounts.people import person_with
from accounts.second_step import ways_to_confirm
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


def refusal(address: str) -> str:
    """Return the one answer to every failed sign-in: it names the address typed, what to try next and whom to ask."""
    sentence = _(
        "“%(address)s” and this password do not sign in here. Check both, and whether you are registered with another "
        "of your addresses."
    ) % {"address": address}
    return f"{sentence} {whom_to_ask()}"


class AccountAdapter(DefaultAccountAdapter):
    """Closes what the portal does not offer, and tells the audit trail of sign-ins."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": gettext_lazy("That was wrong too often, so it counts no more. Begin again."),
    }

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
        """Count attempts by the address, whatever host the client names; in a browser known as its owner's apart."""
        address = credentials["email"]
        browser = known_browser(request, address)
        return f"{address}|{browser}" if browser else address

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

    def get_login_stages(self) -> list[str]:
        """Return what stands between a proved way of signing in and being signed in, in this order."""
        return ["accounts.stages.CodeStage", "accounts.stages.SecondStepStage"]

    def is_login_by_code_required(self, login: Login) -> bool:
        """Ask for a code where nobody vouches that the address belongs to whoever signs in."""
        return bool(login.state.get("must_prove"))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Send nothing: every mail is the portal's own, written in the transaction of its cause."""

    def send_notification_mail(self, *_args: object, **_kwargs: object) -> None:
        """Send nothing, as above."""

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **_hook: object) -> HttpResponse | None:
        """Stop people who are switched off, or whose address changed since they proved it."""
        email = _hook.get("email")
        has_moved = email is not None and isinstance(user, User) and user.email != email
        return None if user.is_active and not has_moved else self.respond_user_inactive(request, user)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Tell who proved to be somebody switched off that there is no way in at present."""
        clear_login(request)
        return render(request, "accounts/switched_off.html", {"whom_to_ask": whom_to_ask()}, status=403)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in, with a new session id, and write it down."""
        if not User.objects.filter(pk=user.pk, is_active=True).exists():
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        super().login(request, user)
        if isinstance(user, User):
            audit.record(audit.Actor.of(user), "signed_in", user, details={"ways": ways_of(request, user)})
            note_sign_in(request, user)

    def post_login(
        self,
        request: HttpRequest,
        user: AbstractBaseUser,
        *,
        signal_kwargs: dict[str, SocialLogin] | None,
        **hook: str | bool | None,
    ) -> HttpResponse:
        """Link the identity that signed in for the first time, then go where the person wanted to."""
        sociallogin = (signal_kwargs or {}).get("sociallogin")
        if sociallogin is not None and isinstance(user, User):
            _link(request, user, sociallogin)
        return super().post_login(request, user, signal_kwargs=signal_kwargs, **hook)  # type: ignore[arg-type]  # passed on as it came

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, str]]:
        """Return the ways to prove anew who one is; a mailed code for who has neither password nor second step.

        Who has a second step proves it by that alone: a stolen password or mailbox must not take it away.
        """
        if not isinstance(user, User):
            return []
        if by_second_step := ways_to_confirm(user):
            return by_second_step
        if user.has_usable_password():
            by_password = _("Use your password")
            return [{"id": "password", "description": by_password, "url": reverse("account_reauthenticate")}]
        return [{"id": "code", "description": _("Use a mailed code"), "url": reverse("accounts:prove")}]

    def is_reauthentication_required(self, *, app: str, **_context: object) -> Literal[False]:
        """Ask for a fresh proof at once, where allauth would keep what was sent to do it afterwards."""
        request = context.request
        if not is_fresh(request):
            raise ImmediateHttpResponse(ask_for_proof(request, reverse("organizations:profile")))
        return False

    def logout(self, request: HttpRequest) -> None:
        """End the session and write it down."""
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            audit.record(audit.Actor.of(user), "signed_out", user)


def ways_of(request: HttpRequest, user: User) -> list[str]:
    """Return by which ways `user` signed in, in order, such as a password and then a code of an authenticator app."""
    records = get_authentication_records(request, user)
    return [str(each.get("provider") or each.get("type") or each["method"]) for each in records]


def _link(request: HttpRequest, user: User, sociallogin: SocialLogin) -> None:
    """Link an identity that signed in for the first time; say so when that fails."""
    linked: int | None = sociallogin.account.pk
    if linked is not None:
        return
    words = {"provider": provider_name(sociallogin.account)}
    try:
        link(user, sociallogin.account, audit.Actor.of(user))
    except (IdentityTaken, PersonChanged):
        messages.error(request, _("This %(provider)s account was not connected: it signs somebody else in.") % words)
