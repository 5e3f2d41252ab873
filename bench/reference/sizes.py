"""How big the data sets are (Quality: the reference data set), and who is known by name in them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """How many rows of each kind a data set has."""

    name: str
    licenses: int
    activations: int
    customers: int
    organizations: int
    user_groups: int
    products: int
    of_largest_organization: int
    """Its licenses are the oldest in the table."""
    of_largest_group: int
    """Spread evenly over the table."""
    of_busy_organization: int
    """Spread evenly over the rest of the table."""


REFERENCE = Size(
    name="reference",
    licenses=1_000_000,
    activations=1_500_000,
    customers=200_000,
    organizations=20_000,
    user_groups=50,
    products=20,
    of_largest_organization=100_000,
    of_largest_group=200_000,
    of_busy_organization=5_000,
)
SMALL = Size(
    name="small",
    licenses=10_000,
    activations=15_000,
    customers=2_000,
    organizations=200,
    user_groups=50,
    products=20,
    of_largest_organization=1_000,
    of_largest_group=2_000,
    of_busy_organization=5_000,
)
SIZES = {size.name: size for size in (REFERENCE, SMALL)}

CONTACT_OF_LARGEST = "contact@largest.example"
CONTACT_OF_BUSY = "contact@busy.example"
MEMBER_OF_LARGEST_GROUP = "member@group1.example"
STAFF = "staff@vendor.example"


def is_one_of(position: int, wanted: int, total: int) -> bool:
    """Return whether the row at `position` (from 0) is one of `wanted` that are spread evenly over `total`."""
    return (position + 1) * wanted // total > position * wanted // total
