"""Whom a user group issues to: its customers, and people whom the portal knows already (Product rules, section 5).

A group member never decides who somebody is. Whether an address was known before is nowhere to be
seen: of somebody whom the group does not serve it sees what it typed itself, and nothing else, and
entering either takes about as many statements.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor, Concerned, Happening, record_many
from accounts.letters import write_letter
from accounts.mail import Lane, queue_many
from accounts.models import User
from accounts.people import check_people, create_people
from organizations.membership.managing import Refused
from organizations.models import Customer, EnteredCustomer, UserGroup
from organizations.privileges import Privilege

ASKED_AT_ONCE = 500
TRIED = 3
"""How often people are entered anew where somebody else entered some of them at the same moment."""

T = TypeVar("T")


class NotTheirs(Refused):
    """The address is none of the group's customers, and the group may not enter new ones."""

    def __init__(self, address: str) -> None:
        super().__init__(
            _("“%(address)s” is none of your group’s customers, and your group may not enter new ones.")
            % {"address": address}
        )


def customer_for_issue(
    group: UserGroup, name: str, address: str, actor: Actor, now: datetime | None = None
) -> Customer:
    """Return the customer with this address, in the form the portal keeps, to whom the locked `group` issues.

    See `customers_for_issue`. Raises NotTheirs.
    """
    return customers_for_issue(group, {address: name}, actor, now)[address]


def customers_for_issue(
    group: UserGroup, names: Mapping[str, str], actor: Actor, now: datetime | None = None
) -> dict[str, Customer]:
    """Return the customers with these addresses, to whom the locked `group` issues, by address; `names` are as typed.

    Whom nobody knew comes into being, served by the group. Who is known stays with whom they
    are, under the name they have; the group keeps what it typed, and it is of whoever signs in with
    that address now. All are entered, or nobody: raises NotTheirs for an address that would have to be
    entered by a group that may not, and Refused for a name that nobody can have.
    """
    for _number in range(TRIED):
        try:
            with transaction.atomic():
                return _entered(group, names, actor, now or timezone.now())
        except IntegrityError:  # somebody entered one of them at the same moment: they are known now
            continue
    raise Refused(_("Somebody else entered some of these people at the same moment. Send the form again."))


@dataclass
class _Rows:
    """What entering people writes, in the order of their addresses: so no list tells known people from new ones."""

    group: UserGroup
    at: datetime
    customers: list[Customer] = field(default_factory=list)
    entered: list[EnteredCustomer] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)

    def add_customer(self, user: User, *, is_new: bool) -> Customer:
        """Make somebody a customer: of the group who is new, of nobody's who signs in here already."""
        customer = Customer(user=user, user_group=self.group if is_new else None, created_at=self.at)
        self.customers.append(customer)
        if is_new:
            self.happenings.append(Happening(customer, Concerned(customer.pk, None, self.group.pk)))
        return customer

    def add_entered(self, customer: Customer, address: str, name: str) -> None:
        """Keep what the group typed of a customer who is not its own."""
        row = EnteredCustomer(
            user_group=self.group, customer=customer, email=address, full_name=name, created_at=self.at
        )
        self.entered.append(row)
        self.happenings.append(Happening(row, Concerned(user_group_id=self.group.pk)))

    def write(self, actor: Actor) -> None:
        """Write all of it; few statements for any number of people."""
        Customer.objects.bulk_create(self.customers)
        EnteredCustomer.objects.bulk_create(self.entered)
        record_many(actor, "customer.created", self.happenings, self.at)


