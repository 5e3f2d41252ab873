"""The race of R1 for the last license that a user group may issue, for the portal and for its unguarded control."""

from dataclasses import dataclass
from itertools import cycle, islice
from uuid import uuid4

from licenses.models import License, Product
from organizations.models import UserGroup
from organizations.privileges import Privilege
from tests.cast import make_group, make_member, make_product
from tests.races.racing import Timed, press_at_once, pressing
from tests.support.portal_server import PortalServer
from tests.support.visitor import Visitor

PATH = "/licenses/new/"
ORDERS_AT_ONCE = 20
MAY_ISSUE = 5


class Sellers:
    """Three members of one reseller, each at several computers."""

    def __init__(self, portal: PortalServer) -> None:
        group = make_group(Privilege.CREATE, Privilege.RENEW, name="North")
        UserGroup.objects.filter(pk=group.pk).update(may_issue_all_products=True, max_permanent=MAY_ISSUE)
        self.group_id = group.pk
        self.product: Product = make_product("Spectra")
        self.visitors = [portal.visitor(make_member(group)) for _number in range(3)]

    @property
    def crowd(self) -> list[Visitor]:
        """As many visitors as orders are sent at once, the three taking turns."""
        return list(islice(cycle(self.visitors), ORDERS_AT_ONCE))

    def order(self) -> dict[str, str]:
        """Return what a form of its own sends for one permanent license in stock."""
        return {
            "token": str(uuid4()),
            "version": str(self.product.versions.get().pk),
            "license_model": "permanent",
            "number": "1",
            "max_activations": "1",
            "licensee": "Stock",
        }


@dataclass(frozen=True)
class Issued:
    """How the race ended: how many were told that they won, the group's counter, its licenses, and the answers."""

    winners: int
    counter: int
    rows: int
    answers: list[Timed]


def race_for_the_last_license(sellers: Sellers) -> Issued:
    """Let 20 orders be sent at once by a group that may issue one more license."""
    License.objects.filter(user_group=sellers.group_id).update(user_group=None)
    UserGroup.objects.filter(pk=sellers.group_id).update(issued_permanent=MAY_ISSUE - 1)
    answers = press_at_once([pressing(visitor, PATH, sellers.order()) for visitor in sellers.crowd])
    winners = sum(each.answer.status == 302 for each in answers)
    counter = UserGroup.objects.get(pk=sellers.group_id).issued_permanent
    return Issued(winners, counter, License.objects.filter(user_group=sellers.group_id).count(), answers)
