"""Who is signed in, fetched together with their roles, so that a page asks the database once for both."""

from uuid import UUID

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.signin import PasswordBackend


class RolesBackend(PasswordBackend):
    """Signs in by password; the person of each later request comes with customer and user group."""

    def get_user(self, user_id: UUID) -> User | None:
        """Return the person of a session, or None when they are gone or switched off."""
        related = "customer", "group_member__user_group"
        user = User.objects.select_related(*related).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def _get_user_permissions(self, user: User) -> QuerySet[Permission]:
        """Return Django's permissions of a person, their own and those of Django's groups, as one query."""
        return Permission.objects.filter(Q(user=user) | Q(group__user=user))

    def _get_group_permissions(self, user: User) -> QuerySet[Permission]:
        """Return none: those of groups are among the person's own, so nothing is asked for them."""
        return Permission.objects.none()