def _entered(group: UserGroup, names: Mapping[str, str], actor: Actor, at: datetime) -> dict[str, Customer]:
    addresses = sorted(names)  # in one order everywhere, so that no two orders wait for each other
    found, before = locked_customers(addresses), _entered_before(group, addresses)
    typed = {each for each in addresses if each not in before and not _is_served(found.get(each), group)}
    if typed and not group.has(Privilege.EDIT_CUSTOMERS):
        raise NotTheirs(min(typed))
    unknown = [each for each in addresses if each not in found]
    _refuse_unfit({each: names[each] for each in addresses if each in typed or each not in found})
    known = {user.email: user for portion in _portions(unknown) for user in User.objects.filter(email__in=portion)}
    strangers = {each: names[each] for each in unknown if each not in known}
    new = {user.email: user for user in create_people(strangers)} if strangers else {}
    people, rows = known | new, _Rows(group, at)
    for address in addresses:
        if address in people:
            found[address] = rows.add_customer(people[address], is_new=address in new)
        if address in typed and address not in new:
            rows.add_entered(found[address], address, names[address].strip())
    rows.write(actor)
    _keep_with(before.values(), found)
    return found


def _is_served(customer: Customer | None, group: UserGroup) -> bool:
    return customer is not None and customer.user_group_id == group.pk


def _refuse_unfit(names: Mapping[str, str]) -> None:
    """Refuse a name that nobody can have, whether or not the portal knows the address."""
    try:
        check_people(names)
    except ValidationError as error:
        [(address, whys)] = error.message_dict.items()
        sentence = _("“%(address)s” cannot be entered like this: %(why)s")
        raise Refused(sentence % {"address": address, "why": whys[0]}) from None


def _portions(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), ASKED_AT_ONCE):
        yield rows[start : start + ASKED_AT_ONCE]


def locked_customers(addresses: Iterable[str]) -> dict[str, Customer]:
    """Return the customers with these addresses, by address, with their rows locked until the transaction ends.

    So nobody deletes them meanwhile. They are locked in the order of their ids, after user groups and
    organizations and before people, as everywhere.
    """
    rows = Customer.objects.select_related("user", "organization").order_by("pk")
    ids = [
        pk
        for portion in _portions(sorted(addresses))
        for pk in Customer.objects.filter(user__email__in=portion).values_list("pk", flat=True)
    ]
    return {
        customer.user.email: customer
        for portion in _portions(sorted(ids))
        for customer in rows.select_for_update(of=("self",), no_key=True).filter(pk__in=portion)
    }


def organizations_of(addresses: Iterable[str], group: UserGroup | None) -> frozenset[UUID]:
    """Return the organizations of the customers with these addresses whom the user group serves; of all, for staff."""
    members = Customer.objects.exclude(organization=None)
    if group is not None:
        members = members.filter(user_group=group)
    ids = members.order_by("organization").values_list("organization_id", flat=True).distinct()
    return frozenset(pk for portion in _portions(sorted(addresses)) for pk in ids.filter(user__email__in=portion))


def _entered_before(group: UserGroup, addresses: Sequence[str]) -> dict[str, EnteredCustomer]:
    rows = EnteredCustomer.objects.filter(user_group=group)
    return {row.email: row for portion in _portions(addresses) for row in rows.filter(email__in=portion)}


def _keep_with(rows: Iterable[EnteredCustomer], found: Mapping[str, Customer]) -> None:
    """Let what the group typed of an address be of whoever has the address now; others may have had it before."""
    changed = [row for row in rows if row.customer_id != found[row.email].pk]
    for row in changed:
        row.customer = found[row.email]
    EnteredCustomer.objects.bulk_update(changed, ["customer"])


def tell_of_issue(group: UserGroup, issued: Mapping[Customer, Sequence[str]], now: datetime | None = None) -> None:
    """Tell those whom the group does not serve by mail what it issued to each, named in words.

    Its own customers are told as the group likes.
    """
    others = [each for each in issued if each.user_group_id != group.pk and each.user.is_active]
    at, lane = now or timezone.now(), Lane.NOTICE if len(others) == 1 else Lane.BULK
    letters = (
        write_letter(
            "issued_by_group",
            each.user,
            group=group.name,
            group_address=group.email,
            licenses=issued[each],
            at=at,
        )
        for each in others
    )
    queue_many(zip(letters, (each.user.email for each in others), strict=True), lane)
