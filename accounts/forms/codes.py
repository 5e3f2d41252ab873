"""The forms of a mailed code."""

from allauth.account.forms import ConfirmLoginCodeForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import AddressField

LONGEST_CODE = 40


class CodeRequestForm(forms.Form):
    """The address to mail a code to."""

    email = AddressField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )


class ConfirmCodeForm(ConfirmLoginCodeForm):
    """The code; capitals, blanks and dashes make no difference."""

    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_("Eight letters, such as BCDF-GHJK."),
    )

    def clean_code(self) -> str:
        """Refuse any other code with what to do."""
        try:
            code: str = super().clean_code()
        except ValidationError:
            raise ValidationError(
                _("This is not the code. Take it from the newest mail, or let the portal mail you another one."),
                code="refused",
            ) from None
        return code
