"""Make a backup of the database and the files of releases, while the portal goes on."""

import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from qlmportal.backups.manifest import BackupError
from qlmportal.backups.taking import back_up

FOR_THE_OWNER = 0o077


class Command(BaseCommand):
    """`manage.py backup FOLDER`."""

    help = "Writes the database, as it is at one moment, and the files of releases into a new folder; no secrets."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder."""
        parser.add_argument("folder", type=Path, help="a folder that does not exist yet")
        parser.add_argument(
            "--earlier", type=Path, metavar="BACKUP", help="link files of releases that this one has, on the same disk"
        )

    def handle(self, *_arguments: object, folder: Path, earlier: Path | None, **_options: object) -> None:
        """Make it, and say what is in it; fail, too, when files of releases were not there as people got them."""
        os.umask(FOR_THE_OWNER)
        try:
            taken = back_up(folder.expanduser().resolve(), earlier and earlier.expanduser().resolve())
        except (BackupError, OSError, DatabaseError) as failure:
            raise CommandError(f"There is no backup: {failure}") from None
        manifest = taken.manifest
        if not manifest.has_files:
            self.stdout.write(
                "The files of releases are in a bucket and stay there: they are not in the backup. "
                "Keep versions and a copy of the bucket itself."
            )
        self.stdout.write(
            f"{folder}: {sum(manifest.rows.values())} rows of {len(manifest.rows)} tables, "
            f"{manifest.size / 1e6:.1f} MB. Keep the portal's secrets apart from it: without them it cannot be used."
        )
        if taken.unsound:
            names = "".join(f"\n  {name}" for name in taken.unsound)
            raise CommandError(f"The backup is made, but files of releases were missing or not what they were:{names}")
