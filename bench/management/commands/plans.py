"""Say which pages read or sort more of a big table than the person sees."""

import logging
import os
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from time import monotonic

from django.core.management import BaseCommand, CommandError, call_command

from accounts.models import User
from bench.addresses import Address, addresses, unknown_parts
from bench.capturing import sizes
from bench.left import Found, left_and_told, no_longer
from bench.limits import missing, served_limits
from bench.planning import Asker, Looker
from bench.reference.sizes import STAFF
from bench.stage import PEOPLE, set_stage, things_of
from bench.table import circumstances, markdown
from qlmportal.database import WEB_SERVER_PLANS, WEB_SERVER_TIMEOUTS

THERE = {HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.UNAUTHORIZED}
"""How an address answers where somebody gets to; the page about a provider that failed does so with 401."""
HEAD = ("Who", "Pages", "Questions", "Seconds", "Grow with a big table", "Slowest page")
ONE_LONG_TRANSACTION = "-c idle_in_transaction_session_timeout=0"
"""All that is asked here is asked in one transaction, which is idle while pages are written and plans are read."""


class Command(BaseCommand):
    """`manage.py plans licenses:list`; `python -m bench plans` prepares everything and calls it."""

    help = "Explain every question of every page on the reference data; fail where one grows with a big table."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the names of addresses."""
        parser.add_argument("names", nargs="*", metavar="address", help="such as licenses:list; all by default")

    def handle(self, *_arguments: object, names: list[str], **_options: object) -> None:
        """Ask as everybody; print a table, what is left for a reason, and what is wrong, and fail if anything is."""
        if unknown := unknown_parts():
            raise CommandError(f"Nothing to put into addresses for {', '.join(sorted(unknown))}.")
        call_command("collectstatic", interactive=False, verbosity=0)
        chosen = [address for address in addresses() if not names or address.name in names]
        limits = served_limits()
        # As the web server plans, and no longer than it waits.
        os.environ["PGOPTIONS"] = f"{WEB_SERVER_TIMEOUTS} {WEB_SERVER_PLANS} {ONE_LONG_TRANSACTION}"
        began = monotonic()
        self._rows: list[tuple[str, ...]] = []
        often, told = left_and_told(self._asked(chosen))
        wrong = [*missing(limits), *map(str, told)]
        wrong += [f"left, but no longer so: {each}" for each in no_longer(often, [at.name for at in chosen])]
        self.stdout.write(f"\n{markdown(HEAD, self._rows)}\n\n{monotonic() - began:.0f} s; {circumstances()}")
        self.stdout.write(f"Limits of the served portal: {', '.join(f'{name} {limits[name]}' for name in limits)}.")
        for leave, number in often.items():
            self.stdout.write(f"Left, {number} ×: {leave.address}: {leave.why}")
        for number, each in enumerate(wrong, start=1):
            self.stdout.write(f"{number}. {each}")
        if wrong:
            raise CommandError(f"{len(wrong)} findings.")
        self.stdout.write("Every page answers by indexes.")

    def _asked(self, chosen: Sequence[Address]) -> Iterator[Found]:
        """Yield what is wrong with the questions of the addresses `chosen`, as it is found."""
        statuses: dict[str, set[int]] = {address.name: set() for address in chosen}
        table_sizes = sizes()
        logging.getLogger("django.request").setLevel(logging.CRITICAL)  # most people may not do most things
        with set_stage():
            for who, (email, sees) in PEOPLE.items():
                user = User.objects.filter(email=email).first()
                things = things_of(user or User.objects.get(email=STAFF))
                yield from self._asked_by(Asker(Looker(who, user, things, sees), table_sizes), who, chosen, statuses)
        for address in chosen:
            answers = statuses[address.name]
            if not (answers & THERE or address.is_of_a_mail or (address.name.startswith("admin:") and not answers)):
                yield Found("anybody", address.name, address.name, f"nobody gets there: {sorted(answers)}")

    def _asked_by(
        self, asker: Asker, who: str, chosen: Sequence[Address], statuses: dict[str, set[int]]
    ) -> Iterator[Found]:
        began = monotonic()
        for address in chosen:
            before = len(asker.found)
            statuses[address.name] |= asker.ask(address)
            for found in asker.found[before:]:
                self.stderr.write(str(found))
                yield found
        seconds, page = asker.slowest
        numbers = (f"{asker.pages:,}", f"{asker.questions:,}", f"{monotonic() - began:.0f}", f"{len(asker.found):,}")
        self._rows.append((who, *numbers, f"{page} {1000 * seconds:,.0f} ms"))
        self.stderr.write(" · ".join(self._rows[-1]))
