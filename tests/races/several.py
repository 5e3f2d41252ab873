"""People who deactivate overlapping selections of computers, on several licenses, at the same moment."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from licenses.models import Activation, License
from tests.races.racing import Crowd, Press, Timed, activations_of, count, press_at_once
from tests.support.visitor import Visitor

PATH = "/computers/deactivate/"
AT_ONCE = 12
LICENSES, COMPUTERS, QUOTA = 4, 6, 3
EACH_TAKES = 2


@dataclass(frozen=True)
class Outcome:
    """How the race for several quotas ended, license by license: counters, open rows, and what counts for the quota."""

    counters: list[int]
    open_rows: list[int]
    used: list[int]
    answers: list[Timed]


def deactivating_several(visitor: Visitor, computers: Sequence[Activation]) -> Press:
    """Return the press of the button that deactivates these computers, named in any order."""
    named = [str(each.pk) for each in computers]
    random.shuffle(named)
    return lambda: visitor.post(PATH, {"computer": named, "confirm": "yes"})


def moments_told(answers: Sequence[Timed]) -> set[str]:
    """Return the moments that those who were told of a success can undo."""
    queries = (parse_qs(urlsplit(each.answer.location).query) for each in answers)
    return {query["deactivated"][0] for query in queries if "deactivated" in query}


def race_for_several_quotas(crowd: Crowd) -> Outcome:
    """Let 12 people deactivate two computers each of three licenses at once; a quota lets three of six go."""
    licenses: list[License] = [crowd.license(allowed=COMPUTERS, in_use=COMPUTERS, quota=QUOTA) for _ in range(LICENSES)]
    computers = [activations_of(license) for license in licenses]
    presses = [
        deactivating_several(
            visitor,
            [each for of_one in random.sample(computers, LICENSES - 1) for each in random.sample(of_one, EACH_TAKES)],
        )
        for visitor in crowd.visitors(AT_ONCE)
    ]
    answers = press_at_once(presses)
    counts = [count(license.pk) for license in licenses]
    used = [license.activations.filter(counts_for_quota=True).count() for license in licenses]
    return Outcome([counter for counter, _rows in counts], [rows for _counter, rows in counts], used, answers)
