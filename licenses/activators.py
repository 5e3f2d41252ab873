"""Who activated a computer, as a viewer may know it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.audit import Actor, Kind
from licenses.models import Activation
from licenses.sharing import knows_person, person_called
from organizations.events import actor_as_seen_by, vendor_name
from organizations.models import Customer
from organizations.viewer import Viewer

RELATED = ("activated_by__customer", "activated_for")
"""What has to be fetched with the activations, beside their licenses with the contacts of their organizations."""


def name_activators(viewer: Viewer, activations: Iterable[Activation]) -> None:
    """Say on each activation who activated it, as `viewer` may know it."""
    for activation in activations:
        activation.activated_by_name = _name(viewer, activation)


def _name(viewer: Viewer, activation: Activation) -> str:
    license, user, group = activation.license, activation.activated_by, activation.activated_for
    if user == viewer.user:
        return _("you")
    actor = Actor(
        Kind(activation.activated_as),
        user.pk if user else None,
        user.get_full_name() if user else "",
        group.name if group else "",
        group.pk if group else None,
    )
    customer: Customer | None = getattr(user, "customer", None)
    organization_id = customer.organization_id if customer else None
    is_known = knows_person(viewer, viewer.ways_to(license), license, actor.user_id, organization_id)
    called = person_called(viewer, license, actor.user_id)
    return actor_as_seen_by(viewer, actor, vendor=vendor_name(), is_person_known=is_known, called=called)
