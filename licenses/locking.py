"""Rows locked before anything is decided about them, and the trail of what was decided."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from accounts.audit import Actor, Concerned, Detail, Happening, record_each, record_many
from licenses.models import Activation, License
from licenses.querysets import LicenseQuerySet


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
