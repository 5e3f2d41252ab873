"""Compare the stored files of releases with what the portal knows of them."""

from django.core.management import BaseCommand, CommandError, CommandParser

from licenses.stored_files import altered_files, left_behind, missing_files, remove_left_behind


class Command(BaseCommand):
    """`manage.py release_files`, with `--sums` to read every file, and `--remove` to remove what no release names."""

    help = "List files of releases that are missing or altered, and stored files that no release names."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the two options."""
        parser.add_argument("--sums", action="store_true", help="also read every file and compare its SHA-256")
        parser.add_argument("--remove", action="store_true", help="remove the stored files that no release names")

    def handle(self, *_arguments: object, sums: bool, remove: bool, **_options: object) -> None:
        """Print the lists; fail when a file is missing or altered, or the storage cannot be reached."""
        try:
            missing, altered = missing_files(), altered_files() if sums else []
            number = remove_left_behind() if remove else len(left_behind())
        except OSError as failure:
            raise CommandError(f"The storage cannot be reached: {failure}") from None
        for what, files in (("Missing", missing), ("Altered", altered)):
            for file in files:
                self.stdout.write(f"{what}: {file.release}, {file.get_platform_display()}, {file.name}")
        self.stdout.write(f"Named by no release{' and removed' if remove else ''}: {number}")
        if missing or altered:
            found = f"{len(missing)} files are missing" + (f", {len(altered)} are altered" if sums else "")
            raise CommandError(f"{found}. Restore them, or withdraw their releases.")
