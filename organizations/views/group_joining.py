"""The page that an invitation into a user group leads to. Opening it changes nothing; its buttons do."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.sign_in_codes import request_code
from organizations.forms.groups import GroupJoinForm
from organizations.groups.joining import Joined, accept, decline, invitation_for
from organizations.invitation_links import inviter_of
from organizations.membership.joining import NotForYou, is_known
from organizations.membership.managing import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def join(request: HttpRequest, group_token: str) -> HttpResponse:
    """Say who invites into which group, and let whoever the address belongs to answer."""
    invitation = invitation_for(group_token)
    if invitation is None:
        return render(request, "organizations/invitation_ended.html", status=410)
    user = request.user if isinstance(request.user, User) else None
    if user is None and is_known(invitation):
        context = {"invitation": invitation, "inviter": inviter_of(invitation)}
        return render(request, "organizations/invitation_sign_in.html", context)
    if user is not None and user.email != invitation.email:
        return render(request, "organizations/invitation_for_another.html", {"invitation": invitation}, status=403)
    form = GroupJoinForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _answer(request, group_token, user, form)
    context = {"invitation": invitation, "inviter": inviter_of(invitation), "form": form}
    return render(request, "organizations/group_invitation.html", context)


def _answer(request: HttpRequest, token: str, user: User | None, form: GroupJoinForm) -> HttpResponse:
    try:
        if form.cleaned_data["answer"] == "accept":
            return _welcome(request, accept(token, user))
        declined = decline(token, user, is_blocking=form.cleaned_data["answer"] == "block")
    except NotForYou:
        return render(request, "organizations/invitation_ended.html", status=410)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("organizations:group_join", group_token=token)
    return render(request, "organizations/invitation_declined.html", {"invitation": declined})


def _welcome(request: HttpRequest, joined: Joined) -> HttpResponse:
    """Lead to the group; who is new here proves the address first, by the code that is on its way to it."""
    name = joined.member.user_group.name
    if joined.is_new:
        request_code(request, joined.member.user.email)
        words = _("You belong to %(group)s now. Type the code that was just mailed to you to sign in.")
        messages.success(request, words % {"group": name})
        return redirect("account_confirm_login_code")
    messages.success(request, _("You belong to %(group)s now.") % {"group": name})
    return redirect("organizations:group")
