"""The page of an organization: its contacts for whoever belongs to it, all the rest for who looks after it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from organizations.licenses_of import licenses_of
from organizations.member_list import LONGEST_TEXT, member_page, read_text
from organizations.membership.contacts import naming_refusal
from organizations.membership.managing import Task, is_contact, may_manage
from organizations.middleware import SignedInRequest
from organizations.models import Customer, Invitation, Organization
from organizations.paging import Cursor, page_of
from organizations.viewer import Viewer
from organizations.views.gate import visible_organization


@require_safe
def detail(request: SignedInRequest, organization_id: UUID) -> HttpResponse:
    """Show the organization, as much of it as the person may see."""
    viewer = request.viewer
    organization = visible_organization(viewer, organization_id)
    contacts = [organization.primary_contact, organization.secondary_contact]
    context: dict[str, object] = {
        "organization": organization,
        "contacts": [(_role(organization, each), each) for each in contacts if each is not None],
        "is_contact": is_contact(viewer.customer_id, organization),
        "is_member": viewer.own_organization_id == organization.pk,
        "may": {task.name.lower(): may_manage(viewer, organization, task) for task in Task},
    }
    if may_manage(viewer, organization, Task.SEE_USERS):
        context |= _managed(viewer, organization, request.GET.dict())
    return render(request, "organizations/organization_detail.html", context)


def _managed(viewer: Viewer, organization: Organization, parameters: dict[str, str]) -> dict[str, object]:
    """Return what only those see who look after the organization."""
    text = read_text(parameters)
    invitations = Invitation.objects.visible_to(viewer).open().filter(organization=organization)
    return {
        "text": text,
        "members": member_page(viewer, organization, text, Cursor.read(parameters)),
        "invitations": page_of(invitations, Cursor.read(parameters, "invited_"), "invited_"),
        "numbers": licenses_of().counted(viewer, organization.pk),
        "may_name": may_manage(viewer, organization, Task.NAME_CONTACT) and naming_refusal(organization) is None,
        "notes": organization.notes if _serves(viewer, organization) else "",
        "domains": [each.domain for each in organization.domains.order_by("domain")],
    }


def _serves(viewer: Viewer, organization: Organization) -> bool:
    """Return whether `viewer` is of the group that serves the organization, or staff: notes are for them alone."""
    is_theirs = viewer.group_id is not None and viewer.group_id == organization.user_group_id
    return is_theirs or viewer.staff_may("view", "organizations.organization")


def _role(organization: Organization, contact: Customer) -> str:
    return "primary" if contact.pk == organization.primary_contact_id else "secondary"


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: SignedInRequest, organization_id: UUID) -> HttpResponse:
    """Lead to the page with the users that a text finds; reading this address leads to the page."""
    organization = visible_organization(request.viewer, organization_id, Task.SEE_USERS)
    address = reverse("organizations:detail", args=[organization.pk])
    text = request.POST.get("q", "").strip()[:LONGEST_TEXT]
    return redirect(f"{address}?{urlencode({'q': text})}" if text else address)
