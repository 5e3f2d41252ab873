"""Takes the place of django-post-office's command of this name, which knows nothing of what the portal's mails hold."""

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Point to the worker."""

    help = "Not used here: the worker sends mail."

    def add_arguments(self, parser: CommandParser) -> None:
        """Accept what the other command accepts, to answer it with the same sentence."""
        parser.add_argument("anything", nargs="*")

    def handle(self, *args: str, **options: object) -> None:
        """Say what to use instead."""
        raise CommandError("Mail is sent by the worker, which python3 portal.py starts: manage.py worker")
