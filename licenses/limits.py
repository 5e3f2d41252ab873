"""How much a user group may issue (Product rules, section 5): what each limit refuses, and the counters.

Who decides by these has the group's row locked, so that requests at the same moment cannot
exceed a limit together. An empty limit does not limit; 0 allows none.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from licenses import terms
from licenses.errors import LicenseError, Reason
from licenses.models import License, LicenseModel, Product
from licenses.products import may_issue
from licenses.wording import day_in_words
from organizations.models import Customer, UserGroup
from organizations.privileges import Privilege

_MODELS = {
    LicenseModel.PERMANENT: ("max_permanent", "issued_permanent"),
    LicenseModel.TRIAL: ("max_trial", "issued_trial"),
    LicenseModel.SUBSCRIPTION: ("max_subscription", "issued_subscription"),
}
"""The limit and the counter of each license model."""


@dataclass(frozen=True)
class Meter:
    """One limit that counts licenses: what it is called, how many are issued, how many may be."""

    label: str
    used: int
    limit: int


def meters(group: UserGroup) -> list[Meter]:
    """Return how much of each of the group's limits is issued, in all and of each license model."""
    labels = {
        LicenseModel.PERMANENT: _("Permanent licenses"),
        LicenseModel.SUBSCRIPTION: _("Subscriptions"),
        LicenseModel.TRIAL: _("Trial licenses"),
    }
    found = [(_("Licenses in all"), group.issued, group.max_licenses)]
    found += [(label, issued_of(group, model), limit_of(group, model)) for model, label in labels.items()]
    return [Meter(label, used, limit) for label, used, limit in found if limit is not None]


def limit_of(group: UserGroup, model: LicenseModel) -> int | None:
    """Return how many licenses of `model` the group may ever issue; None is no limit."""
    limit: int | None = getattr(group, _MODELS[model][0])
    return limit


def issued_of(group: UserGroup, model: LicenseModel) -> int:
    """Return how many licenses of `model` the group ever issued."""
    issued: int = getattr(group, _MODELS[model][1])
    return issued


def locked_group(group_id: UUID) -> UserGroup:
    """Return the user group with its row locked until the transaction ends; limits are decided on this copy."""
    return UserGroup.objects.select_for_update(no_key=True).get(pk=group_id)


def count_issued(group: UserGroup, model: LicenseModel, number: int) -> None:
    """Count `number` licenses of `model` as issued by the locked `group`."""
    counter = _MODELS[model][1]
    setattr(group, counter, getattr(group, counter) + number)
    group.save(update_fields=[counter])


def issue_refusal(group: UserGroup, model: LicenseModel, number: int) -> LicenseError | None:
    """Return which limit keeps the group from issuing `number` more licenses of `model`, with the numbers, or None."""
    in_all = _("%(used)d of %(limit)d licenses issued; you asked for %(number)d.")
    of_model = {
        LicenseModel.PERMANENT: _("%(used)d of %(limit)d permanent licenses issued; you asked for %(number)d."),
        LicenseModel.SUBSCRIPTION: _("%(used)d of %(limit)d subscriptions issued; you asked for %(number)d."),
        LicenseModel.TRIAL: _("%(used)d of %(limit)d trial licenses issued; you asked for %(number)d."),
    }[model]
    for sentence, used, limit in (
        (of_model, issued_of(group, model), limit_of(group, model)),
        (in_all, group.issued, group.max_licenses),
    ):
        if limit is not None and used + number > limit:
            return _refusal(sentence % {"used": used, "limit": limit, "number": number}, Reason.LIMIT_OF_NUMBER)
    return None


def customers_refusal(group: UserGroup, numbers: Mapping[Customer, int]) -> LicenseError | None:
    """Return for which customer the limit refuses as many more licenses as `numbers` says, or None.

    Counted are the licenses of this group alone, deleted ones too: of others nothing is told. Of
    whom the group only entered, neither is what came to them some other way.
    """
    limit = group.max_licenses_per_customer
    if limit is None:
        return None
    held = _held(group, numbers)
    for customer, number in numbers.items():
        used = held.get(customer.pk, 0)
        if used + number > limit:
            sentence = _("%(address)s has %(used)d of %(limit)d licenses; you asked for %(number)d.")
            words = {"address": customer.user.email, "used": used, "limit": limit, "number": number}
            return _refusal(sentence % words, Reason.LIMIT_OF_CUSTOMER)
    return None


def _held(group: UserGroup, customers: Iterable[Customer]) -> dict[UUID, int]:
    served, others = set[UUID](), set[UUID]()
    for customer in customers:
        (served if customer.user_group_id == group.pk else others).add(customer.pk)
    as_entered = Q(customer__in=others, entered__user_group=group, entered__customer=F("customer"))
    rows = License.objects.filter(Q(customer__in=served) | as_entered, user_group=group).order_by()
    return dict(rows.values_list("customer").annotate(number=Count("pk")))


def terms_refusal(group: UserGroup, license: License, now: datetime) -> LicenseError | None:
    """Return which limit refuses what a license that is to be issued allows and how long it lasts, or None."""
    return activations_refusal(group, license.max_activations) or _duration_refusal(group, license, now)


