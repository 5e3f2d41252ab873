"""WHOSE licenses are."""

from organizations.models.invitations import Invitation, InvitationBlock
from organizations.models.organizations import Customer, GroupMember, Organization, OrganizationDomain, UserGroup

__all__ = [
    "Customer",
    "GroupMember",
    "Invitation",
    "InvitationBlock",
    "Organization",
    "OrganizationDomain",
    "UserGroup",
]
