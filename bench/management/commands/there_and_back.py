"""Take the newest migrations back and apply them again, and see that nothing is lost on the way."""

import time
from argparse import ArgumentParser
from collections.abc import Callable

from django.core.management import BaseCommand, CommandError
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from bench.faults.contents import contents, differences
from bench.faults.locks import watching

APPS = ("licenses", "organizations", "accounts")
LONG_SECONDS = 1.0
Target = tuple[str, str]


class Command(BaseCommand):
    """`manage.py there_and_back --steps 3`; run it on a copy: what newer migrations brought is gone afterwards."""

    help = "Take the newest migrations of each app back, apply them again, and compare all rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how far to go."""
        parser.add_argument("--steps", type=int, default=3, help="how many migrations of each app are taken back")

    def handle(self, *_arguments: object, steps: int, **_options: object) -> None:
        """Go there and back; print how long each way took, what took long, or fail with what was lost."""
        top, long = contents(), list[str]()
        there = _timed(lambda: _migrate(targets(steps), "backwards", long))
        bottom = contents()
        back = _timed(lambda: _migrate(newest(), "forwards", long))
        again = contents()
        if lost := differences(top, bottom) or differences(bottom, again) or sorted(map(str, set(top) - set(again))):
            raise CommandError(f"other values than before in: {', '.join(lost)}")
        self.stdout.write(
            f"{steps} migrations of each app: backwards in {there:.1f} s, forwards in {back:.1f} s; "
            f"the same values in {len(bottom)} columns; longer than {LONG_SECONDS:g} s: {'; '.join(long) or 'none'}"
        )


def _timed(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def _migrate(to: list[Target], way: str, long: list[str]) -> None:
    """Migrate as `manage.py migrate` does; note which migrations take long, and what they lock meanwhile."""
    with watching() as held:
        began = time.monotonic()

        def note(step: str, migration: Migration | None = None, _is_fake: bool | None = False, /) -> None:
            nonlocal began
            if step in {"apply_start", "unapply_start"}:
                began, held.since = time.monotonic(), {}
            elif migration is not None and time.monotonic() - began > LONG_SECONDS:
                now = time.monotonic()
                long.append(f"{migration} {way} {now - began:.1f} s, meanwhile {held.in_words(now)}")

        executor = MigrationExecutor(connection, note)
        executor.migrate(to)


def targets(steps: int) -> list[Target]:
    """Return for each app the migration that is the last one when `steps` are taken back."""
    names = {app: sorted(name for of, name in MigrationLoader(connection).graph.nodes if of == app) for app in APPS}
    return [(app, each[max(0, len(each) - steps - 1)]) for app, each in names.items()]


def newest() -> list[Target]:
    """Return the last migration of each app, whoseever it is."""
    leaves: list[Target] = MigrationLoader(connection).graph.leaf_nodes()
    return leaves
