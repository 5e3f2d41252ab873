"""Say what a database holds, so that two of them can be compared."""

import json
from argparse import ArgumentParser

from django.core.management import BaseCommand
from django.db import transaction
from post_office.models import STATUS

from accounts.mail_on_hold import on_hold
from bench.faults.contents import contents
from qlmportal.backups.tables import WITHOUT_ROWS


class Command(BaseCommand):
    """`manage.py contents`."""

    help = "Print a digest of every column of which a backup keeps rows, as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether the database was restored."""
        parser.add_argument(
            "--restored", action="store_true", help="read mails that are on hold as waiting, which they were before"
        )

    def handle(self, *_arguments: object, restored: bool, **_options: object) -> None:
        """Print them; nothing is changed."""
        with transaction.atomic():
            if restored:
                on_hold().update(status=STATUS.queued)
            everything = contents()
            transaction.set_rollback(True)
        found = {
            f"{table}.{column}": digest for (table, column), digest in everything.items() if table not in WITHOUT_ROWS
        }
        self.stdout.write(json.dumps(found))
