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
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor
from licenses.activation import active_on, open_on
from licenses.errors import LicenseError, Reason
from licenses.locking import hold_rights_each, locked_licenses, record_about_many
from licenses.models import Activation, License
from licenses.querysets import ActivationQuerySet
from licenses.quota import quota_refusal, quotas_of
from licenses.refusals import end_refusal, is_exempt_from_quota, none_left_refusal
from organizations.access import Action


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
        hold_rights_each(actors, Action.DEACTIVATE, computers)
        now = now or timezone.now()
        _refuse(computers, actors, now)
        for actor in dict.fromkeys(actors[license.pk] for license in computers):
            _close({each: rows for each, rows in computers.items() if actors[each.pk] == actor}, actor, now)
        return Deactivated([each for activations in computers.values() for each in activations], now)


def _refuse(computers: Mapping[License, list[Activation]], actors: Mapping[UUID, Actor], now: datetime) -> None:
    """Refuse more than a license's quota allows; the quotas of all licenses are asked for at once."""
    limited = [license for license in computers if not is_exempt_from_quota(actors[license.pk])]
    quotas = quotas_of(limited, now)
    for license in limited:
        if refusal := quota_refusal(quotas[license.pk], len(computers[license])):
            raise LicenseError(refusal.reason, refusal.sentence, _name_of(license))


def _close(computers: Mapping[License, list[Activation]], actor: Actor, now: datetime) -> None:
    """Close the open activations of several locked licenses, and uncount them; few statements for any number."""
    freed = [each for activations in computers.values() for each in activations]
    Activation.objects.filter(pk__in=[each.pk for each in freed]).update(
        deactivated_at=now, deactivated_by=actor.user_id, counts_for_quota=not is_exempt_from_quota(actor)
    )
    by_number = defaultdict(list)
    for license, activations in computers.items():
        license.activations_in_use -= len(activations)
        by_number[len(activations)].append(license.pk)
    for number, license_ids in by_number.items():
        licenses = License.objects.filter(pk__in=license_ids)
        licenses.update(activations_in_use=F("activations_in_use") - number)
    record_about_many(freed, actor, "license.deactivated", now)


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
        hold_rights_each(actors, Action.ACTIVATE, computers)
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
        raise LicenseError(refusal.reason, f"{_name_of(license)}: {refusal.sentence}")
    return open_on(license, actor, freed.computer_id, freed.computer_name, freed.client_version, now)


def _undo_refusal(freed: Activation) -> LicenseError | None:
    if freed.can_undo:
        return None
    return LicenseError(Reason.STALE, _("More than an hour has passed. Activate the computer again on its license."))


def _name_of(license: License) -> str:
    return f"{license.product_version} ({license.key_tail})"
