"""Fill an empty, migrated database with one of the data sets."""

from argparse import ArgumentParser

from django.core.management import BaseCommand

from bench.loading import load
from bench.reference.sizes import SIZES


class Command(BaseCommand):
    """`manage.py load_data reference`."""

    help = "Fill the empty database with a data set for measuring."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the data set's name."""
        parser.add_argument("size", choices=sorted(SIZES))

    def handle(self, *_arguments: object, size: str, **_options: object) -> None:
        """Load it."""
        load(SIZES[size])
