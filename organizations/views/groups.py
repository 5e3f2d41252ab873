"""The page of one's user group, and what its managers do there: invite and remove members."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations.forms.groups import GroupInviteForm, RemoveForm
from organizations.group_page import facts_about, held, meters, not_held
from organizations.groups.invitations import invite, resend, withdraw
from organizations.groups.members import removal_refusal, remove_member
from organizations.licenses_of import licenses_of
from organizations.membership.managing import Refused
from organizations.middleware import SignedInRequest
from organizations.models import GroupInvitation, GroupMember
from organizations.paging import Cursor, page_of
from organizations.views.gate import own_group, visible_group_invitation, visible_group_member


@require_safe
def group(request: SignedInRequest) -> HttpResponse:
    """Show what the group may do, how much of its limits is used, and who belongs to it."""
    viewer, parameters = request.viewer, request.GET.dict()
    group = own_group(viewer)
    members = GroupMember.objects.visible_to(viewer).filter(user_group=group).select_related("user")
    invitations = GroupInvitation.objects.visible_to(viewer).open().filter(user_group=group)
    context = {
        "group": group,
        "may_manage": viewer.is_group_manager,
        "held": held(group),
        "not_held": not_held(group),
        "meters": meters(group),
        "facts": facts_about(group),
        "products": licenses_of().products_of(group),
        "members": page_of(members, Cursor.read(parameters)),
        "invitations": page_of(invitations, Cursor.read(parameters, "invited_"), "invited_"),
        "own_id": viewer.user.pk,
    }
    return render(request, "organizations/group.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest) -> HttpResponse:
    """Invite one person into the group."""
    viewer = request.viewer
    group = own_group(viewer, is_managing=True)
    form = GroupInviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            invite(viewer, form.cleaned_data["email"], form.cleaned_data["full_name"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("A mail that invites %(address)s is on its way.")
            messages.success(request, words % {"address": form.cleaned_data["email"]})
            return redirect("organizations:group")
    return render(request, "organizations/group_member_add.html", {"group": group, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: SignedInRequest, colleague_id: UUID) -> HttpResponse:
    """Say what removing somebody means, and remove them."""
    viewer = request.viewer
    group = own_group(viewer, is_managing=True)
    member = visible_group_member(viewer, group, colleague_id)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            remove_member(viewer, member.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("%(name)s does not belong to %(group)s any more.")
            messages.success(request, words % {"name": member.user.get_full_name(), "group": group.name})
            return redirect("organizations:group")
    context = {"group": group, "member": member, "form": form, "refusal": removal_refusal(viewer, member)}
    return render(request, "organizations/group_member_remove.html", context)


@require_POST
def mail_again(request: SignedInRequest, group_invitation_id: UUID) -> HttpResponse:
    """Mail an invitation once more."""
    viewer = request.viewer
    invitation = visible_group_invitation(viewer, own_group(viewer, is_managing=True), group_invitation_id)
    try:
        resend(viewer, invitation.pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("%(address)s is mailed again. The link of the mail before works no more.")
        messages.success(request, words % {"address": invitation.email})
    return redirect("organizations:group")


@require_POST
def take_back(request: SignedInRequest, group_invitation_id: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    viewer = request.viewer
    invitation = visible_group_invitation(viewer, own_group(viewer, is_managing=True), group_invitation_id)
    try:
        withdraw(viewer, invitation.pk)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The invitation of %(name)s is withdrawn.") % {"name": invitation.full_name})
    return redirect("organizations:group")
