"""Proving anew who one is by a mailed code, where there is neither a password nor a second step."""

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.proofs import ProofCodeForm
from accounts.mail import can_send
from accounts.proof_codes import is_asked_for, prove_by_code, request_proof_code
from accounts.views.second_step import person_of


@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Offer to mail a code; who has a better way to prove who they are is led there."""
    way = get_adapter(request).get_reauthentication_methods(request.user)[0]
    if way["url"] != request.path:
        return redirect(_with_next(way["url"], request))
    if request.method != "POST":
        return render(request, "accounts/prove.html", {"next": _next(request), "can_send": can_send()})
    if too_many := consume_or_429(request, action="request_proof", user=request.user):
        return too_many
    request_proof_code(request, person_of(request))
    return redirect(_with_next(reverse("accounts:confirm_proof"), request))


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_proof(request: HttpRequest) -> HttpResponse:
    """Take the code, and go on where the person wanted to."""
    if not is_asked_for(request):
        messages.info(request, _("No code is waited for, or it has become too old. Let the portal mail you one."))
        return redirect(_with_next(reverse("accounts:prove"), request))
    if request.method == "POST" and (too_many := consume_or_429(request, action="confirm_proof", user=request.user)):
        return too_many
    form = ProofCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if prove_by_code(request, person_of(request), form.cleaned_data["code"]):
            return redirect(_next(request) or resolve_url("organizations:profile"))
        form.refuse()
    return render(request, "accounts/confirm_proof.html", {"form": form, "next": _next(request)})


def _next(request: HttpRequest) -> str:
    return get_next_redirect_url(request) or ""


def _with_next(path: str, request: HttpRequest) -> str:
    wanted = _next(request)
    return f"{path}?{urlencode({'next': wanted})}" if wanted else path
