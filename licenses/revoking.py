"""What somebody who may revoke a license can do about it now: end it, undo that, or read who can (section 5)."""

from dataclasses import dataclass

from licenses.issuers import changing_actor
from licenses.issuing import is_revoked_already, reinstate_refusal
from licenses.models import License
from organizations.access import Action, may
from organizations.viewer import Viewer


@dataclass(frozen=True)
class Revoking:
    """Which buttons there are, and why there is none to reinstate a revoked license.

    Staff have both for what a user group revoked: once they revoke it too, only they reinstate it.
    """

    can_revoke: bool = False
    can_reinstate: bool = False
    refusal: str = ""


def revoking(viewer: Viewer, license: License) -> Revoking:
    """Return what `viewer` can do now about a license that exists for them; nothing where revoking is not theirs."""
    if not may(viewer, Action.REVOKE, license):
        return Revoking()
    actor = changing_actor(viewer, license, Action.REVOKE)
    can_revoke = not is_revoked_already(license, actor)
    if license.revoked_at is None:
        return Revoking(can_revoke)
    refusal = reinstate_refusal(license, actor)
    return Revoking(can_revoke, refusal is None, refusal.sentence if refusal else "")
