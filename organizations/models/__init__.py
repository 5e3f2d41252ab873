"""WHOSE licenses are."""

from organizations.models.entered import EnteredCustomer
from organizations.models.invitations import GroupInvitation, GroupInvitationBlock, Invitation, InvitationBlock
from organizations.models.organizations import Customer, Organization, OrganizationDomain, OrganizationTenant
from organizations.models.user_groups import GroupMember, UserGroup

__all__ = [
    "Customer",
    "EnteredCustomer",
    "GroupInvitation",
    "GroupInvitationBlock",
    "GroupMember",
    "Invitation",
    "InvitationBlock",
    "Organization",
    "OrganizationDomain",
    "OrganizationTenant",
    "UserGroup",
]
