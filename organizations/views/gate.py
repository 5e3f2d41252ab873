"""The first line of every organization view: fetch what exists for the person, and check what they may do there."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from organizations.access import get_visible_or_404
from organizations.membership.managing import Task, may_manage
from organizations.models import Customer, GroupInvitation, GroupMember, Invitation, Organization, UserGroup
from organizations.privileges import Privilege
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


def own_group(viewer: Viewer, *, is_managing: bool = False) -> UserGroup:
    """Return the viewer's user group; `is_managing` asks for its manager.

    Raises Http404 for who belongs to none, and PermissionDenied with a sentence for those of a group
    that is switched off, and for members where a manager is needed.
    """
    refuse_switched_off(viewer)
    if viewer.group_id is None:
        raise Http404
    group: UserGroup = get_visible_or_404(UserGroup.objects, viewer, viewer.group_id)
    if is_managing and not viewer.is_group_manager:
        raise PermissionDenied(_("Only a manager of %(group)s does that.") % {"group": group.name})
    return group


def require_organizations(viewer: Viewer, privilege: Privilege | None = None) -> None:
    """Let user groups and staff pass to the list of organizations.

    Raises Http404 for everybody else, and PermissionDenied where the group needs `privilege` and
    where it is switched off.
    """
    is_staff = viewer.staff_may("view", "organizations.organization")
    if privilege is None and is_staff:
        return
    refuse_switched_off(viewer)
    if viewer.group_id is None and not is_staff:
        raise Http404
    if privilege is not None and not viewer.has(privilege):
        raise PermissionDenied(_("Only the vendor, and user groups that were allowed to, do that."))


def staff_add_page(viewer: Viewer) -> str:
    """Return where staff make organizations; empty for everybody else."""
    may_add = viewer.staff_may("add", "organizations.organization")
    return reverse("admin:organizations_organization_add") if may_add else ""


def refuse_switched_off(viewer: Viewer) -> None:
    """Tell people of a user group that is switched off why its pages are closed (Product rules, section 5)."""
    if viewer.switched_off_group:
        raise PermissionDenied(
            _(
                "Your user group %(group)s was switched off, so its pages are closed. What you hold yourself stays. "
                "Ask the vendor what happened."
            )
            % {"group": viewer.switched_off_group}
        )


def visible_group_member(viewer: Viewer, group: UserGroup, member_id: UUID) -> GroupMember:
    """Return a member of the group who exists for `viewer`, on the same terms."""
    member: GroupMember = get_visible_or_404(GroupMember.objects, viewer, member_id, "user", user_group_id=group.pk)
    return member


def visible_group_invitation(viewer: Viewer, group: UserGroup, invitation_id: UUID) -> GroupInvitation:
    """Return an invitation into the group that exists for `viewer`, on the same terms."""
    invitation: GroupInvitation = get_visible_or_404(
        GroupInvitation.objects, viewer, invitation_id, user_group_id=group.pk
    )
    return invitation


def _who_can(organization: Organization) -> str:
    contacts = [organization.primary_contact, organization.secondary_contact]
    names = [each.user.get_full_name() for each in contacts if each is not None]
    if not names:
        return _("Only the vendor does that for %(organization)s.") % {"organization": organization.name}
    values = {"organization": organization.name, "names": " · ".join(names)}
    return _("Only the contacts of %(organization)s do that: %(names)s.") % values
