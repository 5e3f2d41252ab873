"""Compare the stored files of releases with what the portal knows of them."""

from django.core.management import BaseCommand, CommandError, CommandParser

from licenses.stored_files import left_behind, missing_files, remove_left_behind


class Command(BaseCommand):
    """`manage.py release_files`, with `--remove` to remove what no release names."""

    help = "List files of releases that are missing, and stored files that no release names."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the one option."""
        parser.add_argument("--remove", action="store_true", help="remove the stored files that no release names")

    def handle(self, *_arguments: object, remove: bool, **_options: object) -> None:
        """Print both lists; fail when a file is missing or the storage cannot be reached."""
        try:
            missing, number = missing_files(), remove_left_behind() if remove else len(left_behind())
        except OSError as failure:
            raise CommandError(f"The storage cannot be reached: {failure}") from None
        for file in missing:
            self.stdout.write(f"Missing: {file.release}, {file.get_platform_display()}, {file.name}")
        self.stdout.write(f"Named by no release{' and removed' if remove else ''}: {number}")
        if missing:
            raise CommandError(f"{len(missing)} files are missing. Restore them, or withdraw their releases.")
