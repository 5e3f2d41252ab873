"""Rows locked before anything is decided about them, and the trail of what was decided."""

from datetime import datetime
from uuid import UUID

from accounts.audit import Actor, Concerned, Detail, record
from licenses.models import Activation, License


def locked_license(license_id: UUID) -> License:
    """Return the license with its row locked until the transaction ends; everything is decided on this copy."""
    related = "product_version__product", "organization"
    return License.objects.select_for_update(of=("self",)).select_related(*related).get(pk=license_id)


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
    license = activation.license
    about: dict[str, Detail] = {"computer": activation.label, "activation": str(activation.pk)}
    record(actor, action, license, concerned=concerned_by(license), details=about | details, now=now)
