"""What all rows of one data set share."""

from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple
from uuid import UUID

from accounts.ids import uuid7
from bench.reference.moments import Span
from bench.reference.sizes import Size
from licenses.models import ProductVersion
from organizations.models import UserGroup

LARGEST, BUSY = 0, 1
"""The organizations that are known by name come first, then the others."""


class Person(NamedTuple):
    """What licenses and activations need to know of a customer."""

    customer_id: UUID
    user_id: UUID
    name: str


@dataclass
class World:
    """A data set in the making: its size, its vendor, and everybody made so far."""

    size: Size
    span: Span
    random: Random
    versions: list[list[ProductVersion]]
    """Of each product, the oldest first."""
    groups: list[UserGroup]
    staff_id: UUID
    organization_ids: list[UUID] = field(init=False)
    members: list[list[Person]] = field(init=False)
    """Of each organization; the first two are its contacts."""
    individuals: list[Person] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nobody."""
        number = self.size.organizations
        self.organization_ids = [uuid7(self.span.at(index / number)) for index in range(number)]
        self.members = [[] for _ in range(number)]
        self.individuals = []

    def is_happening(self, probability: float) -> bool:
        """Throw the dice."""
        return self.random.random() < probability

    def other_organization(self) -> int:
        """Return the place of an organization that is not known by name; the first ones are larger."""
        return BUSY + 1 + int((self.size.organizations - BUSY - 1) * self.random.random() ** 2)
