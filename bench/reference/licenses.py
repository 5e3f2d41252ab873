"""Licenses with their activations, the oldest first."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from accounts.ids import uuid7
from bench.reference.computers import Computers, activations
from bench.reference.moments import YEAR
from bench.reference.sizes import is_one_of
from bench.reference.world import BUSY, LARGEST, Person, World
from licenses import activation_key as keys
from licenses.models import Activation, License, LicenseModel, ProductVersion

_ORDERED_TOGETHER = 4
_TRIAL_DAYS = 30
_RENEWED = 0.55


def licenses(world: World, computers: list[Computers]) -> Iterator[tuple[License, list[Activation]]]:
    """Yield each license with its activations; `computers` says how many each one has."""
    for position, counts in enumerate(computers):
        index = _organization_of(position, world)
        customer = _customer_of(index, world)
        license = _license(position, counts, index, customer, world)
        _revoke_or_delete(license, counts, world)
        contact = customer or world.members[index or 0][0]
        yield license, activations(license, counts, contact.user_id, world)


def _license(position: int, counts: Computers, index: int | None, customer: Person | None, world: World) -> License:
    created_at = world.span.at(position / world.size.licenses)
    model = world.random.choices(LicenseModel.values, (6, 3, 1))[0]
    expires_on, expires_after_days = _expiry(model, created_at.date(), counts, world)
    return License(
        id=uuid7(created_at),
        activation_key=_activation_key(world),
        product_version=_version(created_at.date(), world),
        license_model=model,
        customer_id=customer.customer_id if customer else None,
        licensee=customer.name if customer else f"Purchasing {1 + position % 90}",
        organization_id=None if index is None else world.organization_ids[index],
        user_group_id=_group_of(position, world),
        created_by_id=world.staff_id,
        created_at=created_at,
        max_activations=counts.allowed,
        activations_in_use=counts.in_use,
        floating_seats=10 if world.is_happening(0.03) else None,
        expires_on=expires_on,
        expires_after_days=expires_after_days,
        maintenance_until=_maintenance(model, created_at.date(), world),
        order_id=f"SO-{created_at:%Y}-{position // _ORDERED_TOGETHER:06}" if world.is_happening(0.8) else "",
        comment="Delivered with the instrument." if world.is_happening(0.1) else "",
        terms_changed_at=_terms_changed(created_at, world),
        edited_at=created_at,
    )


def _organization_of(position: int, world: World) -> int | None:
    """Return the place of the license's organization, None where it has none."""
    size = world.size
    newer = position - size.of_largest_organization
    if newer < 0:
        return LARGEST
    if is_one_of(newer, size.of_busy_organization, size.licenses - size.of_largest_organization):
        return BUSY
    return world.other_organization() if world.is_happening(0.5) else None


def _customer_of(index: int | None, world: World) -> Person | None:
    """Return one of the members, now and then nobody yet; whoever is in no organization has their own."""
    if index is None:
        return world.random.choice(world.individuals)
    return world.random.choice(world.members[index]) if world.is_happening(0.8) else None


def _group_of(position: int, world: World) -> UUID | None:
    if is_one_of(position, world.size.of_largest_group, world.size.licenses):
        return world.groups[0].pk
    return world.random.choice(world.groups[1:]).pk if world.is_happening(0.1) else None


def _activation_key(world: World) -> str:
    characters = "".join(world.random.choices(keys.ALPHABET, k=keys.LENGTH - 1))
    return keys.show(characters + keys.checksum(characters))


def _version(day: date, world: World) -> ProductVersion:
    """Return the newest version of a product on that day, now and then an older one; some products sell better."""
    versions = world.versions[int(len(world.versions) * world.random.random() ** 1.7)]
    released = [version for version in versions if version.released_on <= day] or versions[:1]
    return world.random.choice(released) if world.is_happening(0.2) else released[-1]


def _expiry(model: str, day: date, counts: Computers, world: World) -> tuple[date | None, int | None]:
    """Return *expires on* and *expires after days*."""
    if model == LicenseModel.PERMANENT:
        return None, None
    if model == LicenseModel.TRIAL:
        is_waiting = counts.of_all == 0 and world.is_happening(0.4)
        return (None, _TRIAL_DAYS) if is_waiting else (day + timedelta(days=_TRIAL_DAYS), None)
    return _years_after(day, world), None


def _maintenance(model: str, day: date, world: World) -> date | None:
    """Return *updates included until*; a trial has none, and not everybody buys the plan."""
    if model == LicenseModel.TRIAL or not world.is_happening(0.75):
        return None
    return _years_after(day, world)


def _years_after(day: date, world: World) -> date:
    """Return an end some years after `day`; in half of all cases it was renewed into the year to come."""
    ends_on = day + world.random.randint(1, 3) * YEAR
    if ends_on < world.span.today and world.is_happening(_RENEWED):
        ends_on = world.span.today + world.random.randint(1, YEAR.days) * timedelta(days=1)
    return ends_on


def _terms_changed(created_at: datetime, world: World) -> datetime:
    return world.span.after(created_at, world.random, 3 * YEAR) if world.is_happening(0.05) else created_at


def _revoke_or_delete(license: License, counts: Computers, world: World) -> None:
    """Revoke some; delete some of those that were never activated."""
    if world.is_happening(0.025):
        license.revoked_at = world.span.after(license.created_at, world.random, 2 * YEAR)
        license.revoked_by_id = world.staff_id
        license.revoked_reason = "Refunded"
    elif counts.of_all == 0 and world.is_happening(0.01):
        license.deleted_at = world.span.after(license.created_at, world.random, YEAR)
