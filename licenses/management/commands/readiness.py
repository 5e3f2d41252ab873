"""Print the readiness report; the exit status says whether there is a danger."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from licenses.readiness import Finding, report


class Command(BaseCommand):
    """Print what makes access dangerous where it follows from e-mail addresses."""

    help = "Prints what makes access dangerous; exits with 1 if there is anything."

    def handle(self, *_arguments: object, **_options: object) -> None:
        """Print every finding; raise CommandError when one is a danger."""
        found = report()
        for finding in found:
            self.stdout.write(_in_words(finding))
        dangers = sum(finding.is_danger for finding in found)
        if dangers:
            text = ngettext("%(number)d danger found.", "%(number)d dangers found.", dangers)
            raise CommandError(text % {"number": dangers})
        self.stdout.write(_("No danger found."))


def _in_words(finding: Finding) -> str:
    head = f"{_('Danger') if finding.is_danger else _('Note')}: {finding.what} ({finding.number}). {finding.why}"
    more = [_("… and %(number)d more") % {"number": finding.more}] if finding.more else []
    return "\n".join([head, *(f"  - {row.label}" for row in finding.rows), *(f"  {line}" for line in more)])
