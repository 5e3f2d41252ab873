"""Orders: licenses made many at once, all or none, for customers of a user group (Product rules, section 5).

The user group's row is locked first, so that orders at the same moment cannot exceed a limit
together; its counters, the licenses and their trail are written in the same transaction.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor, Happening, Kind, record_many
from accounts.ids import uuid7
from accounts.models import User
from licenses import activation_key, terms
from licenses.buyers import Buyer, Chosen, buyers, lock_buyers
from licenses.errors import LicenseError, Reason
from licenses.issuers import hold_creating
from licenses.limits import (
    capped,
    count_issued,
    customers_refusal,
    issue_refusal,
    locked_group,
    offer_refusal,
    terms_refusal,
    usual_days,
)
from licenses.locking import concerned_by
from licenses.models import Batch, Feature, License, LicenseModel, Product, ProductVersion
from licenses.overtaken import refused_when_gone
from organizations.membership.managing import Refused
from organizations.models import Customer, Organization, UserGroup
from organizations.serving import customers_for_issue, locked_customers, tell_of_issue

MOST_AT_ONCE = 1_000


@dataclass(frozen=True)
class Recipient:
    """Who gets licenses of an order: their address, and their name in case that they are new."""

    address: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is ordered: `number` licenses for each recipient, or so many for nobody in particular.

    `token` is the form's: an order sent twice has one effect. An empty `licensee` is the
    organization's name, else the customer's. What the group’s defaults decide is None. To `user_group`
    the vendor gives what it makes; it does not count as issued by the group.
    """

    token: UUID
    version: ProductVersion
    license_model: LicenseModel
    number: int = 1
    recipients: tuple[Recipient, ...] = ()
    user_group: UserGroup | None = None
    organization: Organization | None = None
    licensee: str = ""
    max_activations: int = 1
    floating_seats: int | None = None
    features: tuple[Feature, ...] = ()
    is_generic: bool = False
    expires_on: date | None = None
    expires_after_days: int | None = None
    maintenance_until: date | None = None
    order_id: str = ""
    comment: str = ""

    @property
    def count(self) -> int:
        """How many licenses these are in all."""
        return self.number * max(len(self.recipients), 1)


@dataclass(frozen=True)
class Placed:
    """What an order made; `is_new` is False where the same form was sent before."""

    batch: Batch
    is_new: bool
    licenses: list[License] = field(default_factory=list)


@refused_when_gone()
def place(order: Order, group_id: UUID | None, actor: Actor, now: datetime | None = None) -> Placed:
    """Make all licenses of `order`, for the user group `group_id` or for none, and return them with their batch.

    Raises LicenseError, and makes nothing, when a limit of the group would be exceeded, when it may not
    issue the product, and when the terms are not whole.
    """
    group = locked_group(group_id) if group_id is not None else None
    order = _locked(order, group, actor)
    seller = _locked_person(actor)  # last, as everywhere: members may be customers of the group
    if group is not None:
        hold_creating(actor, group)
    if made := Batch.objects.filter(created_by=seller, token=order.token).first():
        return Placed(made, is_new=False)
    now = now or timezone.now()
    pattern = pattern_of(order, group, now)
    if refusal := _refusal(order, pattern, group, actor, now):
        raise refusal
    customers = _customers(order, group, actor, now)
    if group is not None and (refusal := _counted_refusal(order, customers, group)):
        raise refusal
    batch = Batch.objects.create(token=order.token, user_group=group, created_by=seller, created_at=now)
    chosen = Chosen(order.organization, order.licensee, pattern.user_group_id)
    licenses = _made(order, pattern, batch, buyers(chosen, customers, group), actor, now)
    if group is not None:
        count_issued(group, order.license_model, len(licenses))
        _tell(group, licenses)
    return Placed(batch, is_new=True, licenses=licenses)


def _locked(order: Order, group: UserGroup | None, actor: Actor) -> Order:
    """Return the order with its organization as it is now; it and the customers stay as they are from here on."""
    organization = lock_buyers(order.organization, [each.address for each in order.recipients], group)
    if organization is not None and actor.kind is Kind.GROUP and organization.user_group_id != actor.group_id:
        sentence = _("%(organization)s is no organization of your user group any more, so nothing was made.")
        raise LicenseError(Reason.STALE, sentence % {"organization": organization.name})
    return replace(order, organization=organization)


def _locked_person(actor: Actor) -> User:
    """Return who orders, with their row locked, so that the same form sent twice at once comes one after the other."""
    if actor.user_id is None:
        raise ValueError("an order is somebody's")
    return User.objects.select_for_update(no_key=True).get(pk=actor.user_id)


def pattern_of(order: Order, group: UserGroup | None, now: datetime) -> License:
    """Return the license of which the order makes many: as ordered, and as the group's defaults fill it in."""
    license = License(
        product_version=order.version,
        license_model=order.license_model,
        organization=order.organization,
        user_group=group or order.user_group,
        max_activations=0 if order.is_generic else order.max_activations,
        floating_seats=order.floating_seats,
        is_generic=order.is_generic,
        expires_on=order.expires_on,
        expires_after_days=order.expires_after_days,
        maintenance_until=order.maintenance_until,
        order_id=order.order_id,
        comment=order.comment,
        created_at=now,
        terms_changed_at=now,
    )
    if group is not None:
        _fill_in(license, group, now)
    return license


