"""Load the demo data into an empty database."""

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError, transaction

from accounts.demo import mark_as_demo
from accounts.models import DemoMark, User
from licenses.demo.loading import load
from licenses.models import Product
from organizations.models import Organization, UserGroup

_OWN = (User.objects, UserGroup.objects, Organization.objects, Product.objects)


class Command(BaseCommand):
    """Fill an empty database with a vendor's people, products and licenses, and mark it as a demo."""

    help = "Loads the demo data into an empty database and marks it, so that it never meets real people."

    def handle(self, *args: str, **options: object) -> None:
        """Load everything in one transaction, or refuse and change nothing."""
        try:
            self.stdout.write(self._load())
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(f"The database is not ready, run the command migrate before this: {error}") from None

    @transaction.atomic
    def _load(self) -> str:
        if DemoMark.objects.exists():
            return "The demo data is here already; nothing was changed."
        if any(rows.exists() for rows in _OWN):
            raise CommandError(
                "This database holds data of its own, and the demo lets anybody in: nothing was loaded. "
                "Give the demo another database with DATABASE_URL."
            )
        load()
        mark_as_demo()
        return "Loaded the demo data and marked the database as a demo."
