"""Mails that a restored backup has put on hold: list them, release them, or remove them."""

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mail_on_hold import on_hold, release_held, remove_held


class Command(BaseCommand):
    """`manage.py mails_on_hold`, with `--release` or `--remove` to decide what becomes of them."""

    help = "Lists the mails that waited when a backup was made that was restored; releases or removes them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one of the two options, or none."""
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--release", action="store_true", help="let the worker send them")
        which.add_argument("--remove", action="store_true", help="remove them unsent")

    def handle(self, *_arguments: object, release: bool, remove: bool, **_options: object) -> None:
        """Print whom they are for and what they are about, never what they say; or what became of them."""
        if release:
            number = release_held()
            text = ngettext("%(number)d mail goes out now.", "%(number)d mails go out now.", number)
        elif remove:
            number = remove_held()
            text = ngettext("%(number)d mail was removed.", "%(number)d mails were removed.", number)
        else:
            for mail in on_hold():
                self.stdout.write(f"{mail.created:%Y-%m-%d %H:%M} UTC  {', '.join(mail.to)}  {mail.subject}")
            number = on_hold().count()
            text = ngettext("%(number)d mail is on hold.", "%(number)d mails are on hold.", number)
        self.stdout.write(text % {"number": number} if number else _("No mail is on hold."))
