"""What a member of the group with 200,000 of 1,000,000 licenses waits for; in the small table it has 2,000."""

import time
from collections.abc import Iterator
from uuid import uuid4

from bench.asking import Times, by_turns
from bench.pages import LIST, Page, floor_of, next_page_of
from bench.reference.sizes import MEMBER_OF_LARGEST_GROUP, REFERENCE, SMALL
from bench.sending import Form
from bench.serving import Server
from bench.table import Line, at_most
from bench.taking_back import everything_taken_back
from bench.visitors import Visitor, sign_in
from licenses.models import LicenseModel, ProductVersion
from organizations.models import Customer, GroupMember, UserGroup
from organizations.privileges import Privilege

ROUNDS = 30
CUSTOMERS = "/customers/"
IN_AN_ORDER, ORDERS, MOST_SECONDS = 1_000, 3, 5


def lists(reference: Server, small: Server) -> Iterator[Line]:
    """Compare the list of licenses with the small table, and both lists with their floor."""
    here = sign_in(MEMBER_OF_LARGEST_GROUP, reference)
    there = sign_in(MEMBER_OF_LARGEST_GROUP, small, "small")
    for one, two in zip(_pages(there, "small"), _pages(here, "default"), strict=True):
        small_times, times = by_turns([there.to(one.path), here.to(two.path)], ROUNDS)
        grown = f"table {SMALL.licenses:,} → {REFERENCE.licenses:,}"
        yield at_most("Group", f"member of the group with 200,000, {one.what}: {grown}", times, small_times, 1.2)
    for what, path in (("list of licenses", LIST), ("list of customers", CUSTOMERS)):
        page, floor = by_turns([here.to(path), here.to(floor_of(MEMBER_OF_LARGEST_GROUP, path))], ROUNDS)
        yield at_most("Group", f"member of the group with 200,000: {what}", page, floor, 2)


def _pages(visitor: Visitor, database: str) -> Iterator[Page]:
    group = GroupMember.objects.using(database).get(user__email=MEMBER_OF_LARGEST_GROUP).user_group_id
    served = Customer.objects.using(database).select_related("user").filter(user_group=group).latest("pk")
    yield Page("first page", LIST)
    yield Page("next page", LIST + next_page_of(visitor.to(LIST)))
    yield Page("order *expires soonest*", f"{LIST}?order=expires")
    yield Page("order *updates end soonest*", f"{LIST}?order=updates")
    yield Page("filter *revoked*", f"{LIST}?status=revoked")
    yield Page("search by a customer’s address", f"{LIST}?q={served.user.email}")


def ordering(server: Server) -> Iterator[Line]:
    """Let a member make 1,000 licenses at once."""
    member = sign_in(MEMBER_OF_LARGEST_GROUP, server)
    group = UserGroup.objects.get(members__user__email=MEMBER_OF_LARGEST_GROUP)
    version = ProductVersion.objects.order_by("pk")[0]
    seconds = []
    with everything_taken_back([]):
        privileges = sorted({*group.privileges, Privilege.CREATE})
        UserGroup.objects.filter(pk=group.pk).update(privileges=privileges, may_issue_all_products=True)
        for _order in range(ORDERS):
            form = Form(member, f"{LIST}new/", _order_of(version))
            began = time.perf_counter()
            form.send()
            seconds.append(time.perf_counter() - began)
    times = Times(tuple(1000 * each for each in seconds))
    what = f"member of the group with 200,000: {IN_AN_ORDER:,} licenses made at once"
    yield Line("Group", what, str(times), "", "", f"< {MOST_SECONDS} s", times.median < 1000 * MOST_SECONDS)


def _order_of(version: ProductVersion) -> dict[str, str]:
    """Return what the form of an order sends for many licenses for nobody in particular."""
    return {
        "token": str(uuid4()),
        "licensee": "Bench",
        "version": str(version.pk),
        "license_model": LicenseModel.PERMANENT,
        "number": str(IN_AN_ORDER),
        "max_activations": "1",
    }
