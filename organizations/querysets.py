"""`visible_to(viewer)`: which customers, organizations and user groups exist for a person.

The only visibility rule (Product rules, section 3); a single object is fetched through
`organizations.access.get_visible_or_404`, which starts here too.
"""

from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from organizations.privileges import Privilege
from organizations.viewer import Viewer

if TYPE_CHECKING:
    from organizations.models import (  # noqa: F401  # named by the base classes
        Customer,
        EnteredCustomer,
        GroupInvitation,
        GroupMember,
        Invitation,
        Organization,
        UserGroup,
    )


def visible_customers(viewer: Viewer, prefix: str = "") -> Q:
    """Return the condition under which a customer exists for `viewer`: the rule of `Viewer.sees_customer`.

    Oneself, the members of organizations one is contact of, the customers of one's group; for
    staff all. `prefix` leads to the customer from another model.
    """
    if viewer.staff_may("view", "organizations.customer"):
        return Q()
    if not viewer.user.is_active:
        return Q(pk__in=())
    visible = Q(**{f"{prefix}organization_id__in": viewer.contact_of})
    if viewer.customer_id is not None:
        visible |= Q(**{f"{prefix}pk": viewer.customer_id})
    if viewer.group_id is not None:
        visible |= Q(**{f"{prefix}user_group_id": viewer.group_id})
    return visible


class CustomerQuerySet(QuerySet["Customer"]):
    """Customers."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return the customers that exist for `viewer`."""
        return self.filter(visible_customers(viewer))


class OrganizationQuerySet(QuerySet["Organization"]):
    """Organizations."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return one's own, those one is contact of, those of one's group; *view all organizations* and staff: all."""
        if viewer.staff_may("view", "organizations.organization"):
            return self.all()
        if not viewer.user.is_active:
            return self.none()
        if viewer.has(Privilege.VIEW_ALL_ORGANIZATIONS):
            return self.all()
        visible = Q(pk__in=viewer.contact_of)
        if viewer.own_organization_id is not None:
            visible |= Q(pk=viewer.own_organization_id)
        if viewer.group_id is not None:
            visible |= Q(user_group_id=viewer.group_id)
        return self.filter(visible)


class UserGroupQuerySet(QuerySet["UserGroup"]):
    """User groups."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return one's own group; staff: all."""
        if viewer.staff_may("view", "organizations.usergroup"):
            return self.all()
        if not viewer.user.is_active or viewer.group_id is None:
            return self.none()
        return self.filter(pk=viewer.group_id)


class GroupMemberQuerySet(QuerySet["GroupMember"]):
    """Members of user groups."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return one's colleagues and oneself; staff: all."""
        if viewer.staff_may("view", "organizations.groupmember"):
            return self.all()
        if not viewer.user.is_active or viewer.group_id is None:
            return self.none()
        return self.filter(user_group_id=viewer.group_id)


class InvitationQuerySet(QuerySet["Invitation"]):
    """Invitations."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return those to organizations that one looks after; staff: all.

        A member sees none, and neither does a group that only sees all organizations (section 3).
        """
        if viewer.staff_may("view", "organizations.organization"):
            return self.all()
        if not viewer.user.is_active:
            return self.none()
        visible = Q(organization_id__in=viewer.contact_of)
        if viewer.group_id is not None:
            visible |= Q(organization__user_group_id=viewer.group_id)
        return self.filter(visible)

    def open(self) -> Self:
        """Return those that nobody answered or withdrew, expired ones too."""
        return self.filter(accepted_at=None, declined_at=None, withdrawn_at=None)


class GroupInvitationQuerySet(QuerySet["GroupInvitation"]):
    """Invitations to user groups."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return those to the group whose manager one is; staff: all."""
        if viewer.staff_may("view", "organizations.usergroup"):
            return self.all()
        if not viewer.user.is_active or viewer.group_id is None or not viewer.is_group_manager:
            return self.none()
        return self.filter(user_group_id=viewer.group_id)

    def open(self) -> Self:
        """Return those that nobody answered or withdrew, expired ones too."""
        return self.filter(accepted_at=None, declined_at=None, withdrawn_at=None)


class EnteredCustomerQuerySet(QuerySet["EnteredCustomer"]):
    """What user groups typed of customers whom they do not serve."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return what one's own group typed, of those it does not serve; of those it serves there is the customer."""
        if not viewer.user.is_active or viewer.group_id is None:
            return self.none()
        return self.filter(user_group_id=viewer.group_id).exclude(customer__user_group_id=viewer.group_id)