def changes_refusal(group: UserGroup, before: License, after: License, now: datetime) -> LicenseError | None:
    """Return which limit refuses to change a license from `before` to `after`, or None.

    A changed model counts as issuing one of the new model, with all of its terms; else what is not
    raised is not refused.
    """
    if before.license_model != after.license_model:
        return (
            offer_refusal(group, after.product)
            or issue_refusal(group, LicenseModel(after.license_model), 1)
            or terms_refusal(group, _as_issued(before, after), now)
        )
    if after.max_activations > before.max_activations and (
        refusal := activations_refusal(group, after.max_activations)
    ):
        return refusal
    if _duration(before) != _duration(after):
        return _duration_refusal(group, after, now, before=before)
    return None


def _as_issued(before: License, after: License) -> License:
    """Return `after` as a license that is issued now: days that have begun are over with the day on which they end."""
    issued = copy(after)
    if before.has_begun:
        issued.expires_after_days = None
    return issued


def offer_refusal(group: UserGroup, product: Product) -> LicenseError | None:
    """Return that the group may not issue licenses, or none of `product`, or None."""
    if group.has(Privilege.CREATE) and may_issue(group, product):
        return None
    sentence = _("%(group)s may not issue %(product)s any more.")
    return LicenseError(Reason.NOT_OFFERED, sentence % {"group": group.name, "product": product.name})


def _duration(license: License) -> tuple[date | None, int | None]:
    return license.expires_on, license.expires_after_days


def activations_refusal(group: UserGroup, wanted: int) -> LicenseError | None:
    """Return that one license of the group may not allow `wanted` activations, or None."""
    limit = group.max_activations_per_license
    if limit is None or wanted <= limit:
        return None
    sentence = _("One license may allow at most %(limit)d activations; you asked for %(number)d.")
    return _refusal(sentence % {"limit": limit, "number": wanted}, Reason.LIMIT_OF_ACTIVATIONS)


def _duration_refusal(
    group: UserGroup, license: License, now: datetime, before: License | None = None
) -> LicenseError | None:
    if refusal := _expiry_refusal(group, license, now, before):
        return refusal
    days = _trial_days(license, before, now)
    return None if days is None else _trial_refusal(group, days)


def _expiry_refusal(group: UserGroup, license: License, now: datetime, before: License | None) -> LicenseError | None:
    """Return that the license would expire later than any of the group may; days count from today at least.

    What is not raised is not refused.
    """
    latest, ends = group.latest_expiry_on, []
    if license.expires_on is not None and not _is_earlier(license, before):
        ends.append(license.expires_on)
    if license.expires_after_days is not None and (
        before is None or before.expires_after_days != license.expires_after_days
    ):
        ends.append(terms.days_after(terms.today(now), license.expires_after_days))
    if latest is None or not ends or max(ends) <= latest:
        return None
    sentence = _("A license may expire on %(limit)s at the latest; you asked for %(wanted)s.")
    words = {"limit": day_in_words(latest), "wanted": day_in_words(max(ends))}
    return _refusal(sentence % words, Reason.LIMIT_OF_EXPIRY)


def _is_earlier(license: License, before: License | None) -> bool:
    """Return whether the license expires no later than it did."""
    if before is None or before.expires_on is None or license.expires_on is None:
        return False
    return license.expires_on <= before.expires_on


def _trial_days(license: License, before: License | None, now: datetime) -> int | None:
    """Return how many days a trial lasts in all; None for what is no trial.

    One with a duration lasts so many days until it begins; afterwards counts the time from its first
    activation to the day on which it expires. One with a date begins when it is issued, or becomes a trial.
    """
    if license.license_model != LicenseModel.TRIAL:
        return None
    first = before.activations.order_by("pk").first() if before is not None else None
    if license.expires_after_days is not None and (first is None or license.expires_on is None):
        return license.expires_after_days
    if license.expires_on is None:
        return None
    if before is None or before.license_model != LicenseModel.TRIAL:
        began = now
    else:
        began = first.activated_at if first is not None and license.expires_after_days else license.created_at
    return (license.expires_on - terms.today(began)).days


def _trial_refusal(group: UserGroup, days: int) -> LicenseError | None:
    shortest, longest = group.shortest_trial_days, group.longest_trial_days
    if longest is not None and days > longest:
        sentence = _("A trial may last at most %(limit)d days; you asked for %(number)d.")
        return _refusal(sentence % {"limit": longest, "number": days}, Reason.LIMIT_OF_EXPIRY)
    if shortest is not None and days < shortest:
        sentence = _("A trial lasts at least %(limit)d days; you asked for %(number)d.")
        return _refusal(sentence % {"limit": shortest, "number": days}, Reason.LIMIT_OF_EXPIRY)
    return None


def usual_days(group: UserGroup, license: License, now: datetime) -> int | None:
    """Return with how many days a license of the group begins: its usual ones, as far as its other limits allow."""
    days = group.default_expiry_days
    if days is None:
        return None
    if license.license_model == LicenseModel.TRIAL:
        days = max(days, group.shortest_trial_days or 1)
        days = days if group.longest_trial_days is None else min(days, group.longest_trial_days)
    left = (group.latest_expiry_on - terms.today(now)).days if group.latest_expiry_on is not None else days
    return max(min(days, left), 1)


def capped(group: UserGroup, license: License) -> None:
    """Let days that begin with the first activation end on the group's latest expiry date at the latest."""
    if group.latest_expiry_on is not None and license.expires_after_days is not None and license.expires_on is None:
        license.expires_on = group.latest_expiry_on


def _refusal(sentence: str, reason: Reason) -> LicenseError:
    return LicenseError(reason, sentence)
