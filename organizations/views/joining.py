"""The page that a mailed invitation leads to. Opening it changes nothing; its buttons do."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.sign_in_codes import request_code
from organizations.forms.joining import JoinForm, look_of
from organizations.invitation_links import inviter_of
from organizations.licenses_of import Holding, Look, licenses_of
from organizations.membership.joining import Joined, NotForYou, accept, decline, invitation_for, is_known
from organizations.membership.managing import Refused
from organizations.models import Customer, Invitation


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def join(request: HttpRequest, invitation_token: str) -> HttpResponse:
    """Say who invites to what, and let whoever the address belongs to answer."""
    invitation = invitation_for(invitation_token)
    if invitation is None:
        return render(request, "organizations/invitation_ended.html", status=410)
    user = request.user if isinstance(request.user, User) else None
    if user is None and is_known(invitation):
        context = {"invitation": invitation, "inviter": inviter_of(invitation)}
        return render(request, "organizations/invitation_sign_in.html", context)
    if user is not None and user.email != invitation.email:
        return render(request, "organizations/invitation_for_another.html", {"invitation": invitation}, status=403)
    form = _form(request, user)
    if form.is_valid():
        return _answer(request, invitation_token, user, form)
    return _question(request, invitation, form)


def _form(request: HttpRequest, user: User | None) -> JoinForm:
    """Return the form: with the answer that was sent; or with what was chosen so far, while the person still looks."""
    sent, ticked = request.POST, request.POST.getlist("licenses")
    personal = _personal(user, look_of(sent.get("q", ""), ticked))
    if request.method != "POST" or "look" in sent:
        return JoinForm(personal, initial={**sent.dict(), "licenses": ticked})
    return JoinForm(personal, sent)


def _answer(request: HttpRequest, token: str, user: User | None, form: JoinForm) -> HttpResponse:
    try:
        if form.cleaned_data["answer"] == "accept":
            return _welcome(request, accept(token, user, form.handed_over()))
        declined = decline(token, user, is_blocking=form.cleaned_data["answer"] == "block")
    except NotForYou:
        return render(request, "organizations/invitation_ended.html", status=410)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("organizations:join", invitation_token=token)
    return render(request, "organizations/invitation_declined.html", {"invitation": declined})


def _welcome(request: HttpRequest, joined: Joined) -> HttpResponse:
    """Lead into the portal; who is new here proves the address first, by the code that is on its way to it."""
    name = joined.customer.organization
    if joined.is_new:
        request_code(request, joined.customer.user.email)
        words = _("You belong to %(organization)s now. Type the code that was just mailed to you to sign in.")
        messages.success(request, words % {"organization": name})
        return redirect("account_confirm_login_code")
    messages.success(request, _("You belong to %(organization)s now.") % {"organization": name})
    return redirect("licenses:overview")


def _personal(user: User | None, look: Look) -> Holding:
    """Return the licenses that the person may hand over."""
    customer: Customer | None = getattr(user, "customer", None)
    return licenses_of().personal(customer.pk, look) if customer is not None else Holding()


def _question(request: HttpRequest, invitation: Invitation, form: JoinForm) -> HttpResponse:
    context = {
        "invitation": invitation,
        "inviter": inviter_of(invitation),
        "form": form,
        "organization": invitation.organization,
    }
    return render(request, "organizations/invitation.html", context)
