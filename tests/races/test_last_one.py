"""R1: many want the last one at the same moment, and exactly one gets it."""

from collections.abc import Callable

from tests.races.last_one import (
    ACTIVATIONS_AT_ONCE,
    ALLOWED,
    DEACTIVATIONS_AT_ONCE,
    race_for_the_last_activation,
    race_for_the_last_deactivation,
)
from tests.races.racing import READ_EVERY, ROUNDS, Crowd, assert_nobody_waited_long, read_at_once, worst


def test_of_50_who_activate_at_once_exactly_one_gets_the_last_activation(
    crowd: Crowd, record_property: Callable[[str, object], None]
) -> None:
    racing = reading = 0.0
    for round_number in range(ROUNDS):
        outcome = race_for_the_last_activation(crowd)
        assert (outcome.winners, outcome.counter, outcome.rows) == (1, ALLOWED, ALLOWED)
        assert len(outcome.losers) == ACTIVATIONS_AT_ONCE - 1
        for page in outcome.losers:
            assert "All 3 activations are in use." in page
            assert "Replace a computer" in page
        racing = max(racing, worst(outcome.answers))
        if round_number % READ_EVERY == 0:
            reading = max(reading, worst(read_at_once(crowd, ACTIVATIONS_AT_ONCE)))
    assert_nobody_waited_long(record_property, "50 activations at once", racing, reading)


def test_of_20_who_deactivate_at_once_exactly_one_uses_the_last_of_the_quota(
    crowd: Crowd, record_property: Callable[[str, object], None]
) -> None:
    racing = reading = 0.0
    for round_number in range(ROUNDS):
        outcome = race_for_the_last_deactivation(crowd)
        assert (outcome.winners, outcome.rows) == (1, 1)
        assert outcome.counter == DEACTIVATIONS_AT_ONCE - 1
        assert len(outcome.losers) == DEACTIVATIONS_AT_ONCE - 1
        assert all("No deactivation is left: 1 of 1 were used" in page for page in outcome.losers)
        racing = max(racing, worst(outcome.answers))
        if round_number % READ_EVERY == 0:
            reading = max(reading, worst(read_at_once(crowd, DEACTIVATIONS_AT_ONCE)))
    assert_nobody_waited_long(record_property, "20 deactivations at once", racing, reading)
