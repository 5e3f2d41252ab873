"""Take the second step away from somebody who lost theirs; the only way for the vendor's staff."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError

from accounts.audit import SYSTEM
from accounts.models import User
from accounts.people import normalize_email
from accounts.second_step import SecondStepMissing, reset_second_step


class Command(BaseCommand):
    """Remove app, passkeys and recovery codes of the person with this address; whoever may run this may do anything."""

    help = "Takes every second step away from a person, ends their sessions and mails them about it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address."""
        parser.add_argument("address", help="e-mail address that the person signs in with")

    def handle(self, *args: str, address: str, **options: object) -> None:
        """Say what is done."""
        try:
            user = User.objects.get(email=normalize_email(address))
            reset_second_step(user, SYSTEM)
        except (ValidationError, User.DoesNotExist):
            raise CommandError(f"Nobody is registered with “{address}”.") from None
        except SecondStepMissing:
            raise CommandError(f"“{address}” has no second step.") from None
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(f"The database is not ready, start the portal once before this: {error}") from None
        self.stdout.write(f"The second step of {user.email} is taken away, every session ended, and a mail is queued.")
