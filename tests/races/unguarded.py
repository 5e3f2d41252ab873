"""Stories that read, decide, and write without a lock; those about the counter without a transaction too.

They show that the races would find it out if the portal did so.
"""

from collections.abc import Iterable
from time import sleep, time
from uuid import UUID

from django.utils import timezone

from accounts.audit import Actor
from accounts.models import User
from licenses.activation import Outcome
from licenses.deactivating import Deactivated
from licenses.issuing import issue
from licenses.license_files import issue_first
from licenses.limits import issue_refusal
from licenses.models import Activation, Batch, License
from licenses.orders import Order, Placed
from licenses.quota import quota_of, quota_refusal
from licenses.refusals import none_left_refusal
from organizations.models import UserGroup
from organizations.viewer import Viewer

ONE_MOMENT = 1 / 3
"""Seconds; one process may be slow to begin, and without a crowd nothing is lost."""


def activate(license_id: UUID, actor: Actor, *, computer_id: str, computer_name: str, **_rest: bool) -> Outcome:
    """Activate as somebody might who never heard of simultaneous requests."""
    license = License.objects.select_related("product_version__product", "organization").get(pk=license_id)
    if refusal := none_left_refusal(license):
        raise refusal
    activation = Activation(
        license=license,
        computer_id=computer_id,
        computer_name=computer_name,
        activated_by_id=actor.user_id,
        activated_as=actor.kind,
    )
    issue_first(activation, timezone.now())
    License.objects.filter(pk=license_id).update(activations_in_use=license.activations_in_use + 1)
    return Outcome(activation, is_new=True)


def deactivate(activation_id: UUID, actor: Actor) -> bool:
    """Deactivate likewise."""
    activation = Activation.objects.select_related("license__product_version__product").get(pk=activation_id)
    license = activation.license
    if refusal := quota_refusal(quota_of(license)):
        raise refusal
    Activation.objects.filter(pk=activation_id).update(
        deactivated_at=timezone.now(), deactivated_by_id=actor.user_id, counts_for_quota=True
    )
    License.objects.filter(pk=license.pk).update(activations_in_use=license.activations_in_use - 1)
    return True


def deactivate_several(activation_ids: Iterable[UUID], actors: dict[UUID, Actor]) -> Deactivated:
    """Deactivate several computers, one after the other, as if nobody else did."""
    chosen = list(Activation.objects.in_use().filter(pk__in=activation_ids))
    for activation in chosen:
        deactivate(activation.pk, actors[activation.license_id])
    return Deactivated(chosen, timezone.now())


def place(order: Order, group_id: UUID, actor: Actor) -> Placed:
    """Issue one permanent license as if nobody else of the group did."""
    group = UserGroup.objects.get(pk=group_id)
    if refusal := issue_refusal(group, order.license_model, 1):
        raise refusal
    batch = Batch.objects.create(
        token=order.token, user_group=group, created_by=User.objects.get(pk=str(actor.user_id))
    )
    license = License(product_version=order.version, license_model=order.license_model, licensee=order.licensee)
    license.user_group, license.batch = group, batch
    issue(license, actor)
    UserGroup.objects.filter(pk=group_id).update(issued_permanent=group.issued_permanent + 1)
    return Placed(batch, is_new=True, licenses=[license])


def group_of(viewer: Viewer) -> UserGroup | None:
    """Return the viewer's user group while others may change it."""
    groups = UserGroup.objects.filter(members__user=viewer.user.pk)
    return groups.filter(pk=viewer.group_id).first() if viewer.group_id is not None else None


def hold_nothing(email: str) -> None:
    """Let others invite the address meanwhile: those who come within the same third of a second read together."""
    sleep(-time() % ONE_MOMENT)
