"""The second step while signing in, and showing anew that it is still the same person."""

import json

from allauth.account.internal.decorators import login_stage_required
from allauth.account.stages import LoginStage
from allauth.account.views import BaseReauthenticateView, ReauthenticateView
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.forms.second_step import CodeForm, ConfirmByCodeForm, ConfirmByPasswordForm, PasskeyForm
from accounts.models import User
from accounts.passkeys import can_have_passkeys, options_to_confirm
from accounts.second_step import Kind, has_second_step
from accounts.stages import SecondStepStage
from accounts.support import whom_to_ask
from accounts.views.second_step import person_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_stage_required(  # type: ignore[untyped-decorator]  # allauth's
    stage=SecondStepStage.key, redirect_urlname="account_login"
)
def second_step_of_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a passkey, and sign in who has it; begin anew when the first step does not count any more."""
    stage: SecondStepStage = request._login_stage  # type: ignore[attr-defined]  # noqa: SLF001  # put there by allauth
    user = stage.login.user
    if not isinstance(user, User) or not stage.is_still_good() or not has_second_step(user):
        return _begin_anew(stage)
    code_form = CodeForm(_sent(request, "code"), user=user)
    passkey_form = PasskeyForm(_sent(request, "credential"), user=user)
    for form in (code_form, passkey_form):
        if form.is_bound and form.is_valid():
            post_authentication(request, form.authenticator)
            response: HttpResponse = stage.exit()  # type: ignore[no-untyped-call]  # allauth's
            return response
    has_code, has_passkey = _ways_of(user)
    is_about_passkey = passkey_form.is_bound and not code_form.is_bound
    context = {
        "form": passkey_form if is_about_passkey else code_form,
        "code_form": code_form if has_code else None,
        "options": json.dumps(options_to_confirm(request, user)) if has_passkey else "",
        "can_have_passkeys": can_have_passkeys(request),
        "whom_to_ask": whom_to_ask(),
    }
    return render(request, "mfa/authenticate.html", context)


def _sent(request: HttpRequest, field: str) -> QueryDict | None:
    return request.POST if request.method == "POST" and field in request.POST else None


def _ways_of(user: User) -> tuple[bool, bool]:
    """Return whether `user` has codes, and whether passkeys."""
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return bool(kinds & {Kind.TOTP, Kind.RECOVERY_CODES}), Kind.WEBAUTHN in kinds


def _begin_anew(stage: LoginStage) -> HttpResponse:
    response: HttpResponse = stage.abort()
    return response


class ConfirmByPasswordView(ReauthenticateView):
    """The password, from people without a second step."""

    form_class = ConfirmByPasswordForm

    def get_form_class(self) -> type[ConfirmByPasswordForm]:
        """Return the form in our words."""
        return self.form_class


class ConfirmByCodeView(BaseReauthenticateView):
    """A code of the authenticator app, or a recovery code."""

    form_class = ConfirmByCodeForm
    template_name = "mfa/reauthenticate.html"

    def get_form_kwargs(self) -> dict[str, object]:
        """Tell the form whose code it takes."""
        return {**super().get_form_kwargs(), "user": person_of(self.request)}

    def form_valid(self, form: ConfirmByCodeForm) -> HttpResponse:
        """Note it in the session and go on."""
        form.save()
        response: HttpResponse = super().form_valid(form)
        return response


class ConfirmByPasskeyView(BaseReauthenticateView):
    """A passkey."""

    form_class = PasskeyForm
    template_name = "mfa/webauthn/reauthenticate.html"

    def get_form_kwargs(self) -> dict[str, object]:
        """Tell the form whose passkey it takes."""
        return {**super().get_form_kwargs(), "user": person_of(self.request)}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Add what the browser is asked for."""
        options = json.dumps(options_to_confirm(self.request, person_of(self.request)))
        can_have = can_have_passkeys(self.request)
        return {**super().get_context_data(**kwargs), "options": options, "can_have_passkeys": can_have}

    def form_valid(self, form: PasskeyForm) -> HttpResponse:
        """Note it in the session and go on."""
        form.save()
        response: HttpResponse = super().form_valid(form)
        return response


confirm_by_password = ConfirmByPasswordView.as_view()
confirm_by_code = ConfirmByCodeView.as_view()
confirm_by_passkey = ConfirmByPasskeyView.as_view()
