"""Changing one's own e-mail address: asked for here, confirmed by a link that was mailed to the new one."""

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.addresses import ChangeAddressForm
from accounts.fresh import fresh_sign_in_required
from accounts.mail import can_send
from accounts.own_address import AddressTaken, LinkOutdated, change_address, read_token, request_change
from accounts.sessions import keep_this_session
from accounts.support import whom_to_ask
from accounts.views.second_step import person_of


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in_required
def change_of_address(request: HttpRequest) -> HttpResponse:
    """Say what a change ends, ask for the new address and mail a link to it; alike whether it is somebody's (S4)."""
    user = person_of(request)
    form = ChangeAddressForm(user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "accounts/change_address.html", {"form": form, "user": user, "can_send": can_send()})
    address = form.cleaned_data["email"]
    if too_many := consume_or_429(request, action="change_address", user=user, key=address):
        return too_many
    request_change(user, address)
    return render(request, "accounts/change_address_done.html", {"address": address, "whom_to_ask": whom_to_ask()})


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in_required
def confirm_address(request: HttpRequest, address_token: str) -> HttpResponse:
    """Show what the link asks for; the button does it, for the person who asked and nobody else."""
    user, change = person_of(request), read_token(address_token)
    if change is None or not change.is_for(user):
        return render(request, "accounts/confirm_address.html", {"change": None, "user": user}, status=410)
    if request.method != "POST":
        return render(request, "accounts/confirm_address.html", {"change": change, "user": user})
    if too_many := consume_or_429(request, action="confirm_address", user=user):
        return too_many
    try:
        change_address(user, change)
    except (AddressTaken, LinkOutdated):
        return render(request, "accounts/confirm_address.html", {"change": None, "user": user}, status=410)
    user.refresh_from_db()
    keep_this_session(request, user)
    messages.success(request, _("Your e-mail address is %(address)s from now on.") % {"address": user.email})
    return redirect("organizations:profile")
