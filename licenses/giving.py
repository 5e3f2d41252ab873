"""Licenses of an organization change hands, any number at once: few statements for two thousand of them.

The stories in `assigning.py` and `handover.py` lock and decide; this is what then happens.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.audit import Actor, Detail, Happening, record_many
from licenses.locking import concerned_by
from licenses.models import License, ReservedLicense
from organizations.models import Customer, Invitation

AT_ONCE = 2_000
"""How many licenses one statement changes."""

Holder = Customer | Invitation | None


def in_parts(licenses: Sequence[License]) -> Iterator[Sequence[License]]:
    """Yield all of them, AT_ONCE at a time."""
    return (licenses[start : start + AT_ONCE] for start in range(0, len(licenses), AT_ONCE))


def give(licenses: Sequence[License], to: Holder, actor: Actor, now: datetime) -> list[License]:
    """Give locked licenses to a member, to somebody invited or to nobody, and return those that this changed.

    Those who had a license and those who get it are concerned alike.
    """
    return [each for part in in_parts(licenses) for each in _give(part, to, actor, now)]


def _give(licenses: Sequence[License], to: Holder, actor: Actor, now: datetime) -> list[License]:
    waiting = _waiting(licenses)
    customers = Customer.objects.select_related("user").in_bulk({each.customer_id for each in licenses} - {None})
    changed = [each for each in licenses if _holder_ids(each, waiting) != _ids(to)]
    before, after = [], []
    for license in changed:
        had_it: Holder = waiting.get(license.pk) or customers.get(license.customer_id)
        details: dict[str, Detail] = {"before": str(had_it or ""), "after": str(to or "")}
        if license.customer_id is not None and isinstance(to, Customer):
            before.append(Happening(license, concerned_by(license), details))
        license.customer = to if isinstance(to, Customer) else None
        after.append(Happening(license, concerned_by(license), details))
    _write(changed, to)
    record_many(actor, "license.assigned", before, now)
    record_many(actor, "license.assigned", after, now)
    return changed


def _waiting(licenses: Sequence[License]) -> dict[UUID, Invitation]:
    """Return for which invitation each of the licenses waits, by its id."""
    rows = ReservedLicense.objects.filter(license__in=licenses).select_related("invitation")
    return {each.license_id: each.invitation for each in rows}


def _holder_ids(license: License, waiting: dict[UUID, Invitation]) -> tuple[UUID | None, UUID | None]:
    invitation = waiting.get(license.pk)
    return license.customer_id, invitation.pk if invitation else None


def _ids(to: Holder) -> tuple[UUID | None, UUID | None]:
    return to.pk if isinstance(to, Customer) else None, to.pk if isinstance(to, Invitation) else None


def _write(licenses: Sequence[License], to: Holder) -> None:
    ReservedLicense.objects.filter(license__in=licenses).delete()
    rows = License.objects.filter(pk__in=[each.pk for each in licenses])
    rows.update(customer=to if isinstance(to, Customer) else None, edited_at=timezone.now())
    if isinstance(to, Invitation):
        ReservedLicense.objects.bulk_create(ReservedLicense(license=each, invitation=to) for each in licenses)
