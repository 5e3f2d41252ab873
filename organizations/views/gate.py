"""The first line of every organization view: fetch what exists for the person, and check what they may do there."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from organizations.access import get_visible_or_404
from organizations.membership.managing import Task, may_manage
from organizations.models import Customer, Invitation, Organization
from organizations.viewer import Viewer

CONTACTS = ("primary_contact__user", "secondary_contact__user")


def visible_organization(viewer: Viewer, organization_id: UUID, task: Task | None = None) -> Organization:
    """Return the organization if it exists for `viewer` and they may do `task` there.

    Raises Http404 when it does not exist for them, and PermissionDenied with a sentence that names who can.
    """
    organization: Organization = get_visible_or_404(Organization.objects, viewer, organization_id, *CONTACTS)
    if task is not None and not may_manage(viewer, organization, task):
        raise PermissionDenied(_who_can(organization))
    return organization


def visible_member(viewer: Viewer, organization: Organization, customer_id: UUID) -> Customer:
    """Return a user of the organization who exists for `viewer`, on the same terms."""
    member: Customer = get_visible_or_404(
        Customer.objects, viewer, customer_id, "user", organization_id=organization.pk
    )
    return member


def visible_invitation(viewer: Viewer, organization: Organization, invitation_id: UUID) -> Invitation:
    """Return an invitation of the organization that exists for `viewer`, on the same terms."""
    invitation: Invitation = get_visible_or_404(
        Invitation.objects, viewer, invitation_id, organization_id=organization.pk
    )
    return invitation


def _who_can(organization: Organization) -> str:
    contacts = [organization.primary_contact, organization.secondary_contact]
    names = [each.user.get_full_name() for each in contacts if each is not None]
    if not names:
        return _("Only the vendor does that for %(organization)s.") % {"organization": organization.name}
    values = {"organization": organization.name, "names": " · ".join(names)}
    return _("Only the contacts of %(organization)s do that: %(names)s.") % values
