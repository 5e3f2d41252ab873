"""A reseller who issues licenses, for the tests of orders, limits and renewing."""

from datetime import date, timedelta
from uuid import uuid4

from accounts.audit import Actor, Kind
from accounts.models import User
from licenses.models import GroupProduct, License, LicenseModel, Product
from licenses.orders import Order, Placed, Recipient, place
from licenses.terms import today
from organizations.models import UserGroup
from organizations.privileges import Privilege
from tests.cast import make_group, make_member, make_product, with_fields

P = Privilege
PERMANENT, SUBSCRIPTION, TRIAL = LicenseModel.PERMANENT, LicenseModel.SUBSCRIPTION, LicenseModel.TRIAL
ANNA = Recipient("anna@buyer.example", "Anna Buyer")


def make_reseller(*privileges: Privilege, product: Product | None = None, **limits: object) -> UserGroup:
    """Make the group North with these privileges and limits; it may issue `product`, without one all."""
    group = with_fields(make_group(*privileges, name="North"), {"may_issue_all_products": product is None, **limits})
    group.save()
    if product is not None:
        GroupProduct.objects.create(user_group=group, product=product)
    return group


def actor_of(group: UserGroup, member: User | None = None) -> Actor:
    """Return a member of the group, doing something for it."""
    member = member or make_member(group)
    return Actor(Kind.GROUP, member.pk, member.get_full_name(), group.name, group.pk)


def order_of(product: Product | None = None, **changed: object) -> Order:
    """Return an order of one permanent license for Anna, as `changed`."""
    fields: dict[str, object] = {
        "token": uuid4(),
        "version": (product or make_product()).versions.get(),
        "license_model": PERMANENT,
        "recipients": (ANNA,),
    }
    return Order(**{**fields, **changed})  # type: ignore[arg-type]  # whatever a test wants


def issue_by(group: UserGroup, actor: Actor | None = None, **changed: object) -> Placed:
    """Place an order for the group."""
    return place(order_of(**changed), group.pk, actor or actor_of(group))


def issued_by(group: UserGroup, **changed: object) -> License:
    """Place an order for one license and return it."""
    [license] = issue_by(group, **changed).licenses
    return License.objects.get(pk=license.pk)


def in_days(days: int) -> date:
    """Return the date so many days from today."""
    return today() + timedelta(days=days)
