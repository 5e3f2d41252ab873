"""How many computers use each license, and the activations that say so."""

from datetime import timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from accounts.ids import uuid7
from accounts.models import AuditEvent
from bench.reference.moments import YEAR
from bench.reference.sizes import Size
from bench.reference.words import computer_name
from bench.reference.world import World
from licenses.models import Activation, License

_ALLOWED = (1, 2, 3, 5, 10, 50)
_HOW_OFTEN = (600, 120, 100, 120, 50, 10)
_SOON_AFTER = timedelta(days=60)


class Computers(NamedTuple):
    """How many activations a license allows, how many are in use, and how many were given back."""

    allowed: int
    in_use: int
    given_back: int

    @property
    def of_all(self) -> int:
        """How many activation rows there are."""
        return self.in_use + self.given_back


def computers_of_licenses(size: Size, random: Random) -> list[Computers]:
    """Return what each license has; together they have as many activations as the data set is to have."""
    found = [_computers(random) for _ in range(size.licenses)]
    missing = size.activations - sum(each.of_all for each in found)
    step = 1 if missing > 0 else -1
    while missing:
        place = random.randrange(size.licenses)
        each = found[place]
        if each.in_use and each.given_back + step >= 0:
            found[place] = each._replace(given_back=each.given_back + step)
            missing -= step
        elif each.in_use and step < 0:
            found[place] = each._replace(in_use=each.in_use - 1)
            missing -= step
    return found


def _computers(random: Random) -> Computers:
    """Draw for one license: three in ten were never activated, half use all they may."""
    allowed = random.choices(_ALLOWED, _HOW_OFTEN)[0]
    lot = random.random()
    if lot < 0.3:
        return Computers(allowed, 0, 0)
    in_use = allowed if lot < 0.8 and allowed < 10 else random.randint(0, min(allowed, 5))
    return Computers(allowed, in_use, 1 if random.random() < 0.15 else 0)


def activations(license: License, counts: Computers, user_id: UUID, world: World) -> list[Activation]:
    """Return the activations of `license`, made by the person `user_id`; those given back are the older ones."""
    return [_activation(license, user_id, world, is_in_use=number < counts.in_use) for number in range(counts.of_all)]


def _activation(license: License, user_id: UUID, world: World, *, is_in_use: bool) -> Activation:
    random, span = world.random, world.span
    activated_at = span.after(license.created_at, random, _SOON_AFTER if is_in_use else YEAR)
    deactivated_at = None if is_in_use else span.after(activated_at, random, 2 * YEAR)
    issued_at = max(activated_at, license.terms_changed_at) if world.is_happening(0.5) else activated_at
    return Activation(
        id=uuid7(activated_at),
        license=license,
        computer_id=f"{random.getrandbits(64):016X}",
        computer_name=computer_name(random),
        client_version="4.1.5",
        activated_at=activated_at,
        activated_by_id=user_id,
        activated_as=AuditEvent.ActorKind.PERSON,
        deactivated_at=deactivated_at,
        deactivated_by_id=None if is_in_use else user_id,
        counts_for_quota=not is_in_use,
        license_file_id=f"{random.getrandbits(128):032x}",
        license_file_issued_at=issued_at,
        last_seen_at=span.after(activated_at, random, 3 * YEAR) if world.is_happening(0.6) else None,
    )
