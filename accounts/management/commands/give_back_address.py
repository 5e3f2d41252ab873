"""Give somebody the address back that somebody else took from them."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.own_address import AddressTaken, NeverTheirs, give_back_address
from accounts.people import person_with


class Command(BaseCommand):
    """Give an address back, once staff know whose it is: by another way than mail."""

    help = "Gives a person an address back that was theirs, after somebody else had changed it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take both addresses."""
        parser.add_argument("present", metavar="PRESENT-ADDRESS")
        parser.add_argument("former", metavar="FORMER-ADDRESS")

    def handle(self, *_arguments: object, present: str, former: str, **_options: object) -> None:
        """Give the address back, or say why not."""
        person, names = person_with(present), {"present": present, "former": former}
        if person is None:
            raise CommandError(_("Nobody signs in here as %(present)s.") % names)
        try:
            give_back_address(person, former.strip().lower())
        except NeverTheirs:
            raise CommandError(_("The audit trail knows of no %(former)s that was theirs.") % names) from None
        except AddressTaken:
            raise CommandError(_("%(former)s belongs to somebody else by now.") % names) from None
        self.stdout.write(
            _("%(former)s signs in again, by a link or code that is mailed there; %(present)s does not.") % names
        )
