"""Say what a database holds, so that two of them can be compared."""

import json

from django.core.management import BaseCommand

from bench.faults.contents import contents
from qlmportal.backups.tables import WITHOUT_ROWS


class Command(BaseCommand):
    """`manage.py contents`."""

    help = "Print a digest of every column of which a backup keeps rows, as JSON."

    def handle(self, *_arguments: object, **_options: object) -> None:
        """Print them."""
        found = {
            f"{table}.{column}": digest for (table, column), digest in contents().items() if table not in WITHOUT_ROWS
        }
        self.stdout.write(json.dumps(found))
