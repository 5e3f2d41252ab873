"""The ways in: a password, a mailed code, an identity at a provider."""

from allauth.account.internal.decorators import login_stage_required
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from allauth.account.views import ConfirmLoginCodeView, LoginView
from allauth.core.ratelimit import consume_or_429
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.forms.codes import CodeRequestForm, ConfirmCodeForm
from accounts.mail import can_send
from accounts.matching import WITHOUT_ADDRESS, prove
from accounts.models import User
from accounts.providers.buttons import provider_buttons
from accounts.providers.origins import with_provider_origins
from accounts.sign_in_codes import request_code
from accounts.support import whom_to_ask


@method_decorator(with_provider_origins, name="dispatch")
class SignInView(LoginView):
    """The sign-in page with every way in."""

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Add the buttons of the providers that are switched on."""
        return {**super().get_context_data(**kwargs), "providers": provider_buttons(self.request, "login")}


sign_in = login_not_required(SignInView.as_view())


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def code_request(request: HttpRequest) -> HttpResponse:
    """Ask for an address and mail a code to it; the answer is alike whoever it belongs to (S4)."""
    if request.user.is_authenticated:
        return redirect("licenses:overview")
    form = CodeRequestForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "can_send": can_send(), "next": get_next_redirect_url(request) or ""}
        return render(request, "account/request_login_code.html", context)
    address = form.cleaned_data["email"]
    if too_many := consume_or_429(request, action="request_login_code", key=address):
        return too_many
    request_code(request, address)
    return HttpResponseRedirect(passthrough_next_redirect_url(request, reverse("account_confirm_login_code"), "next"))


@method_decorator(
    login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="account_request_login_code"), name="dispatch"
)
class ConfirmCodeView(ConfirmLoginCodeView):
    """Takes the code in the browser that asked for it, five times at most."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Say so when the code has become too old."""
        response = super().dispatch(request, *args, **kwargs)
        if self._process is None:
            messages.warning(request, _no_code())
        return response

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Tell whether the code links an identity, and whom to ask."""
        sociallogin = (self.stage.login.signal_kwargs or {}).get("sociallogin")
        provider = str(sociallogin.provider) if sociallogin else ""
        return {**super().get_context_data(**kwargs), "provider": provider, "whom_to_ask": whom_to_ask()}

    def form_invalid(self, form: ConfirmCodeForm) -> HttpResponse:
        """Write the attempt down, for an unknown address too."""
        user, email = self._process.user, self._process.state["email"]
        details: dict[str, audit.Detail] = {"is_known": user is not None, "way": "code"}
        audit.record(audit.SYSTEM, "sign_in_failed", user or User(email=email), details=details)
        return super().form_invalid(form)


_confirm = ConfirmCodeView.as_view()


@login_not_required
def code_confirm(request: HttpRequest) -> HttpResponseBase:
    """Take the code; where none was asked for, in this browser, lead to the page that mails one."""
    if not request.user.is_authenticated and LoginStageController.enter(request, LoginByCodeStage.key) is None:
        messages.warning(request, _no_code())
    return _confirm(request)


def _no_code() -> str:
    return _("No code is waited for in this browser, or it has become too old. Let the portal mail you another one.")


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def identity_address(request: HttpRequest) -> HttpResponse:
    """Ask for the address that the provider did not tell, and mail a code to it."""
    try:
        sociallogin = SocialLogin.deserialize(request.session.get(WITHOUT_ADDRESS) or {})
    except ValueError:
        return redirect("account_login")
    form = CodeRequestForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "provider": str(sociallogin.provider), "can_send": can_send()}
        return render(request, "accounts/identity_address.html", context)
    del request.session[WITHOUT_ADDRESS]
    return prove(request, sociallogin, form.cleaned_data["email"])
