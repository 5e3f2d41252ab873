"""What contacts do with the users of their organization: edit, let leave, name contacts."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.fresh import fresh_sign_in_required
from organizations.forms.leaving import LeaveForm, is_looking, look_of
from organizations.forms.users import ContactsForm, UserForm
from organizations.licenses_of import licenses_of
from organizations.membership.contacts import Pair, change_contacts
from organizations.membership.leaving import end_membership, sent_by
from organizations.membership.managing import NoLongerYours, Refused, Task, is_contact
from organizations.membership.people import Overtaken, edit_user, values_of
from organizations.middleware import SignedInRequest
from organizations.models import Customer, Organization
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
    form = _leave_form(request, organization, member)
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


def _leave_form(request: SignedInRequest, organization: Organization, member: Customer) -> LeaveForm:
    """Return the form: with what was sent; or with what was chosen so far, while the person still looks."""
    sent, look = request.POST, look_of(request.POST)
    chosen: dict[str, object] = {**sent.dict()}
    holding, invitations = licenses_of().held(member.pk, organization.pk, look), sent_by(member, organization.pk, look)
    if request.method != "POST" or is_looking(sent):
        return LeaveForm(organization, member, holding, invitations, initial=chosen)
    return LeaveForm(organization, member, holding, invitations, sent)


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
            organization.refresh_from_db(fields=["primary_contact", "secondary_contact"])
            form.refuse(str(refusal), Pair.of(organization))
        else:
            return _changed(request, organization, form.wanted())
    context = {"organization": organization, "form": form, "now": Pair.of(organization)}
    return render(request, "organizations/contacts.html", context)


def _changed(request: SignedInRequest, organization: Organization, contacts_now: Pair) -> HttpResponse:
    """Say that the contacts are changed, on the last page of the organization that the person still sees."""
    messages.success(request, _("The contacts are changed. Everybody concerned gets a mail."))
    if request.viewer.customer_id in contacts_now.people or request.user.is_staff:
        return redirect("organizations:detail", organization_id=organization.pk)
    return redirect("licenses:overview")
