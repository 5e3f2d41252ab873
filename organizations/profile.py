"""What people tell of themselves, and change themselves: name, address, time zone, language.

Only customers have more than a name and settings. What staff note about somebody is no part of
it, and neither is the e-mail address: it is the key to licenses.
"""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import Actor, Concerned, Detail, record
from accounts.fields import with_derived
from accounts.models import User
from organizations.models import Customer
from organizations.telling import PERSONAL, PROFILE_EDITED

OF_PERSON = ("full_name", "time_zone", "language")
OF_CUSTOMER = ("phone", "company", "address", "country")

Values = dict[str, str]


class Overtaken(Exception):
    """Somebody else changed the profile meanwhile: nothing is saved. `values` are what is there now."""

    def __init__(self, values: Values) -> None:
        super().__init__(_("This was changed elsewhere meanwhile, so nothing was saved."))
        self.values = values


def profile_of(user: User) -> Values:
    """Return the profile of a person by field; customers have more fields than others."""
    customer: Customer | None = getattr(user, "customer", None)
    return _values(user, customer)


def mark_of(values: Mapping[str, str]) -> str:
    """Return a mark of what a form showed, by which to see whether it has changed since; one part for each field."""
    return "-".join(hashlib.sha256(value.encode()).hexdigest()[:16] for value in values.values())


def changed_since(seen: str, values: Values) -> list[str]:
    """Return the fields whose values are no longer those that the mark `seen` was made of; all, for another mark."""
    parts, now = seen.split("-"), mark_of(values).split("-")
    if len(parts) != len(now):
        return list(values)
    return [name for name, part, present in zip(values, parts, now, strict=True) if part != present]


@transaction.atomic
def edit_profile(
    user_id: UUID,
    wanted: Mapping[str, str],
    seen: str,
    *,
    by: Actor | None = None,
    fields: Collection[str] = (*OF_PERSON, *OF_CUSTOMER),
    now: datetime | None = None,
) -> list[str]:
    """Save what is `wanted` of a person's profile to be, and return the names of the fields that changed.

    `by` is who does it, the person by default, and `fields` what they may change, which is also
    what their form showed.

    Sending the same form again changes nothing. Raises Overtaken when the profile is not the
    one that the mark `seen` was made of. Colleagues and the user group learn of what they may
    see of the person; language and time zone concern nobody else.
    """
    customer = Customer.objects.select_for_update().filter(user=user_id).first()
    user = User.objects.select_for_update().get(pk=user_id)
    before = {name: value for name, value in _values(user, customer).items() if name in fields}
    changed = [name for name in before if wanted.get(name, before[name]) != before[name]]
    if not changed:
        return []
    if seen != mark_of(before):
        raise Overtaken(before)
    for name in changed:
        setattr(user if name in OF_PERSON else customer, name, wanted[name])
    user.save(update_fields=with_derived(user, [name for name in changed if name in OF_PERSON]))
    is_shared = not PERSONAL.issuperset(changed)
    if customer is not None and is_shared:
        names = [name for name in changed if name in OF_CUSTOMER]
        customer.save(update_fields=[*with_derived(customer, names), "edited_at"])
    details: dict[str, Detail] = {name: {"before": before[name], "after": wanted[name]} for name in changed}
    actor = by or (Actor.vendor(user) if user.is_staff else Actor.person(user))
    concerned = _concerned(customer) if is_shared else Concerned()
    record(actor, PROFILE_EDITED, customer or user, concerned=concerned, details=details, now=now)
    return changed


def _values(user: User, customer: Customer | None) -> Values:
    rows: list[tuple[User | Customer, tuple[str, ...]]] = [(user, OF_PERSON)]
    if customer is not None:
        rows.append((customer, OF_CUSTOMER))
    return {name: getattr(row, name).replace("\r\n", "\n") for row, names in rows for name in names}


def _concerned(customer: Customer | None) -> Concerned:
    return Concerned(customer.pk, customer.organization_id, customer.user_group_id) if customer else Concerned()
