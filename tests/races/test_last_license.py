"""R1 for the limits of a user group: many order at the same moment, and exactly one gets the last license."""

from collections.abc import Callable

import pytest

from licenses.models import License
from organizations.models import UserGroup
from tests.races.last_license import MAY_ISSUE, ORDERS_AT_ONCE, PATH, Sellers, race_for_the_last_license
from tests.races.racing import (
    READ_EVERY,
    ROUNDS,
    open_at_once,
    press_at_once,
    pressing,
    report_waiting,
    worst,
)
from tests.support.portal_server import PortalServer


@pytest.fixture
def sellers(portal: PortalServer, transactional_db: None) -> Sellers:
    return Sellers(portal)


@pytest.fixture
def unguarded_sellers(unguarded_portal: PortalServer, transactional_db: None) -> Sellers:
    return Sellers(unguarded_portal)


def test_of_20_orders_at_once_exactly_one_gets_the_last_license(
    sellers: Sellers, record_property: Callable[[str, object], None]
) -> None:
    racing = reading = 0.0
    for number in range(ROUNDS):
        outcome = race_for_the_last_license(sellers)
        assert (outcome.winners, outcome.counter, outcome.rows) == (1, MAY_ISSUE, 1)
        losers = [each.answer.text for each in outcome.answers if each.answer.status == 200]
        assert len(losers) == ORDERS_AT_ONCE - 1
        assert all("5 of 5 permanent licenses issued; you asked for 1." in page for page in losers)
        racing = max(racing, worst(outcome.answers))
        if number % READ_EVERY == 0:
            reading = max(reading, worst(open_at_once(sellers.crowd, PATH)))
    report_waiting(record_property, "20 orders at once", racing, reading)


def test_same_form_sent_ten_times_at_once_makes_one_license(sellers: Sellers) -> None:
    order, visitor = sellers.order(), sellers.visitors[0]
    answers = press_at_once([pressing(visitor, PATH, order) for _time in range(10)])
    assert {each.answer.status for each in answers} == {302}
    assert License.objects.count() == 1
    assert UserGroup.objects.get(pk=sellers.group_id).issued_permanent == 1


def test_unguarded_portal_oversells_the_last_license(unguarded_sellers: Sellers) -> None:
    outcomes = (race_for_the_last_license(unguarded_sellers) for _round in range(ROUNDS))
    assert any(outcome.winners > 1 and outcome.rows > 1 for outcome in outcomes)
