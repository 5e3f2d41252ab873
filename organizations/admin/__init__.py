"""Customers, organizations and user groups in Django's admin, one file per family."""

from organizations.admin.customers import CustomerAdmin
from organizations.admin.organizations import OrganizationAdmin
from organizations.admin.user_groups import GroupMemberAdmin, UserGroupAdmin

__all__ = ["CustomerAdmin", "GroupMemberAdmin", "OrganizationAdmin", "UserGroupAdmin"]
