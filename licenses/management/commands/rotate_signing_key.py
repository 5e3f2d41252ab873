"""Give a product a new key to sign license files with."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.audit import SYSTEM
from licenses.models import Product
from licenses.signing import rotate_signing_key


class Command(BaseCommand):
    """Make a new signing key; the one before signs no more, but stays published, so what it signed stays valid."""

    help = "Makes a new signing key for a product, or for all. License files signed before stay valid."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the slug of one product, or all of them."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("slug", nargs="?", help="slug of the product")
        which.add_argument("--all", action="store_true", help="every product")

    def handle(self, *args: str, slug: str | None, all: bool, **options: object) -> None:  # noqa: A002  # named by the option
        """Make the keys and print their ids."""
        for product in Product.objects.all() if all else [_product(slug or "")]:
            key = rotate_signing_key(product, SYSTEM)
            self.stdout.write(f"{product.slug}: signs with key {key.key_id} from now on; older keys stay published.")


def _product(slug: str) -> Product:
    product = Product.objects.filter(slug=slug).first()
    if product is None:
        known = ", ".join(Product.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no product with the slug “{slug}”. Products: {known}.")
    return product
