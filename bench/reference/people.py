"""Customers and their organizations."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress

from accounts.ids import uuid7
from accounts.models import User
from bench.reference.sizes import CONTACT_OF_BUSY, CONTACT_OF_LARGEST
from bench.reference.vendor import NOBODYS_PASSWORD
from bench.reference.words import COMPANY_NAMES, company_name, person_name
from bench.reference.world import BUSY, LARGEST, Person, World
from organizations.models import Customer, Organization

CONTACTS_EACH = 2
_COUNTRIES = ("DE", "FR", "GB", "IT", "JP", "NL", "NO", "PL", "SE", "US", "")
_KNOWN_BY_NAME = {LARGEST * CONTACTS_EACH: CONTACT_OF_LARGEST, BUSY * CONTACTS_EACH: CONTACT_OF_BUSY}


def customers(world: World) -> Iterator[tuple[User, EmailAddress, Customer]]:
    """Yield the rows of each customer, and enter the customer into `world`."""
    for position in range(world.size.customers):
        index = _organization_of(position, world)
        created_at = world.span.at(position / world.size.customers)
        user = User(
            id=uuid7(created_at),
            email=_KNOWN_BY_NAME.get(position) or _address(position, index),
            full_name=person_name(world.random),
            password=NOBODYS_PASSWORD,
            created_at=created_at,
        )
        customer = Customer(
            id=uuid7(created_at),
            user_id=user.pk,
            organization_id=None if index is None else world.organization_ids[index],
            user_group_id=world.random.choice(world.groups).pk if world.is_happening(0.15) else None,
            company=_company(position, index, world),
            country=world.random.choice(_COUNTRIES),
            created_at=created_at,
        )
        person = Person(customer.pk, user.pk, user.full_name)
        (world.individuals if index is None else world.members[index]).append(person)
        yield user, EmailAddress(user_id=user.pk, email=user.email, verified=True, primary=True), customer


def _organization_of(position: int, world: World) -> int | None:
    """Return the place of the customer's organization, None for an individual; each begins with its contacts."""
    if position < CONTACTS_EACH * world.size.organizations:
        return position // CONTACTS_EACH
    if not world.is_happening(0.4):
        return None
    return LARGEST if world.is_happening(0.05) else world.other_organization()


def _address(position: int, index: int | None) -> str:
    return f"customer{position}@{'mail' if index is None else f'organization{index}'}.example"


def _company(position: int, index: int | None, world: World) -> str:
    if index is not None:
        return company_name(index)
    return company_name(position % COMPANY_NAMES) if world.is_happening(0.3) else ""


def organizations(world: World) -> Iterator[Organization]:
    """Yield the organizations, once their members are known."""
    for index, members in enumerate(world.members):
        is_served = index > BUSY and world.is_happening(0.2)
        yield Organization(
            id=world.organization_ids[index],
            name=company_name(index),
            primary_contact_id=members[0].customer_id,
            secondary_contact_id=members[1].customer_id,
            user_group_id=world.random.choice(world.groups).pk if is_served else None,
        )
