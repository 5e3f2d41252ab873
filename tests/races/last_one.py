"""The two races of R1, the same for the portal and for its unguarded control."""

from dataclasses import dataclass

from licenses.models import License
from tests.races.racing import Crowd, Timed, activating, activations_of, count, deactivating, press_at_once

ACTIVATIONS_AT_ONCE = 50
DEACTIVATIONS_AT_ONCE = 20
ALLOWED = 3


@dataclass(frozen=True)
class Outcome:
    """How a race ended: how many were told that they won, the counter, the rows, and the answers."""

    winners: int
    counter: int
    rows: int
    answers: list[Timed]

    @property
    def losers(self) -> list[str]:
        """The pages of those who did not win."""
        return [each.answer.text for each in self.answers if each.answer.status == 200]


def race_for_the_last_activation(crowd: Crowd) -> Outcome:
    """Let 50 computers be activated at once on a license with one activation left."""
    license = crowd.license(allowed=ALLOWED, in_use=ALLOWED - 1)
    visitors = crowd.visitors(ACTIVATIONS_AT_ONCE)
    answers = press_at_once([activating(visitor, license, f"NEW-{n}") for n, visitor in enumerate(visitors)])
    counter, rows = count(license.pk)
    return Outcome(_winners(answers), counter, rows, answers)


def race_for_the_last_deactivation(crowd: Crowd) -> Outcome:
    """Let 20 computers be deactivated at once under a quota of which one is left; rows are those that count for it."""
    license: License = crowd.license(
        allowed=DEACTIVATIONS_AT_ONCE,
        in_use=DEACTIVATIONS_AT_ONCE,
        quota=1,
    )
    computers = activations_of(license)
    visitors = crowd.visitors(len(computers))
    presses = [deactivating(visitor, license, each) for visitor, each in zip(visitors, computers, strict=True)]
    answers = press_at_once(presses)
    counter, open_rows = count(license.pk)
    assert open_rows == len(computers) - license.activations.exclude(deactivated_at=None).count()
    return Outcome(_winners(answers), counter, license.activations.filter(counts_for_quota=True).count(), answers)


def _winners(answers: list[Timed]) -> int:
    return sum(each.answer.status == 302 for each in answers)
