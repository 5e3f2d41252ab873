"""The demo mark: a database that anyone can sign in to never meets real people."""

import time
from dataclasses import dataclass

from accounts.models import DemoMark

ASK_AGAIN_SECONDS = 60


class _Answer:
    """What the database last said in this process, and until when (monotonic seconds) that is believed."""

    is_demo = False
    good_until = 0.0


def is_demo() -> bool:
    """Return whether the database holds demo data.

    A yes is believed for the life of the process, since the mark is never taken away; a no
    for a minute. An unreachable database raises, and nothing is remembered.
    """
    if not _Answer.is_demo and time.monotonic() >= _Answer.good_until:
        _Answer.is_demo = DemoMark.objects.exists()
        _Answer.good_until = time.monotonic() + ASK_AGAIN_SECONDS
    return _Answer.is_demo


def was_demo() -> bool:
    """Return what the database last said, without asking it; for pages that work without a database."""
    return _Answer.is_demo


def mark_as_demo() -> None:
    """Mark the database as one with demo data."""
    DemoMark.objects.get_or_create(pk=1)
    forget()


def forget() -> None:
    """Ask the database again next time."""
    _Answer.is_demo = False
    _Answer.good_until = 0.0


@dataclass(frozen=True)
class DemoPerson:
    """Somebody whom everybody may sign in as in the demo."""

    address: str
    name: str
    who: str


DEMO_PASSWORD = "portal-demo-1"  # noqa: S105  # public on purpose: the demo never meets real people
DEMO_PEOPLE = (
    DemoPerson("primary@acme.example", "Paula Brandt", "primary contact of Acme Engineering"),
    DemoPerson("secondary@acme.example", "Samuel Okoro", "secondary contact of Acme Engineering"),
    DemoPerson("member@acme.example", "Mira Lindholm", "plain member of Acme Engineering"),
    DemoPerson("solo@home.example", "Sol Herrera", "individual customer"),
    DemoPerson("primary@globex.example", "Greta Novak", "primary contact of Globex"),
    DemoPerson("reseller@north.example", "Rasmus North", "manager of the reseller North"),
    DemoPerson("viewer@south.example", "Vera Costa", "member of the reseller South, only sees"),
    DemoPerson("staff@vendor.example", "Stella Berg", "the vendor’s staff"),
)
