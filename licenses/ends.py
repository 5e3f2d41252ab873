"""When a license ends, in words: on a day, or so many days after the first activation, which may have a latest day."""

from collections.abc import Iterable
from copy import copy
from datetime import date, datetime

from django.db.models import Case, Exists, OuterRef, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from licenses.models import Activation, License, LicenseModel
from licenses.wording import day_in_words

HAS_BEGUN = Case(
    When(expires_after_days=None, then=Value(False)),
    When(expires_on=None, then=Value(False)),
    When(activations_in_use__gt=0, then=Value(True)),
    default=Exists(Activation.objects.filter(license=OuterRef("pk"))),
)
"""Whether the days of a license have begun, as an annotation: `License.has_begun`, asked only where it is in doubt."""


def learn_beginnings(licenses: Iterable[License]) -> None:
    """Ask for several licenses at once whether their days have begun: one statement, and none where all is clear."""
    in_doubt = [each for each in licenses if each.is_beginning_in_doubt]
    if not in_doubt:
        return
    ids = [each.pk for each in in_doubt]
    begun = set(Activation.objects.filter(license__in=ids).values_list("license_id", flat=True))
    for each in in_doubt:
        each.was_ever_activated = each.pk in begun


def with_own_end(before: License, after: License, edited_at: datetime | None) -> License:
    """Return `after` without an end that it had before it became permanent; one that is entered anew stays.

    A form from `edited_at` that is sent again, once the license has become permanent, means the same.
    """
    if after.license_model != LicenseModel.PERMANENT:
        return after
    own, had = copy(after), (before.expires_on, before.expires_after_days)
    is_again = edited_at is not None and before.edited_at > edited_at and had == (None, None)
    if is_again or before.license_model != LicenseModel.PERMANENT:
        own.expires_on = None if is_again or after.expires_on == had[0] else after.expires_on
        own.expires_after_days = None if is_again or after.expires_after_days == had[1] else after.expires_after_days
    return own


def days_in_words(days: int, latest: date | None) -> str:
    """Return that a license ends so many days after its first activation, at the latest on a day."""
    after = ngettext("%(days)d day after the first activation", "%(days)d days after the first activation", days)
    if latest is None:
        return after % {"days": days}
    return _("%(after)s, at the latest on %(day)s") % {"after": after % {"days": days}, "day": day_in_words(latest)}


def end_in_words(license: License) -> str:
    """Return when a license ends, as mails, exports and sentences say it."""
    if days := license.days_to_begin:
        return days_in_words(days, license.expires_on)
    return day_in_words(license.expires_on) if license.expires_on is not None else _("never")
