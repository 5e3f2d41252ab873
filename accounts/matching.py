"""Who a provider's identity is (Product rules, section 7): by its subject once linked, before that by a proved address.

Nobody signs up. The address has to belong to one active person who is not staff, and somebody has
to vouch for it: the provider, or the person, who reads the code mailed to it.
"""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import consume_or_429
from allauth.socialaccount import app_settings
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from requests import Session

from accounts.audit import Actor
from accounts.fresh import is_fresh
from accounts.identities import IdentityTaken, PersonChanged, link, name_of, provider_name
from accounts.models import User
from accounts.people import normalize_email, person_with
from accounts.providers import calls
from accounts.providers.faults import log_fault
from accounts.support import whom_to_ask

WITHOUT_ADDRESS = "identity_without_address"


class MatchingAdapter(DefaultSocialAccountAdapter):
    """Decides who an identity is, and links it to nobody before that is proved."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Let nobody sign up: only people whom somebody entered exist."""
        return False

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the providers that the environment switches on; no row of a table does."""
        apps = [SocialApp(provider=name, **asked["APP"]) for name, asked in app_settings.PROVIDERS.items()]
        return [each for each in apps if provider in {None, each.provider} and client_id in {None, each.client_id}]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Go on with an identity that is linked; match any other, or link it to whoever is signed in."""
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(_connect(request, sociallogin))
        if not sociallogin.is_existing:
            raise ImmediateHttpResponse(self._match(request, sociallogin))

    def _match(self, request: HttpRequest, sociallogin: SocialLogin) -> HttpResponse:
        said = sociallogin.account.extra_data
        try:
            address = normalize_email(said.get("email") or "")
        except ValidationError:
            request.session[WITHOUT_ADDRESS] = sociallogin.serialize()
            return redirect("accounts:identity_address")
        candidate = _candidate(address)
        if not self._is_vouched_for(candidate, said):
            return prove(request, sociallogin, address)
        if candidate is None:
            return _unknown(request, sociallogin, address)
        if _has_another(candidate, sociallogin.account):
            return prove(request, sociallogin, address)
        record_authentication(request, candidate, "socialaccount", provider=sociallogin.account.provider)
        return perform_login(request, _login(request, sociallogin, address, candidate))

    def _is_vouched_for(self, candidate: User | None, said: dict[str, object]) -> bool:
        """Return whether the provider, or a tenant that staff entered, says whose the address is."""
        tenant = str(said.get("tenant") or "")
        if said.get("is_proved") is True:
            return True
        return bool(tenant and candidate is not None and self.has_entered_tenant(candidate, tenant))

    def has_entered_tenant(self, user: User, tenant: str) -> bool:
        """Return whether staff entered `tenant` for the organization of this person; who they belong to is known above.

        Without a say of the organizations there is none.
        """
        return False

    def get_requests_session(self) -> Session:
        """Return what talks to providers: briefly, or not at all."""
        return calls.session()

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, object] | None = None,
    ) -> None:
        """Leave one line in the log, without anything that came from the provider."""
        log_fault(str(getattr(provider, "id", "")), error or "", exception)


def prove(request: HttpRequest, sociallogin: SocialLogin, address: str) -> HttpResponse:
    """Ask for a code mailed to `address` before the identity is linked; the same answer whoever it belongs to (S4)."""
    if too_many := consume_or_429(_as_post(request), action="request_login_code", key=address):
        return too_many
    login = _login(request, sociallogin, address, _candidate(address))
    login.state["must_prove"] = True
    return perform_login(request, login)


def _candidate(address: str) -> User | None:
    """Return the person who may be matched: staff never are, they link while signed in."""
    user = person_with(address)
    return user if user is not None and user.is_active and not user.is_staff else None


def _has_another(user: User, account: SocialAccount) -> bool:
    return SocialAccount.objects.filter(user=user, provider=account.provider).exists()


def _login(request: HttpRequest, sociallogin: SocialLogin, address: str, user: User | None) -> Login:
    return Login(
        user=user,
        email=address,
        redirect_url=sociallogin.get_redirect_url(request),
        signal_kwargs={"sociallogin": sociallogin},
    )


def _connect(request: HttpRequest, sociallogin: SocialLogin) -> HttpResponse:
    """Link the identity to whoever is signed in and has just shown that it is them."""
    user = request.user
    if not isinstance(user, User):
        return redirect("account_login")
    words = {"provider": provider_name(sociallogin.account), "name": name_of(sociallogin.account)}
    if not is_fresh(request):
        messages.error(request, _("Confirm that it is you, then connect %(provider)s once more.") % words)
        return redirect("socialaccount_connections")
    try:
        link(user, sociallogin.account, Actor.of(user))
    except (IdentityTaken, PersonChanged):
        messages.error(
            request, _("This %(provider)s account signs somebody else in here. Choose another one there.") % words
        )
    else:
        messages.success(request, _("%(provider)s is connected: that account signs you in from now on.") % words)
    return redirect("socialaccount_connections")


def _unknown(request: HttpRequest, sociallogin: SocialLogin, address: str) -> HttpResponse:
    """Tell the owner of an address, whom the provider vouches for, that it signs nobody in this way."""
    words = {
        "address": address,
        "provider": provider_name(sociallogin.account),
        "whom_to_ask": whom_to_ask(),
    }
    return render(request, "accounts/identity_unknown.html", words, status=403)


def _as_post(request: HttpRequest) -> HttpRequest:
    """Return a request that counts: allauth counts nothing for a GET, which is how providers send people back."""
    counted = HttpRequest()
    counted.method, counted.user, counted.META = "POST", request.user, request.META
    return counted
