"""The form that takes a code by which somebody proves anew who they are."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.codes import LONGEST_CODE


class ProofCodeForm(forms.Form):
    """The mailed code; capitals, blanks and dashes make no difference."""

    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_("Eight letters, such as BCDF-GHJK."),
    )

    def refuse(self) -> None:
        """Say that it was another code, and what to do."""
        self.add_error(
            "code", _("This is not the code. Take it from the newest mail, or let the portal mail you another one.")
        )
