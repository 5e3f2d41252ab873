"""Finding whom to issue to: customers that a user group serves or has entered, by the beginning of what is typed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from accounts.fields import begins_with
from accounts.names import fold
from licenses.buyers import licensee_of
from licenses.issuers import Issuer
from organizations.models import Customer, EnteredCustomer
from organizations.viewer import Viewer

MOST_FOUND = 10
SHORTEST = 2


@dataclass(frozen=True)
class Found:
    """A customer to choose: as the issuer knows them."""

    name: str
    email: str
    company: str


def find_recipients(viewer: Viewer, issuer: Issuer, text: str) -> list[Found]:
    """Return the customers whose name, company or address begins with `text`, by name, up to MOST_FOUND."""
    typed = text.strip()
    if len(typed) < SHORTEST:
        return []
    found = {each.email: each for each in _found(viewer, issuer, typed)}
    return sorted(found.values(), key=lambda each: (fold(each.name), each.email))[:MOST_FOUND]


def _found(viewer: Viewer, issuer: Issuer, typed: str) -> Iterator[Found]:
    folded = fold(typed)
    customers = Customer.objects.visible_to(viewer).select_related("user")
    if issuer.group is not None:
        customers = customers.filter(user_group=issuer.group)
    for condition in (
        begins_with("user__folded_name", folded),
        begins_with("folded_company", folded),
        Q(user__email__startswith=typed.lower()),
    ):
        for each in customers.filter(condition).order_by("user__folded_name")[:MOST_FOUND]:
            yield Found(each.user.get_full_name(), each.user.email, each.company)
    entered = EnteredCustomer.objects.visible_to(viewer)
    begins = begins_with("folded_name", folded) | begins_with("folded_company", folded)
    for row in entered.filter(begins | Q(email__startswith=typed.lower())).order_by("folded_name")[:MOST_FOUND]:
        yield Found(row.full_name, row.email, row.company)


@dataclass(frozen=True)
class Known:
    """Somebody of an order as its issuer knows them, and whom their licenses are issued to."""

    name: str
    licensee: str


def known_recipient(viewer: Viewer, issuer: Issuer, address: str) -> Known | None:
    """Return the customer of that address, whom the issuer serves or has entered; None for anybody else."""
    customers = Customer.objects.visible_to(viewer).select_related("user", "organization")
    if issuer.group is not None:
        customers = customers.filter(user_group=issuer.group)
    if served := customers.filter(user__email=address).first():
        return Known(served.user.get_full_name(), licensee_of(served, served.organization, issuer.group))
    entered = EnteredCustomer.objects.visible_to(viewer).filter(email=address).first()
    return Known(entered.full_name, entered.company or entered.full_name) if entered else None
