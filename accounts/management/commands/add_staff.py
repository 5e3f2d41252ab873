"""Add somebody to the vendor's staff, with a link to set a password."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError, transaction

from accounts import audit
from accounts.models import User
from accounts.password_links import password_link
from accounts.people import create_person, normalize_email
from accounts.second_step import is_required_for


class Command(BaseCommand):
    """Make the person with this address staff with every right, or let that person be it from now on."""

    help = "Adds a person to the vendor's staff and prints a link, good for one hour and once, to set a password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address, and perhaps the name."""
        parser.add_argument("address", help="e-mail address to sign in with")
        parser.add_argument("--name", default="", help="full name; it can be changed later")

    def handle(self, *args: str, address: str, name: str, **options: object) -> None:
        """Say what is done, and print the link."""
        try:
            user = self._add_or_promote(normalize_email(address), name)
        except ValidationError as error:
            raise CommandError(f"“{address}” cannot be added: {' '.join(error.messages)}") from None
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(f"The database is not ready, start the portal once before this: {error}") from None
        self.stdout.write("Open this link within one hour to set a password; it works once:")
        self.stdout.write(password_link(user))
        if is_required_for(user):
            self.stdout.write("At the first sign-in the portal then asks to set up a second step: an app or a passkey.")

    @transaction.atomic
    def _add_or_promote(self, address: str, name: str) -> User:
        user = User.objects.filter(email=address).first()
        if user is None:
            user = create_person(address, name or address, is_staff=True, is_superuser=True)
            self.stdout.write(f"{address} is new and belongs to the staff, with every right.")
        else:
            self._promote(user)
        audit.record(audit.SYSTEM, "staff_added", user)
        return user

    def _promote(self, user: User) -> None:
        self.stdout.write(f"{user.email} is here already, and belongs to the staff from now on, with every right.")
        if not user.is_active:
            self.stdout.write(f"{user.email} was switched off and is switched on again.")
        user.is_active = user.is_staff = user.is_superuser = True
        user.save(update_fields=["is_active", "is_staff", "is_superuser"])
