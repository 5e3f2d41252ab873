"""Rows locked before anything is decided about them, and the trail of what was decided."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.audit import Actor, Concerned, Detail, Happening, Kind, record_each, record_many
from accounts.models import User
from licenses.models import Activation, License
from licenses.querysets import LicenseQuerySet
from licenses.sharing import not_allowed
from organizations.access import Action, may, viewer_for
from organizations.viewer import Viewer, Way


def locked_license(license_id: UUID) -> License:
    """Return the license with its row locked until the transaction ends; everything is decided on this copy."""
    return _locked().get(pk=license_id)


def locked_licenses(license_ids: Iterable[UUID]) -> list[License]:
    """Return several licenses likewise, locked in the order of their ids, so that no two wait for each other.

    A query for the ids is not asked anew once the rows are locked: look at them again.
    """
    return list(_locked().filter(pk__in=license_ids).order_by("pk"))


def _locked() -> LicenseQuerySet:
    return License.objects.select_for_update(of=("self",)).select_related("product_version__product", "organization")


def locked_activation(activation_id: UUID) -> Activation:
    """Return the activation as it is once its license's row is locked; the license hangs on it."""
    license = locked_license(Activation.objects.values_list("license_id", flat=True).get(pk=activation_id))
    activation = license.activations.get(pk=activation_id)
    activation.license = license
    return activation


def hold_rights(actor: Actor, action: Action, *licenses: License) -> None:
    """Look again, under the lock of the licenses, whether who acts for a user group may do `action` with each of them.

    What the gate allowed may have ended since: a license went to another group, the group was switched off or
    lost the privilege, the person left it. They get the page that the gate gives then: raises
    Http404 or PermissionDenied. The group's row is only read, so that nobody waits for a long
    order of it; what changes there at the same moment counts from then on.
    """
    if actor.kind is not Kind.GROUP or not licenses:
        return
    viewer = viewer_now(actor)
    for license in licenses:
        ways = viewer.ways_to(license)
        if not ways:
            raise Http404
        if Way.GROUP not in ways or not may(viewer, action, license):
            raise PermissionDenied(not_allowed(viewer, action, license))


def hold_rights_each(actors: Mapping[UUID, Actor], action: Action, licenses: Iterable[License]) -> None:
    """Look again likewise for several locked licenses, each with its actor in `actors`."""
    rows = list(licenses)
    for actor in dict.fromkeys(actors[each.pk] for each in rows):
        hold_rights(actor, action, *(each for each in rows if actors[each.pk] == actor))


def viewer_now(actor: Actor) -> Viewer:
    """Return who acts, with the roles that they hold now, as the rows say."""
    if actor.user_id is None:
        raise ValueError("what is done for a user group is somebody's")
    rows = User.objects.select_related("customer", "group_member__user_group")
    return viewer_for(rows.get(pk=actor.user_id))


def concerned_by(license: License) -> Concerned:
    """Return whom an event about `license` concerns at present."""
    return Concerned(license.customer_id, license.organization_id, license.user_group_id)


def record_about(
    activation: Activation, actor: Actor, action: str, details: dict[str, Detail], now: datetime | None
) -> None:
    """Write down what happened to a computer of a license, with the computer's name at that time."""
    record_about_each([activation], actor, action, details, now)


def record_about_each(
    activations: Sequence[Activation], actor: Actor, action: str, details: dict[str, Detail], now: datetime | None
) -> None:
    """Write down what happened to several computers of one license, one event for each."""
    license = activations[0].license
    every = [{**_facts_of(each), **details} for each in activations]
    record_each(actor, action, license, every, concerned=concerned_by(license), now=now)


def record_about_many(activations: Sequence[Activation], actor: Actor, action: str, now: datetime | None) -> None:
    """Write down what happened to computers of several licenses at once, one event for each."""
    happenings = [Happening(each.license, concerned_by(each.license), _facts_of(each)) for each in activations]
    record_many(actor, action, happenings, now)


def _facts_of(activation: Activation) -> dict[str, Detail]:
    return {"computer": activation.label, "activation": str(activation.pk)}
