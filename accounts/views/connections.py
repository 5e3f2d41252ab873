"""The accounts at providers that sign somebody in: which there are, another one, one less."""

from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.audit import Actor
from accounts.fresh import fresh_sign_in_required
from accounts.identities import name_of, provider_name, unlink
from accounts.models import User
from accounts.providers.buttons import provider_buttons
from accounts.providers.origins import with_provider_origins
from accounts.views.second_step import person_of


@require_http_methods(["GET", "HEAD", "POST"])
@with_provider_origins
@fresh_sign_in_required
def connections(request: HttpRequest) -> HttpResponse:
    """List the person's accounts at providers, offer to connect more, and disconnect the one that is named."""
    user = person_of(request)
    if request.method == "POST":
        _disconnect(request, user, request.POST.get("account", ""))
        return redirect("socialaccount_connections")
    linked = SocialAccount.objects.filter(user=user).order_by("provider", "pk")
    context = {
        "accounts": [
            {"pk": each.pk, "provider": provider_name(each), "name": name_of(each), "since": each.date_joined}
            for each in linked
        ],
        "providers": provider_buttons(request, "connect"),
    }
    return render(request, "socialaccount/connections.html", context)


def _disconnect(request: HttpRequest, user: User, which: str) -> None:
    is_number = which.isascii() and which.isdigit() and len(which) <= 18
    account = SocialAccount.objects.filter(user=user, pk=int(which)).first() if is_number else None
    if account is None:
        messages.info(request, _("That account was disconnected already."))
        return
    unlink(user, account, Actor.of(user))
    words = {"provider": provider_name(account)}
    messages.success(request, _("%(provider)s is disconnected: that account signs nobody in any more.") % words)