def _fill_in(license: License, group: UserGroup, now: datetime) -> None:
    days, has_end = usual_days(group, license, now), bool(license.expires_on or license.expires_after_days)
    if license.license_model != LicenseModel.PERMANENT and not has_end and days is not None:
        if license.is_generic:
            license.expires_on = terms.days_after(terms.today(now), days)
        else:
            license.expires_after_days = days
    if license.maintenance_until is None and group.default_has_maintenance and group.default_maintenance_days:
        license.maintenance_until = terms.today(now) + timedelta(days=group.default_maintenance_days)
    capped(group, license)


def _refusal(
    order: Order, pattern: License, group: UserGroup | None, actor: Actor, now: datetime
) -> LicenseError | None:
    """Return why nothing of the order can be made, whoever gets it, or None."""
    if order.count > MOST_AT_ONCE:
        sentence = _("At most %(most)d licenses are made at once; you asked for %(number)d.")
        return LicenseError(Reason.LIMIT_OF_NUMBER, sentence % {"most": MOST_AT_ONCE, "number": order.count})
    if group is not None and (refusal := _group_refusal(order, pattern, group, actor, now)):
        return refusal
    if order.is_generic and (refusal := _generic_refusal(order.version.product, order.expires_after_days)):
        return refusal
    if order.license_model != LicenseModel.PERMANENT and not (pattern.expires_on or pattern.expires_after_days):
        sentence = _("A trial or a subscription needs a date on which, or days after which, it expires.")
        return LicenseError(Reason.NEEDS_DATE, sentence)
    if not (order.recipients or order.organization or order.licensee):
        return LicenseError(Reason.UNKNOWN_CUSTOMER, _("Enter whom the license is issued to, or choose a customer."))
    return None


def _group_refusal(
    order: Order, pattern: License, group: UserGroup, actor: Actor, now: datetime
) -> LicenseError | None:
    """Return what the user group may not issue, or which of its limits refuses the order, or None."""
    if actor.kind is not Kind.GROUP:
        return None
    return (
        offer_refusal(group, order.version.product)
        or issue_refusal(group, order.license_model, order.count)
        or terms_refusal(group, pattern, now)
    )


def _generic_refusal(product: Product, days: int | None) -> LicenseError | None:
    if not product.generic_allowed or product.license_file_days is None:
        sentence = _("The vendor does not allow generic licenses of %(product)s.")
        return LicenseError(Reason.GENERIC, sentence % {"product": product.name})
    if days is not None:
        sentence = _("A generic license is never activated, so it needs a date instead of days after an activation.")
        return LicenseError(Reason.NEEDS_DATE, sentence)
    return None


def _customers(order: Order, group: UserGroup | None, actor: Actor, now: datetime) -> list[Customer]:
    """Return the customer of each recipient; raises LicenseError for one who may not be entered here."""
    names = {each.address: each.name for each in order.recipients}
    if group is None:
        found = locked_customers(names)
        if unknown := sorted(names.keys() - found.keys()):
            sentence = _("No customer has the address %(address)s. Enter the customer in the administration first.")
            raise LicenseError(Reason.UNKNOWN_CUSTOMER, sentence % {"address": unknown[0]})
    else:
        try:
            found = customers_for_issue(group, names, actor, now)
        except Refused as refusal:
            raise LicenseError(Reason.UNKNOWN_CUSTOMER, str(refusal)) from None
    return [found[each.address] for each in order.recipients]


def _counted_refusal(order: Order, customers: Sequence[Customer], group: UserGroup) -> LicenseError | None:
    numbers = Counter(customers)
    return customers_refusal(group, {each: number * order.number for each, number in numbers.items()})


def _tell(group: UserGroup, licenses: Sequence[License]) -> None:
    """Tell customers whom the group does not serve what it issued them."""
    issued: defaultdict[Customer, list[str]] = defaultdict(list)
    for license in licenses:
        if license.customer is not None:
            issued[license.customer].append(f"{license.product_version} · {license.key_tail}")
    tell_of_issue(group, issued)


def _made(
    order: Order, pattern: License, batch: Batch, bought: Sequence[Buyer], actor: Actor, now: datetime
) -> list[License]:
    """Write all licenses, their features and their trail; a thousand take as many statements as one."""
    licenses = [_copy(order, pattern, batch, buyer, actor, now) for buyer in bought for _number in range(order.number)]
    License.objects.bulk_create(licenses, batch_size=MOST_AT_ONCE)
    through = License.features.through
    through.objects.bulk_create(
        [through(license_id=each.pk, feature_id=feature.pk) for each in licenses for feature in order.features]
    )
    record_many(actor, "license.issued", [Happening(each, concerned_by(each)) for each in licenses], now)
    return licenses


_OF_EACH = frozenset({"id", "activation_key", "batch", "customer", "entered", "organization", "licensee", "created_by"})


def _copy(order: Order, pattern: License, batch: Batch, buyer: Buyer, actor: Actor, now: datetime) -> License:
    names = [each.attname for each in License._meta.concrete_fields if each.name not in _OF_EACH]
    license = License(
        id=uuid7(now),
        activation_key=activation_key.make(),
        batch=batch,
        customer=buyer.customer,
        entered=buyer.entered,
        organization=buyer.organization,
        licensee=buyer.licensee,
        created_by_id=actor.user_id,
        **{name: getattr(pattern, name) for name in names},
    )
    license.product_version = order.version
    return license
