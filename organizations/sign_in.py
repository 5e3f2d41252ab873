"""Who is signed in, fetched together with their roles, so that a page asks the database once for both."""

from uuid import UUID

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from accounts.matching import MatchingAdapter
from accounts.models import User
from accounts.rows import only_row
from accounts.second_step import with_second_step
from accounts.signin import PasswordBackend
from organizations.models import GroupMember, Organization


class RolesBackend(PasswordBackend):
    """Signs in by password; the person of each later request comes with customer and user group."""

    def get_user(self, user_id: UUID) -> User | None:
        """Return the person of a session, or None when they are gone or switched off."""
        related = "customer", "group_member__user_group"
        user = only_row(with_second_step(User.objects.select_related(*related)).filter(pk=user_id))
        return user if user is not None and self.user_can_authenticate(user) else None

    def _get_user_permissions(self, user: User) -> QuerySet[Permission]:
        """Return Django's permissions of a person, their own and those of Django's groups, as one query."""
        return Permission.objects.filter(Q(user=user) | Q(group__user=user))

    def _get_group_permissions(self, user: User) -> QuerySet[Permission]:
        """Return none: those of groups are among the person's own, so nothing is asked for them."""
        return Permission.objects.none()


class IdentityAdapter(MatchingAdapter):
    """Matches identities, and knows which Microsoft tenants staff entered for which organization."""

    def has_entered_tenant(self, user: User, tenant: str) -> bool:
        """Return whether staff entered `tenant` for the organization that the person belongs to.

        The tenant's administrators can write any address into it. So it vouches only for members, and for
        none who can do anything elsewhere: for a user group, as a contact of another organization, as staff;
        and where the organization has mail domains, only for addresses there.
        """
        organizations = Organization.objects.filter(tenants__tenant_id=tenant, members__user=user)
        organizations = organizations.filter(Q(domains=None) | Q(domains__domain=user.email.rpartition("@")[2]))
        if not tenant or user.is_staff or GroupMember.objects.filter(user=user).exists():
            return False
        is_contact = Q(primary_contact__user=user) | Q(secondary_contact__user=user)
        elsewhere = Organization.objects.filter(is_contact).exclude(pk__in=organizations.values("pk"))
        return organizations.exists() and not elsewhere.exists()
