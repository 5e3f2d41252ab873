"""Mails about releases: chosen in the profile, or ended by the link in each of them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from organizations import mail_choices
from organizations.mail_choices import Wish
from organizations.middleware import SignedInRequest


@require_POST
def choose_mails(request: SignedInRequest) -> HttpResponse:
    """Keep whether the person wants mails about releases."""
    wish, customer_id = request.POST.get("wants"), request.viewer.customer_id
    if customer_id is None:
        messages.info(request, _("Mails about releases go to customers only, so you get none."))
    elif wish not in list(Wish):
        messages.error(request, _("Choose whether you want mails about releases or not."))
    else:
        mail_choices.choose_mails(customer_id, Wish(wish))
        wanted = _("You get mails about releases that your licenses include.")
        messages.success(request, wanted if wish == Wish.YES else _("You get no more mails about releases."))
    return redirect("organizations:profile")


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@csrf_exempt
def no_more_mails(request: HttpRequest, choice_token: str) -> HttpResponse:
    """Ask, and end the mails at the press of a button.

    Mail programs press it themselves (RFC 8058): they have no session and no token against forged
    requests, and need none, since nobody else knows the link.
    """
    customer_id = mail_choices.customer_of(choice_token)
    if customer_id is None:
        raise Http404
    if request.method == "POST":
        mail_choices.choose_mails(customer_id, Wish.NO)
    return render(request, "organizations/no_more_mails.html", {"is_done": request.method == "POST"})
