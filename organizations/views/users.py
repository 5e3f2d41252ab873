"""What contacts do with the users of their organization: edit, let leave, name contacts."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.fresh import fresh_sign_in_required
from organizations.forms.users import ContactsForm, LeaveForm, UserForm
from organizations.licenses_of import licenses_of
from organizations.membership.contacts import Pair, change_contacts
from organizations.membership.leaving import end_membership, open_invitations_of
from organizations.membership.managing import NoLongerYours, Refused, Task, is_contact
from organizations.membership.people import Overtaken, edit_user, values_of
from organizations.middleware import SignedInRequest
from organizations.views.gate import visible_member, visible_organization


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, organization_id: UUID, member_id: UUID) -> HttpResponse:
    """Edit what a contact knows of a user; never the address, which is the key to licenses."""
    organization = visible_organization(request.viewer, organization_id, Task.EDIT_USER)
    member = visible_member(request.viewer, organization, member_id)
    form = UserForm(values_of(member), request.POST.dict() if request.method == "POST" else None)
    if form.is_valid():
        try:
            edit_user(request.viewer, organization.pk, member.pk, form.cleaned_data, form.cleaned_data["seen"])
        except Overtaken as overtaken:
            form.keep_seen(overtaken.values)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["full_name"]})
            return redirect("organizations:detail", organization_id=organization.pk)
    context = {"organization": organization, "member": member, "form": form}
    return render(request, "organizations/user_edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: SignedInRequest, organization_id: UUID, member_id: UUID) -> HttpResponse:
    """Show everything that somebody has of the organization, and settle it with one confirmation."""
    organization = visible_organization(request.viewer, organization_id, Task.END_MEMBERSHIP)
    member = visible_member(request.viewer, organization, member_id)
    possessions = licenses_of().possessions(member.pk, organization.pk)
    invitations = open_invitations_of(member, organization.pk)
    form = LeaveForm(organization, member, possessions, invitations, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            end_membership(request.viewer, organization.pk, member.pk, form.settlement())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("%(name)s no longer belongs to %(organization)s.")
            messages.success(request, words % {"name": member.user.get_full_name(), "organization": organization.name})
            return redirect("organizations:detail", organization_id=organization.pk)
    context = {
        "organization": organization,
        "member": member,
        "form": form,
        "is_contact": is_contact(member.pk, organization),
    }
    return render(request, "organizations/user_leave.html", context)


@fresh_sign_in_required
@require_http_methods(["GET", "HEAD", "POST"])
def contacts(request: SignedInRequest, organization_id: UUID) -> HttpResponse:
    """Choose the two contacts among the members; it takes effect at once."""
    organization = visible_organization(request.viewer, organization_id, Task.CHANGE_CONTACTS)
    form = ContactsForm(organization, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            change_contacts(request.viewer, organization.pk, form.wanted(), form.seen())
        except NoLongerYours as refusal:
            messages.error(request, str(refusal))
            return redirect("licenses:overview")
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("organizations:contacts", organization_id=organization.pk)
        messages.success(request, _("The contacts are changed. Everybody concerned gets a mail."))
        is_still = request.viewer.customer_id in form.wanted().people or request.user.is_staff
        if not is_still:
            return redirect("licenses:overview")
        return redirect("organizations:detail", organization_id=organization.pk)
    context = {"organization": organization, "form": form, "now": Pair.of(organization)}
    return render(request, "organizations/contacts.html", context)
