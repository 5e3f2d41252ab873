"""The forms that invite people."""

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.fields import AddressField
from accounts.names import LONGEST_NAME, folds_short
from organizations.forms.profile import Line as OneLine
from organizations.membership.many import MOST_LINES, Line, lines_of

LARGEST_FILE = 1_000_000


class InviteForm(forms.Form):
    """One person. `is_outside_meant` appears when the address is outside of the organization's domains."""

    full_name = OneLine(label=gettext_lazy("Full name"), max_length=LONGEST_NAME, validators=[folds_short])
    email = AddressField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    is_outside_meant = forms.BooleanField(
        label=gettext_lazy("This address is meant, though it is outside of the organization’s mail domains"),
        required=False,
    )
    asks_whether_meant = False

    def ask_whether_meant(self, why: str) -> None:
        """Ask for the second, explicit confirmation."""
        self.asks_whether_meant = True
        self.add_error("email", why)


class InviteManyForm(forms.Form):
    """A pasted list, or a file with one."""

    text = forms.CharField(
        label=gettext_lazy("Names and addresses, one person in each line"),
        required=False,
        max_length=LARGEST_FILE,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy("Such as: Anna Berg, anna@example.com"),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a CSV file"), required=False, help_text=gettext_lazy("At most 1 MB and 10,000 lines.")
    )
    is_outside_meant = forms.BooleanField(
        label=gettext_lazy("Addresses outside of the organization’s mail domains are meant"), required=False
    )

    def clean_file(self) -> str:
        """Return the text of the file, which has to be UTF-8."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is None:
            return ""
        if (file.size or 0) > LARGEST_FILE:
            raise ValidationError(_("This file has more than 1 MB. Split it."), code="too_big")
        try:
            return str(file.read(), "utf-8-sig")
        except UnicodeDecodeError:
            raise ValidationError(_("This file is not UTF-8 text. Save it as “CSV UTF-8”."), code="not_text") from None

    def clean(self) -> dict[str, object]:
        """Read the lines of whichever was given."""
        cleaned = super().clean() or {}
        text = str(cleaned.get("file") or cleaned.get("text") or "")
        if not self.errors:
            cleaned["lines"] = self._lines(text)
            cleaned["typed"] = text
        return cleaned

    def _lines(self, text: str) -> list[Line]:
        if "\x00" in text or "\ufffd" in text:
            raise ValidationError(_("This is no text: it has characters that cannot be read."), code="not_text")
        lines = lines_of(text)
        if not lines:
            raise ValidationError(_("Type at least one address, or choose a file with some."), code="empty")
        if len(lines) > MOST_LINES:
            raise ValidationError(
                _("There are %(number)d lines, and at most 10,000 are taken at once.") % {"number": len(lines)},
                code="too_many",
            )
        return lines

    def shown_again(self) -> "InviteManyForm":
        """Return the form as the preview shows it: the list as text, whatever it came from."""
        data: Mapping[str, object] = {
            "text": self.cleaned_data["typed"],
            "is_outside_meant": self.cleaned_data["is_outside_meant"],
        }
        again = InviteManyForm(dict(data))
        again.full_clean()
        return again
