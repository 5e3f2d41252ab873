"""R4 at its full length: for an hour no mail is taken, in one way after the other, while people go on inviting."""

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from django.db import connection

from bench.faults.mail import MOST, invite, milliseconds, without
from bench.faults.people import READ
from bench.faults.row import Row
from bench.faults.stage import Stage
from tests.cast import make_contact, make_organization
from tests.support.mail_server import MailServer
from tests.support.visitor import Visitor

PAUSE_SECONDS = 5.0
BEFORE = 16
LOOK_SECONDS = 0.2
SOON_SECONDS, PATIENCE_SECONDS = 300.0, 900.0
"""Until when all mails have to be there once the server is back, and how long they are waited for."""
Fault = Callable[[MailServer], AbstractContextManager[None]]


@dataclass
class Times:
    """How long inviting took, which mails somebody, and reading a list, which does not (seconds)."""

    inviting: list[float] = field(default_factory=list)
    reading: list[float] = field(default_factory=list)

    def ratio_to(self, before: "Times") -> float:
        """Return by how much inviting has become slower than reading has, so that a busy machine is left out."""
        inviting = statistics.median(self.inviting) / statistics.median(before.inviting)
        return inviting / (statistics.median(self.reading) / statistics.median(before.reading))


@contextmanager
def putting_off(mail: MailServer) -> Iterator[None]:
    """Let the server answer each mail that it is to be tried again later."""
    mail.refusals["MAIL"] = "451 not now"
    try:
        yield
    finally:
        mail.refusals.clear()


def refusing(mail: MailServer) -> AbstractContextManager[None]:
    """Let nobody listen at its port."""
    return without(mail, is_hanging=False)


def hanging(mail: MailServer) -> AbstractContextManager[None]:
    """Let somebody listen there who never says anything."""
    return without(mail, is_hanging=True)


FAULTS: tuple[tuple[str, Fault], ...] = (("puts off", putting_off), ("refuses", refusing), ("is silent", hanging))


def lose_mail_server_for(stage: Stage, minutes: float) -> Iterator[Row]:
    """Take the mail server away for `minutes`, a third of them in each way; see when the last mail comes after."""
    reader, invited, before = _reader(stage.url), list[str](), Times()
    for _number in range(BEFORE):
        _ask(stage.url, reader, invited, before)
    times: dict[str, Times] = {}
    for name, fault in FAULTS:
        deadline = time.monotonic() + minutes * 60 / len(FAULTS)
        times[name] = Times()
        with fault(stage.mail):
            while time.monotonic() < deadline:
                _ask(stage.url, reader, invited, times[name])
    arrived, last = _wait_for(stage.mail, invited)
    yield _row(minutes, before, times, (len(set(invited)), arrived, last))


def _reader(url: str) -> Visitor:
    reader = Visitor(url)
    reader.sign_in(make_contact(make_organization()).user)
    connection.close()
    return reader


def _ask(url: str, reader: Visitor, invited: list[str], times: Times) -> None:
    """Invite one person, read one page, and rest."""
    times.inviting.extend(invite(url, invited, 1))
    began = time.perf_counter()
    status = reader.get(READ).status
    times.reading.append(time.perf_counter() - began)
    if status != 200:
        raise RuntimeError(f"reading is answered by {status}")
    time.sleep(PAUSE_SECONDS)


def _wait_for(mail: MailServer, invited: list[str]) -> tuple[Counter[str], float]:
    """Return how many mails each person got, and after how many seconds the last of them came."""
    wanted, began, last, number = set(invited), time.monotonic(), 0.0, len(mail.recipients)
    while time.monotonic() - began < PATIENCE_SECONDS and not wanted <= set(mail.recipients):
        time.sleep(LOOK_SECONDS)
        if len(mail.recipients) > number:
            number, last = len(mail.recipients), time.monotonic() - began
    time.sleep(10 * LOOK_SECONDS)
    return Counter(each for each in mail.recipients if each in wanted), last


def _row(minutes: float, before: Times, times: dict[str, Times], came: tuple[int, Counter[str], float]) -> Row:
    number, arrived, last = came
    again = sum(each > 1 for each in arrived.values())
    ratios = {name: each.ratio_to(before) for name, each in times.items()}
    pages = ", ".join(
        f"{name}: {milliseconds(each.inviting)} ({ratios[name]:.2f} × beside a page without mail)"
        for name, each in times.items()
    )
    return Row(
        "R4",
        f"no mail taken for {minutes:g} minutes",
        f"a third each: the server {', '.join(times)}; somebody is invited every {PAUSE_SECONDS:g} s",
        f"inviting took {milliseconds(before.inviting)} before; {pages}; {len(arrived)} of {number} mails came, "
        f"the last {last:.0f} s after the server was back, {again} of them twice",
        f"as fast as before (≤ {MOST:g} ×); every mail goes out later, once, ≤ {SOON_SECONDS:.0f} s after",
        max(ratios.values()) <= MOST and len(arrived) == number and not again and last <= SOON_SECONDS,
    )
