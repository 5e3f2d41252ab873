"""Renew licenses: set a later *expires on* or *updates included until* (Product rules, sections 1 and 5)."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor, Detail, Happening, Kind, as_detail, record_many
from licenses import terms
from licenses.errors import LicenseError, Reason
from licenses.issuing import hold_limits
from licenses.limits import locked_group
from licenses.locking import concerned_by, hold_rights_each, locked_licenses
from licenses.models import License
from licenses.models.products import MAX_DAYS
from licenses.wording import day_in_words
from organizations.access import Action
from organizations.models import UserGroup

_RENEWED = ("expires_on", "expires_after_days", "maintenance_until")


@dataclass(frozen=True)
class Renewal:
    """What a renewal sets: a date, or days from the later of today and the present end; None leaves it as it is."""

    expires_on: date | None = None
    expiry_days: int | None = None
    maintenance_until: date | None = None
    maintenance_days: int | None = None


def renewed(license: License, renewal: Renewal, now: datetime | None = None) -> License:
    """Return a copy of `license` as it is after `renewal`.

    Only what has an end gets a later one; days that begin with the first activation become more, or
    are dropped where it is to expire on a date.
    Raises LicenseError when the license is revoked, when a date would not be a later one, and
    when nothing would change.
    """
    if license.revoked_at is not None:
        raise LicenseError(Reason.REVOKED, _("This license is revoked. Reinstate it first, then renew it."))
    today, after = terms.today(now), copy(license)
    if renewal.expires_on is not None:
        _end_on(after, renewal.expires_on, today)
    elif renewal.expiry_days is not None and license.expires_after_days is not None and not license.has_begun:
        _last_longer(after, license.expires_after_days + renewal.expiry_days, today)
    elif renewal.expiry_days is not None and license.expires_on is not None:
        after.expires_on = terms.days_after(max(today, license.expires_on), renewal.expiry_days)
    if renewal.maintenance_until is not None:
        after.maintenance_until = _later(license.maintenance_until, renewal.maintenance_until)
    elif renewal.maintenance_days is not None and license.maintenance_until is not None:
        after.maintenance_until = terms.days_after(max(today, license.maintenance_until), renewal.maintenance_days)
    if not changes(license, after):
        raise LicenseError(
            Reason.NOT_LATER, _("Nothing would change: this license does not expire, and its updates have no end.")
        )
    return after


def _end_on(license: License, wanted: date, today: date) -> None:
    """Let a license expire on `wanted`, which has to be later than it would if it were activated today.

    One without an end gets none. Days that have not begun are dropped: they would end it before.
    """
    days = None if license.has_begun else license.expires_after_days
    ends = [license.expires_on] if license.expires_on is not None else []
    ends += [terms.days_after(today, days)] if days is not None else []
    if ends:
        license.expires_on = _later(min(ends), wanted)
        license.expires_after_days = None if days is not None else license.expires_after_days


def _last_longer(license: License, days: int, today: date) -> None:
    """Let a license last so many days from its first activation on; a latest day makes room for them from today on."""
    license.expires_after_days = min(days, MAX_DAYS)
    if license.expires_on is not None:
        license.expires_on = max(license.expires_on, terms.days_after(today, license.expires_after_days))


def _later(present: date | None, wanted: date) -> date:
    if present is not None and wanted <= present:
        raise LicenseError(
            Reason.NOT_LATER,
            _("Renewing sets a later date than %(present)s; you asked for %(wanted)s.")
            % {"present": day_in_words(present), "wanted": day_in_words(wanted)},
        )
    return wanted


def changes(before: License, after: License) -> dict[str, Detail]:
    """Return what differs between a license and its renewed copy, before and after, as the trail keeps it."""
    return {
        name: {"before": as_detail(getattr(before, name)), "after": as_detail(getattr(after, name))}
        for name in _RENEWED
        if getattr(before, name) != getattr(after, name)
    }


def renew(
    license_id: UUID,
    actor: Actor,
    renewal: Renewal,
    *,
    edited_at: datetime | None = None,
    now: datetime | None = None,
) -> License:
    """Renew one license and return it as it is then.

    Raises LicenseError as `renewed` does, when a limit of the user group would be exceeded, and
    when the license was changed after `edited_at`.
    """
    [license] = renew_several([license_id], {license_id: actor}, renewal, edited_at=edited_at, now=now)
    return license


@transaction.atomic
def renew_several(
    license_ids: Sequence[UUID],
    actors: Mapping[UUID, Actor],
    renewal: Renewal,
    *,
    edited_at: datetime | None = None,
    now: datetime | None = None,
) -> list[License]:
    """Renew licenses, all or none, each by its actor in `actors`; raises LicenseError as `renew` does.

    `edited_at` is the latest change of any of them that the form showed: one sent twice prolongs once.
    """
    licenses = locked_licenses(license_ids)
    hold_rights_each(actors, Action.RENEW, licenses)
    now = now or timezone.now()
    if edited_at is not None and all(each.edited_at > edited_at and _has_it(each, renewal) for each in licenses):
        return licenses  # the same form sent twice has one effect
    if edited_at is not None and any(each.edited_at > edited_at for each in licenses):
        raise _stale(len(licenses))
    groups = {each: locked_group(each) for each in sorted(_limited(licenses, actors))}
    found = [(before, _held(before, actors[before.pk], renewal, now, groups)) for before in licenses]
    for _before, after in found:
        after.terms_changed_at = after.edited_at = now
    License.objects.bulk_update([after for _before, after in found], [*_RENEWED, "terms_changed_at", "edited_at"])
    for actor in dict.fromkeys(actors.values()):
        happenings = [
            Happening(after, concerned_by(after), changes(before, after))
            for before, after in found
            if actors[before.pk] == actor
        ]
        record_many(actor, "license.renewed", happenings, now)
    return [after for _before, after in found]


def _stale(number: int) -> LicenseError:
    if number == 1:
        sentence = _("Somebody else changed this license meanwhile. Look at it again, then renew it.")
    else:
        sentence = _("One of these licenses was changed meanwhile, perhaps by this form. Look at their dates again.")
    return LicenseError(Reason.STALE, sentence)


def _has_it(license: License, renewal: Renewal) -> bool:
    """Return whether a license lasts until exactly the dates of the renewal already."""
    asked = Renewal(expires_on=license.expires_on, maintenance_until=license.maintenance_until)
    some = Renewal(expires_on=license.expires_on), Renewal(maintenance_until=license.maintenance_until)
    return license.revoked_at is None and renewal != Renewal() and renewal in (asked, *some)


def _limited(licenses: Sequence[License], actors: Mapping[UUID, Actor]) -> set[UUID]:
    """Return the user groups in whose name one of the licenses is renewed."""
    return {each.user_group_id for each in licenses if each.user_group_id and actors[each.pk].kind is Kind.GROUP}


def _held(before: License, actor: Actor, renewal: Renewal, now: datetime, groups: Mapping[UUID, UserGroup]) -> License:
    after = renewed(before, renewal, now)
    group = groups.get(before.user_group_id) if before.user_group_id is not None else None
    if group is not None and actor.kind is Kind.GROUP:
        hold_limits(group, before, after, now)
    return after
