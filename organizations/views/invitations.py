"""What contacts do with invitations: invite one or many, mail again, withdraw."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from organizations.forms.invitations import InviteForm, InviteManyForm
from organizations.membership.invitations import OutsideDomains, invite, resend, withdraw
from organizations.membership.managing import Refused, Task
from organizations.membership.many import invite_all, plan
from organizations.middleware import SignedInRequest
from organizations.views.gate import visible_invitation, visible_organization


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest, organization_id: UUID) -> HttpResponse:
    """Invite one person."""
    organization = visible_organization(request.viewer, organization_id, Task.INVITE)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        wanted = form.cleaned_data
        try:
            invite(
                request.viewer,
                organization.pk,
                wanted["email"],
                wanted["full_name"],
                is_outside_meant=wanted["is_outside_meant"],
            )
        except OutsideDomains as refusal:
            form.ask_whether_meant(str(refusal))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("A mail that invites %(address)s is on its way.") % {"address": wanted["email"]}
            )
            return redirect("organizations:detail", organization_id=organization.pk)
    return render(request, "organizations/user_add.html", {"organization": organization, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def add_many(request: SignedInRequest, organization_id: UUID) -> HttpResponse:
    """Take a pasted list or a CSV file, show what will happen to each line, then invite."""
    organization = visible_organization(request.viewer, organization_id, Task.INVITE)
    form = InviteManyForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"organization": organization, "form": form}
    if request.method == "POST" and form.is_valid():
        planned = plan(organization, form.cleaned_data["lines"], is_outside_meant=form.cleaned_data["is_outside_meant"])
        context["plan"] = planned
        form = context["form"] = form.shown_again()
        if request.POST.get("do") == "invite" and planned.is_possible:
            try:
                number = invite_all(request.viewer, organization.pk, planned)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _number_invited(number))
                return redirect("organizations:detail", organization_id=organization.pk)
    return render(request, "organizations/users_add.html", context)


def _number_invited(number: int) -> str:
    text = ngettext("%(number)d invitation is on its way.", "%(number)d invitations are on their way.", number)
    return text % {"number": number}


@require_POST
def mail_again(request: SignedInRequest, organization_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Mail an invitation once more."""
    organization = visible_organization(request.viewer, organization_id, Task.INVITE)
    invitation = visible_invitation(request.viewer, organization, invitation_id)
    try:
        resend(request.viewer, organization.pk, invitation.pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("%(address)s is mailed again. The link of the mail before works no more.")
        messages.success(request, words % {"address": invitation.email})
    return redirect("organizations:detail", organization_id=organization.pk)


@require_POST
def take_back(request: SignedInRequest, organization_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    organization = visible_organization(request.viewer, organization_id, Task.INVITE)
    invitation = visible_invitation(request.viewer, organization, invitation_id)
    try:
        withdraw(request.viewer, organization.pk, invitation.pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The invitation of %(name)s is withdrawn.") % {"name": invitation.full_name})
    return redirect("organizations:detail", organization_id=organization.pk)
