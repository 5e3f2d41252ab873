"""Who works with the portal while it is broken: one contact with several licenses, in many browsers at once."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q

from accounts.models import AuditEvent
from licenses.models import Activation, License
from tests.cast import make_contact, make_license, make_organization, make_product
from tests.support.visitor import Answer, Visitor

CLIENTS = 8
"""As many as a portal has threads; every second one changes something, the others read."""
ALLOWED = 9_000
PAUSE_SECONDS = 0.02
READ = "/licenses/"
_numbers = count()


@dataclass(frozen=True)
class Attempt:
    """One request: when it was sent and answered (monotonic seconds), what came, and the computer it is about."""

    began: float
    ended: float
    answer: Answer | None
    computer: str = ""

    @property
    def seconds(self) -> float:
        """How long somebody waited."""
        return self.ended - self.began

    @property
    def status(self) -> int:
        """What the portal answered; 0 where the connection broke off, or nobody took it."""
        return self.answer.status if self.answer else 0

    @property
    def is_fine(self) -> bool:
        """Whether it was answered as usual."""
        return 200 <= self.status < 400

    @property
    def is_told_to_wait(self) -> bool:
        """Whether it was answered by the plain page that says when to come back."""
        if self.answer is None or self.status != 503:
            return False
        return bool(self.answer.headers.get("Retry-After")) and "not available right now" in self.answer.text


class Crowd:
    """A contact with licenses of their own, and what everybody was answered."""

    def __init__(self, url: str) -> None:
        organization = make_organization()
        self._contact = make_contact(organization)
        product = make_product()
        self.licenses: list[License] = [
            make_license(organization=organization, product=product, max_activations=ALLOWED)
            for _number in range(CLIENTS // 2)
        ]
        self._visitor = Visitor(url)
        self._visitor.sign_in(self._contact.user)
        self.attempts: list[Attempt] = []
        connection.close()

    def activate(self, license_id: UUID, computer: str) -> Attempt:
        """Press the button once; what happens is what it is."""
        fields = {"computer_id": f"ID-{computer}", "computer_name": computer}
        return self._ask(f"/licenses/{license_id}/activate/", fields, computer)

    def read(self) -> Attempt:
        """Open the list."""
        return self._ask(READ, None, "")

    def _ask(self, path: str, fields: dict[str, str] | None, computer: str) -> Attempt:
        began = time.monotonic()
        answer: Answer | None = None
        with suppress(OSError, http.client.HTTPException):
            answer = self._visitor.get(path) if fields is None else self._visitor.post(path, fields)
        return Attempt(began, time.monotonic(), answer, computer)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Let all of them work; a computer that was not activated is tried again until it is."""
        has_ended = threading.Event()

        def work(number: int) -> None:
            license_id, computer = self.licenses[number // 2].pk, ""
            while not has_ended.is_set():
                if number % 2:
                    attempt = self.read()
                else:
                    computer = computer or f"PC-{next(_numbers)}"
                    attempt = self.activate(license_id, computer)
                    computer = "" if attempt.is_fine else computer
                self.attempts.append(attempt)
                time.sleep(PAUSE_SECONDS)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            has_ended.set()
            for thread in threads:
                thread.join()

    def promised(self) -> list[str]:
        """Return the computers of which somebody was told that they are activated."""
        return [each.computer for each in self.attempts if each.computer and each.status == 302]


@dataclass(frozen=True)
class Books:
    """Whether what the database holds is what people were told."""

    promised: int
    missing: int
    twice: int
    wrong_counters: int

    @property
    def are_right(self) -> bool:
        """Whether every promise was kept, once."""
        return self.promised > 0 and not (self.missing or self.twice or self.wrong_counters)

    def __str__(self) -> str:
        """Say so."""
        if self.are_right:
            return f"{self.promised} acknowledged activations are there, none twice"
        return (
            f"of {self.promised} acknowledged activations {self.missing} are missing, {self.twice} there twice, "
            f"{self.wrong_counters} counters wrong"
        )


def books_of(crowd: Crowd) -> Books:
    """Compare what was promised with activations, audit trail and counters."""
    promised = set(crowd.promised())
    open_rows = Count("activations", filter=Q(activations__deactivated_at=None))
    licenses = License.objects.filter(pk__in=[each.pk for each in crowd.licenses])
    wrong = licenses.annotate(open_rows=open_rows).exclude(activations_in_use=F("open_rows")).count()
    activations = Activation.objects.in_use().filter(license__in=licenses)
    events = AuditEvent.objects.filter(action="license.activated", target_id__in=licenses.values("pk"))
    written_down = Counter(events.values_list("details__activation", flat=True))
    rows: Counter[str] = Counter()
    for pk, name in activations.values_list("pk", "computer_name"):
        rows[name] += max(1, written_down[str(pk)])
    connection.close()
    twice = sum(number > 1 for number in rows.values())
    return Books(len(promised), len(promised - set(rows)), twice, wrong)


def since(attempts: Iterable[Attempt], moment: float) -> list[Attempt]:
    """Return those that were answered after a moment."""
    return [each for each in attempts if each.ended > moment]


def failed(attempts: Iterable[Attempt]) -> list[Attempt]:
    """Return those that were not answered as usual."""
    return [each for each in attempts if not each.is_fine]
