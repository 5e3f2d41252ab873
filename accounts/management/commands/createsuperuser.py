"""Takes the place of Django's command of this name, which would make a person without a verified address."""

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Point to the command that makes staff."""

    help = "Not used here: python3 portal.py add-staff ADDRESS adds staff."

    def add_arguments(self, parser: CommandParser) -> None:
        """Accept what Django's command accepts, to answer it with the same sentence."""
        parser.add_argument("anything", nargs="*")

    def handle(self, *args: str, **options: object) -> None:
        """Say what to use instead."""
        raise CommandError("Staff are added with: python3 portal.py add-staff ADDRESS")
