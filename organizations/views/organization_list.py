"""The organizations of a user group: list, make, change, name the first contact."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.fresh import fresh_sign_in_required
from organizations.forms.organizations import FirstContactForm, OrganizationForm
from organizations.member_list import LONGEST_TEXT, read_text
from organizations.membership.contacts import name_first_contact, naming_refusal
from organizations.membership.managing import Refused, Task
from organizations.membership.naming import Stale, create_organization, edit_organization
from organizations.middleware import SignedInRequest
from organizations.models import Customer
from organizations.organization_list import organization_page
from organizations.paging import Cursor
from organizations.privileges import Privilege
from organizations.views.gate import require_organizations, staff_add_page, visible_organization

MOST_OFFERED = 200


@require_safe
def organization_list(request: SignedInRequest) -> HttpResponse:
    """Show one page of the organizations."""
    viewer, parameters = request.viewer, request.GET.dict()
    require_organizations(viewer)
    text = read_text(parameters)
    context = {
        "page": organization_page(viewer, text, Cursor.read(parameters)),
        "text": text,
        "may_create": viewer.has(Privilege.MANAGE_ORGANIZATIONS),
        "sees_all": viewer.has(Privilege.VIEW_ALL_ORGANIZATIONS),
    }
    return render(request, "organizations/organization_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: SignedInRequest) -> HttpResponse:
    """Lead to the list of those that a text finds; reading this address leads to the list."""
    require_organizations(request.viewer)
    text = request.POST.get("q", "").strip()[:LONGEST_TEXT]
    address = reverse("organizations:list")
    return redirect(f"{address}?{urlencode({'q': text})}" if text else address)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest) -> HttpResponse:
    """Make an organization of the group; staff do that in the administration."""
    if url := staff_add_page(request.viewer):
        return redirect(url)
    require_organizations(request.viewer, Privilege.MANAGE_ORGANIZATIONS)
    form = OrganizationForm(None, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            organization = create_organization(request.viewer, form.cleaned_data)
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("%(name)s is made. Invite its first user.") % {"name": organization.name})
            return redirect("organizations:detail", organization_id=organization.pk)
    return render(request, "organizations/organization_create.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, organization_id: UUID) -> HttpResponse:
    """Change name and notes."""
    organization = visible_organization(request.viewer, organization_id, Task.EDIT)
    form = OrganizationForm(organization, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            edit_organization(request.viewer, organization.pk, form.cleaned_data, form.cleaned_data["seen"])
        except Stale as refusal:
            form.add_error(None, str(refusal))
            form.keep_seen(organization)
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["name"]})
            return redirect("organizations:detail", organization_id=organization.pk)
    return render(request, "organizations/organization_edit.html", {"organization": organization, "form": form})


@fresh_sign_in_required
@require_http_methods(["GET", "HEAD", "POST"])
def first_contact(request: SignedInRequest, organization_id: UUID) -> HttpResponse:
    """Name the primary contact of an organization that has none."""
    viewer = request.viewer
    organization = visible_organization(viewer, organization_id, Task.NAME_CONTACT)
    rows = Customer.objects.visible_to(viewer).filter(organization=organization, user__is_active=True)
    members = list(rows.select_related("user").order_by("user__folded_name", "pk")[:MOST_OFFERED])
    why_not = naming_refusal(organization)
    form = FirstContactForm(members, request.POST if request.method == "POST" and why_not is None else None)
    if form.is_valid():
        try:
            name_first_contact(viewer, organization.pk, form.cleaned_data["contact"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The contact is named. Everybody concerned gets a mail."))
            return redirect("organizations:detail", organization_id=organization.pk)
    context = {
        "organization": organization,
        "form": form,
        "members": members,
        "refusal": why_not,
    }
    return render(request, "organizations/first_contact.html", context)
