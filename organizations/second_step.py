"""Who must have a second step, by their roles (PORTAL_SECOND_STEP_FOR)."""

from accounts.models import User
from accounts.second_step import SecondStepAdapter, required_of
from organizations.access import viewer_for
from organizations.viewer import Viewer


def must_have_second_step(viewer: Viewer) -> bool:
    """Return whether one of the roles that `viewer` holds now needs a second step."""
    held = {
        "staff": viewer.user.is_staff,
        "contacts": bool(viewer.contact_of),
        "group_members": viewer.group_id is not None,
    }
    return any(held[role] for role in required_of())


class RolesSecondStepAdapter(SecondStepAdapter):
    """Knows all roles."""

    def is_required_for(self, user: User) -> bool:
        """Return whether one of the roles that `user` holds now needs a second step."""
        return must_have_second_step(viewer_for(user))
