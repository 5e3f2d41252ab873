"""The person's own passkeys, and signing in by one."""

import json

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal.httpkit import add_query_params
from allauth.core.ratelimit import consume_or_429
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.audit import Actor
from accounts.forms.second_step import NewPasskeyForm, PasskeyNameForm, PasskeySignInForm
from accounts.fresh import fresh_sign_in_required
from accounts.passkeys import can_have_passkeys, options_to_create, options_to_sign_in
from accounts.second_step import Kind, SecondStepMissing, SecondStepThere, add_passkey, rename_passkey
from accounts.views.second_step import after_adding, ask_and_remove, person_of


@require_http_methods(["GET", "HEAD", "POST"])
def passkey_add(request: HttpRequest) -> HttpResponseBase:
    """Let the browser make a passkey and keep it under a name.

    What the browser has to sign is given out with a fresh proof only, so that what it signed needs no other.
    """
    user = person_of(request)
    form = NewPasskeyForm(request.POST if request.method == "POST" else None, user=user)
    if not form.is_valid():
        return _ask_for_passkey(request, form)
    try:
        add_passkey(user, form.cleaned_data["name"], form.cleaned_data["credential"], Actor.of(user))
    except SecondStepThere:
        messages.error(request, _("This passkey is here already, or there are as many as there may be."))
        return redirect("mfa_index")
    messages.success(request, _("The passkey is added: it signs you in, and it is a second step."))
    return after_adding(request, user)


@fresh_sign_in_required
def _ask_for_passkey(request: HttpRequest, form: NewPasskeyForm) -> HttpResponse:
    context = {
        "form": form,
        "can_have_passkeys": can_have_passkeys(request),
        "options": json.dumps(options_to_create(request, person_of(request))),
    }
    return render(request, "mfa/webauthn/add_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in_required
def passkey_rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a passkey something else."""
    passkey = _own_or_404(request, pk)
    form = PasskeyNameForm(request.POST if request.method == "POST" else None, initial={"name": passkey.data["name"]})
    if not form.is_valid():
        return render(request, "mfa/webauthn/edit_form.html", {"form": form, "passkey": passkey})
    try:
        rename_passkey(person_of(request), pk, form.cleaned_data["name"])
    except SecondStepMissing:
        raise Http404 from None
    messages.success(request, _("The name is changed."))
    return redirect("mfa_index")


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in_required
def passkey_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and remove a passkey."""
    return ask_and_remove(request, _own_or_404(request, pk), "mfa/webauthn/authenticator_confirm_delete.html")


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def passkey_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Give the page's script something to sign, then sign in whose passkey has signed it."""
    if request.user.is_authenticated:
        return redirect("licenses:overview")
    if too_many := consume_or_429(request, action="passkey"):
        return too_many
    if request.method != "POST":
        return redirect("account_login")
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(options_to_sign_in(request))
    form = PasskeySignInForm(request.POST)
    if not form.is_valid():
        for error in form.errors["credential"]:
            messages.error(request, str(error))
        return _back_to_sign_in(request)
    post_authentication(request, form.authenticator, passwordless=True)
    return perform_login(request, Login(user=form.authenticator.user, redirect_url=get_next_redirect_url(request)))


def _back_to_sign_in(request: HttpRequest) -> HttpResponse:
    go_on_at = get_next_redirect_url(request)
    address = reverse("account_login")
    return HttpResponseRedirect(add_query_params(address, {"next": go_on_at}) if go_on_at else address)


def _own_or_404(request: HttpRequest, pk: int) -> Authenticator:
    passkey: Authenticator | None = Authenticator.objects.filter(
        user=person_of(request), type=Kind.WEBAUTHN, pk=pk
    ).first()
    if passkey is None:
        raise Http404
    return passkey
