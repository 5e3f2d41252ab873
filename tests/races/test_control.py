"""The control of R1: a portal that guards nothing loses the same races, so they prove something.

Its page refuses at once who finds nothing left, as the portal's does; without the lock that helps nobody.
"""

from collections.abc import Callable

from tests.races.last_one import ALLOWED, Outcome, race_for_the_last_activation, race_for_the_last_deactivation
from tests.races.racing import ROUNDS, Crowd
from tests.races.several import QUOTA, race_for_several_quotas


def is_lost(race: Callable[[Crowd], Outcome], crowd: Crowd, fair: int) -> bool:
    """Return whether one of a bounded number of rounds ends with more than one winner, and rows for them."""
    return any(outcome.winners > 1 and outcome.rows > fair for outcome in (race(crowd) for _ in range(ROUNDS)))


def test_unguarded_portal_oversells_the_last_activation(unguarded: Crowd) -> None:
    assert is_lost(race_for_the_last_activation, unguarded, ALLOWED)


def test_unguarded_portal_oversells_the_last_deactivation(unguarded: Crowd) -> None:
    assert is_lost(race_for_the_last_deactivation, unguarded, 1)


def test_unguarded_portal_exceeds_the_quota_of_several_at_once(unguarded: Crowd) -> None:
    outcomes = (race_for_several_quotas(unguarded) for _ in range(ROUNDS))
    assert any(max(outcome.used) > QUOTA or outcome.counters != outcome.open_rows for outcome in outcomes)
