"""Compare the audit trail with its seals, and with those that were mailed."""

import re
from argparse import ArgumentTypeError
from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.audit_check import Misfit, misfits, unsealed
from accounts.models import AuditSeal

_MAILED = re.compile(r"(\d{4}-\d{2}-\d{2})=([0-9a-f]{64})")


def mailed_seal(text: str) -> tuple[date, str]:
    """Return the day and the seal that a mail says; raise ArgumentTypeError where it cannot be one."""
    found = _MAILED.fullmatch(text.strip().lower())
    try:
        if found is not None:
            return date.fromisoformat(found[1]), found[2]
    except ValueError:
        pass
    raise ArgumentTypeError(f"“{text}” is no seal; mails have them as 2026-11-21=, and 64 digits from 0 to f after it")


class Command(BaseCommand):
    """Name what of the audit trail was changed, added or removed after it had been sealed, and what is unguarded."""

    help = "Compares the audit trail with its seals; exits with 1 where something does not fit or does not guard it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take seals from earlier mails."""
        parser.add_argument(
            "--seal", action="append", default=[], type=mailed_seal, metavar="DAY=SEAL", help="a seal that was mailed"
        )

    def handle(self, *args: str, seal: list[tuple[date, str]], **options: object) -> None:
        """Print every misfit; raise CommandError when there is one."""
        found = list(misfits(dict(seal)))
        for misfit in found:
            self.stdout.write(_in_words(misfit))
        if found:
            raise CommandError(f"The audit trail does not fit its seals, or is not guarded ({len(found)}).")
        last = AuditSeal.objects.defer("ledger").order_by("-day").first()
        days = AuditSeal.objects.count()
        self.stdout.write(f"{days} days fit. The last seal: {last}" if last else "No day is sealed yet.")
        self.stdout.write(f"{unsealed().count()} events wait for their seal.")


def _in_words(misfit: Misfit) -> str:
    return f"{misfit.day:%Y-%m-%d}: {misfit.what}" if misfit.day else misfit.what
