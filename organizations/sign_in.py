"""Who is signed in, fetched together with their roles, so that a page asks the database once for both."""

from uuid import UUID

from accounts.models import User
from accounts.signin import PasswordBackend


class RolesBackend(PasswordBackend):
    """Signs in by password; the person of each later request comes with customer and user group."""

    def get_user(self, user_id: UUID) -> User | None:
        """Return the person of a session, or None when they are gone or switched off."""
        related = "customer", "group_member__user_group"
        user = User.objects.select_related(*related).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
