"""Deactivate several computers at once, on several licenses, and undo it: all of it or nothing, in one transaction.

The licenses are locked in the order of their ids; what happens to each is the same as when
one of its computers is deactivated or activated alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor
from licenses.activation import active_on, close, open_on
from licenses.errors import LicenseError, Reason
from licenses.locking import locked_licenses
from licenses.models import Activation, License
from licenses.querysets import ActivationQuerySet
from licenses.refusals import end_refusal, none_left_refusal


@dataclass(frozen=True)
class Deactivated:
    """What was deactivated at once, and the moment that all of it has in common."""

    activations: list[Activation]
    at: datetime


def deactivate_several(
    activation_ids: Iterable[UUID], actors: Mapping[UUID, Actor], now: datetime | None = None
) -> Deactivated:
    """Free the activations of several computers, those that are free already apart, and return which it freed.

    `actors` says for each license, by its id, who acts there. Staff free any computer; for
    everybody else each license's quota has to reach for all of its computers. Raises
    LicenseError when it does not on one of them; nothing is changed then.
    """
    with transaction.atomic():
        computers = _by_license(Activation.objects.in_use(), activation_ids, actors)
        now = now or timezone.now()
        for activations in computers.values():
            close(activations, actors[activations[0].license_id], now)
        return Deactivated([each for activations in computers.values() for each in activations], now)


def activate_again(
    activation_ids: Iterable[UUID], actors: Mapping[UUID, Actor], now: datetime | None = None
) -> list[Activation]:
    """Undo deactivating several computers, within the hour: activate the same ones; return the new activations.

    A computer that is active again already is left as it is. Raises LicenseError, which names
    the license, when the hour is over, or the license was revoked, has expired or has none
    left; nothing is changed then.
    """
    with transaction.atomic():
        computers = _by_license(Activation.objects.exclude(deactivated_at=None), activation_ids, actors)
        now = now or timezone.now()
        return [
            _open_again(license, activation, actors[license.pk], now)
            for license, activations in computers.items()
            for activation in activations
            if not active_on(license, activation.computer_id)
        ]


def _by_license(
    rows: ActivationQuerySet, activation_ids: Iterable[UUID], license_ids: Iterable[UUID]
) -> dict[License, list[Activation]]:
    """Lock the licenses, and return those of `rows` that were named, as they are then, on their licenses."""
    licenses = {license.pk: license for license in locked_licenses(license_ids)}
    found = defaultdict(list)
    for activation in rows.filter(pk__in=activation_ids, license__in=licenses).order_by("license_id", "pk"):
        activation.license = licenses[activation.license_id]
        found[activation.license].append(activation)
    return found


def _open_again(license: License, freed: Activation, actor: Actor, now: datetime) -> Activation:
    if refusal := _undo_refusal(freed) or end_refusal(license, now) or none_left_refusal(license):
        raise LicenseError(refusal.reason, f"{license.product_version} ({license.key_tail}): {refusal.sentence}")
    return open_on(license, actor, freed.computer_id, freed.computer_name, freed.client_version, now)


def _undo_refusal(freed: Activation) -> LicenseError | None:
    if freed.can_undo:
        return None
    return LicenseError(Reason.STALE, _("More than an hour has passed. Activate the computer again on its license."))
