"""WHOSE licenses are."""

from organizations.models.invitations import Invitation, InvitationBlock
from organizations.models.organizations import (
    Customer,
    GroupMember,
    Organization,
    OrganizationDomain,
    OrganizationTenant,
    UserGroup,
)

__all__ = [
    "Customer",
    "GroupMember",
    "Invitation",
    "InvitationBlock",
    "Organization",
    "OrganizationDomain",
    "OrganizationTenant",
    "UserGroup",
]
