"""R4: the mail server refuses connections, or takes them and says nothing, while people do what mails somebody."""

import socket
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import count

from django.db import connection

from bench.faults.portal import wait_until
from bench.faults.row import Row
from bench.faults.stage import Stage
from tests.cast import make_contact, make_organization
from tests.support.mail_server import HOST, MailServer
from tests.support.visitor import Visitor

INVITATIONS = 12
ROUNDS = 4
WARM_UP = 6
DELIVERED_SECONDS = 90.0
SETTLING_SECONDS = 2.5
"""As long as the worker takes to look for mails again, so that it meets the fault while people work."""
MOST = 1.2
_numbers = count()


def lose_mail_server(stage: Stage) -> Iterator[Row]:
    """Let people invite others by turns: with the mail server as it should be, without it, and while it hangs."""
    invited: list[str] = []
    times: dict[str, list[float]] = {"up": [], "refusing": [], "hanging": []}
    invite(stage.url, [], WARM_UP)
    for _round in range(1 if stage.is_short else ROUNDS):
        for state, taken in times.items():
            with _state(stage.mail, state):
                time.sleep(SETTLING_SECONDS)
                taken.extend(invite(stage.url, invited, INVITATIONS))
    began = time.monotonic()
    arrived = _wait_for(stage.mail, invited)
    took = time.monotonic() - began
    again = sum(number > 1 for number in arrived.values())
    delivery = f"{len(arrived)} of {len(invited)} mails came within {took:.0f} s after, {again} of them twice"
    for state, done in (("refusing", "nobody listens at its port"), ("hanging", "it takes connections and is silent")):
        ratio = statistics.median(times[state]) / statistics.median(times["up"])
        pages = f"a page takes {milliseconds(times[state])} instead of {milliseconds(times['up'])} ({ratio:.2f} ×)"
        yield Row(
            "R4",
            f"mail server {state}",
            f"{done}, while {len(times[state])} people are invited",
            f"{pages}; {delivery}",
            f"as fast as before (≤ {MOST:g} ×); every mail goes out later, once",
            ratio <= MOST and set(arrived) == set(invited) and not again,
        )


def milliseconds(seconds: list[float]) -> str:
    return f"{1000 * statistics.median(seconds):.0f} ms"


def _state(mail: MailServer, state: str) -> AbstractContextManager[None]:
    return nullcontext() if state == "up" else without(mail, is_hanging=state == "hanging")


@contextmanager
def without(mail: MailServer, *, is_hanging: bool) -> Iterator[None]:
    """Take the mail server away; with `is_hanging` somebody listens in its place who never says anything."""
    mail.stop()
    silent = socket.create_server((HOST, mail.port)) if is_hanging else None
    try:
        yield
    finally:
        if silent:
            silent.close()
        mail.start()


def invite(url: str, invited: list[str], number: int) -> list[float]:
    """Let the contact of a new organization invite people; return how long each page took, in seconds."""
    organization = make_organization()
    visitor = Visitor(url)
    visitor.sign_in(make_contact(organization).user)
    connection.close()
    seconds = []
    for _person in range(number):
        address = f"person{next(_numbers)}@new.example"
        began = time.perf_counter()
        answer = visitor.post(f"/organizations/{organization.pk}/users/add/", {"full_name": "Nina", "email": address})
        seconds.append(time.perf_counter() - began)
        if answer.status != 302:
            raise RuntimeError(f"inviting is answered by {answer.status}")
        invited.append(address)
    return seconds


def _wait_for(mail: MailServer, invited: list[str]) -> Counter[str]:
    """Wait until all have got their mail, and a little longer; return how many each of them got."""
    with suppress(TimeoutError):
        wait_until(lambda: set(invited) <= set(mail.recipients), DELIVERED_SECONDS)
    time.sleep(2 * SETTLING_SECONDS)
    wanted = set(invited)
    return Counter(each for each in mail.recipients if each in wanted)
