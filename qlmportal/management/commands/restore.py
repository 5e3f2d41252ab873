"""Restore a backup into this portal."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.mail_on_hold import on_hold
from qlmportal.backups.manifest import BackupError
from qlmportal.backups.restoring import checked, restore, still_announced

NEXT = "Next: manage.py migrate, then manage.py release_files; then start the portal."


class Command(BaseCommand):
    """`manage.py restore FOLDER`; the portal is stopped meanwhile."""

    help = "Checks a backup, then puts its database and files into this portal, whole or not at all."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder, and what one is sure of."""
        parser.add_argument("folder", type=Path, help="the backup")
        parser.add_argument("--check", action="store_true", help="only check that it is what was written")
        parser.add_argument("--replace", action="store_true", help="give up the people and licenses that are here")
        parser.add_argument(
            "--with-other-secrets", action="store_true", help="restore also where what is encrypted stays closed"
        )

    def handle(
        self,
        *_arguments: object,
        folder: Path,
        check: bool,
        replace: bool,
        with_other_secrets: bool,
        **_options: object,
    ) -> None:
        """Restore, and say what is left to do."""
        try:
            if check:
                self.stdout.write(f"The backup of {checked(folder).made_at} is as it was written.")
                return
            manifest = restore(folder, replaces=replace, with_other_secrets=with_other_secrets)
        except (BackupError, OSError) as failure:
            raise CommandError(str(failure)) from None
        self.stdout.write(f"The portal is as it was at {manifest.made_at}. Everybody has to sign in again.")
        if number := on_hold().count():
            self.stdout.write(f"Mails on hold: {number}. manage.py mails_on_hold says which, and releases them.")
        for name in still_announced():
            self.stdout.write(
                f"The mails about {name} go on being written: untick *mail customers* if all have theirs."
            )
        self.stdout.write(NEXT)
