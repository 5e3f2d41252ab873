"""Measure the figures and print the table."""

import os
from argparse import ArgumentParser

from django.core.management import BaseCommand, call_command
from django.db import connection

from bench.figures import FIGURES, Portals
from bench.serving import serving
from bench.table import as_markdown, circumstances


class Command(BaseCommand):
    """`manage.py measure P1 P10`; `python -m bench run` prepares everything and calls it."""

    help = "Measure the figures named, or all of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the names of figures."""
        parser.add_argument("figures", nargs="*", choices=[[], *FIGURES])

    def handle(self, *_arguments: object, figures: list[str], **_options: object) -> None:
        """Measure on two running portals, saying each line at once, and print the table."""
        call_command("collectstatic", interactive=False, verbosity=0)
        on_reference = dict(os.environ)
        on_small = {**on_reference, "DATABASE_URL": os.environ["BENCH_SMALL_DATABASE_URL"]}
        lines = []
        with serving(on_reference) as reference, serving(on_small) as small:
            for name in figures or FIGURES:
                for line in FIGURES[name](Portals(reference, small)):
                    self.stderr.write(" · ".join(filter(None, line.cells)))
                    lines.append(line)
        self.stdout.write(f"\n{as_markdown(lines)}\n\n{circumstances(_postgresql())}")


def _postgresql() -> str:
    version = connection.cursor().connection.info.server_version
    return f"{version // 10000}.{version % 10000}"
