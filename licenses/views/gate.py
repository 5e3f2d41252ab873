"""The first line of every license view: fetch what exists for the person, and check what they may do with it."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import F

from licenses.models import Activation, License
from licenses.sharing import not_allowed
from organizations.access import Action, get_visible_or_404, may
from organizations.viewer import Viewer

LICENSE_RELATED = (
    "product_version__product",
    "customer__user",
    "entered",
    "organization__primary_contact__user",
    "organization__secondary_contact__user",
    "user_group",
)


def visible_license(viewer: Viewer, license_id: UUID, action: Action = Action.SEE, *related: str) -> License:
    """Return the license if it exists for `viewer` and they may do `action` with it.

    It comes with the `related` rows that are named; with everything a page about it shows where none is.

    Raises Http404 when it does not exist for them, and PermissionDenied with a sentence that
    names who can when they see it but may not.
    """
    license: License = get_visible_or_404(License.objects, viewer, license_id, *(related or LICENSE_RELATED))
    _require(viewer, action, license)
    return license


def visible_activation(viewer: Viewer, license_id: UUID, activation_id: UUID, action: Action) -> Activation:
    """Return the activation of that license on the same terms as `visible_license`."""
    related = [f"license__{name}" for name in LICENSE_RELATED]
    activation: Activation = get_visible_or_404(
        Activation.objects, viewer, activation_id, *related, license_id=license_id
    )
    _require(viewer, action, activation.license)
    return activation


def visible_activations(viewer: Viewer, action: Action = Action.SEE, **lookups: object) -> list[Activation]:
    """Return the activations that fit `lookups` and exist for `viewer`; of any other nothing is told.

    Raises PermissionDenied when they may not do `action` with the license of each.
    """
    related = [f"license__{name}" for name in LICENSE_RELATED]
    found = list(Activation.objects.visible_to(viewer).select_related(*related).filter(**lookups))
    for activation in found:
        _require(viewer, action, activation.license)
    return found


def visible_selection(viewer: Viewer, license_ids: Sequence[UUID]) -> list[License]:
    """Return the licenses among those that exist for `viewer`, soonest to expire first; of others nothing is told."""
    rows = License.objects.visible_to(viewer).select_related(*LICENSE_RELATED).filter(pk__in=license_ids)
    return list(rows.order_by(F("expires_on").asc(nulls_last=True), "-pk"))


def _require(viewer: Viewer, action: Action, license: License) -> None:
    if not may(viewer, action, license):
        raise PermissionDenied(not_allowed(viewer, action, license))
