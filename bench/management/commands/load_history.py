"""Write what happened to the rows of a data set."""

from django.core.management import BaseCommand

from bench.history import load_history


class Command(BaseCommand):
    """`manage.py load_history`."""

    help = "Write the audit trail, mails and invitations that go with the data set for measuring, anew."

    def handle(self, *_arguments: object, **_options: object) -> None:
        """Write it."""
        load_history()
