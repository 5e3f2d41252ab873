"""Forms of the license pages. They check what was typed; the stories decide what is possible."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from licenses.computers import MAX_COMPUTER_ID, MAX_COMPUTER_NAME, check_computer_id, check_computer_name
from licenses.errors import LicenseError, Reason
from licenses.models import Activation, License

_FIELDS = {
    Reason.BAD_COMPUTER_ID: "computer_id",
    Reason.UNUSUAL_COMPUTER_ID: "computer_id",
    Reason.BAD_COMPUTER_NAME: "computer_name",
    Reason.STALE: "computer_name",
}


class StoryForm(forms.Form):
    """A form whose story may refuse: the sentence is shown beside the field it is about, else above the form."""

    def add_refusal(self, refusal: LicenseError) -> None:
        """Show why the story refused."""
        field = _FIELDS.get(refusal.reason)
        if field in self.fields:
            self.add_error(field, refusal.sentence)
        else:
            self.add_error(None, f"{gettext('Nothing was changed.')} {refusal.sentence}")


class ComputerIdField(forms.CharField):
    """A computer ID: 1 to 255 printable characters without spaces."""

    def clean(self, value: str | None) -> str:
        """Return the ID without surrounding blanks."""
        try:
            return check_computer_id(value or "")
        except LicenseError as refusal:
            raise forms.ValidationError(refusal.sentence) from None


class ComputerNameField(forms.CharField):
    """A computer name: at most 100 characters, may be empty."""

    def clean(self, value: str | None) -> str:
        """Return the name without surrounding blanks."""
        try:
            return check_computer_name(value or "")
        except LicenseError as refusal:
            raise forms.ValidationError(refusal.sentence) from None


class ActivateForm(StoryForm):
    """On which computer to activate, and what to call it."""

    computer_id = ComputerIdField(
        label=_("Computer ID"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "maxlength": MAX_COMPUTER_ID}
        ),
    )
    computer_name = ComputerNameField(
        label=_("Computer name"),
        required=False,
        help_text=_("So that you recognize it later: Anna’s laptop."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": MAX_COMPUTER_NAME}),
    )
    confirm_unusual = forms.BooleanField(
        label=_("The program shows exactly this computer ID"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, license: License, data: dict[str, str] | None = None) -> None:
        super().__init__(data)
        product = license.product
        looks_like = gettext("It looks like %(example)s.") % {"example": product.computer_id_example}
        self.fields["computer_id"].help_text = "\n".join(
            filter(None, [product.computer_id_help, looks_like if product.computer_id_example else ""])
        )

    def add_refusal(self, refusal: LicenseError) -> None:
        """Show why the story refused; an unusual computer ID can be confirmed then."""
        if refusal.reason is Reason.NONE_LEFT:
            fact = _("Nothing was changed: this computer does not use the license yet, and no activation is left.")
            self.add_error(None, fact)
            return
        super().add_refusal(refusal)
        if refusal.reason is Reason.UNUSUAL_COMPUTER_ID:
            self.fields["confirm_unusual"].widget = forms.CheckboxInput()


class RenameForm(StoryForm):
    """What to call a computer from now on; `was` is the name the person saw."""

    computer_name = ComputerNameField(
        label=_("Computer name"),
        required=False,
        help_text=_("So that you recognize it later: Anna’s laptop."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": MAX_COMPUTER_NAME}),
    )
    was = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, activation: Activation, data: dict[str, str] | None = None) -> None:
        name = activation.computer_name
        super().__init__(data, initial={"computer_name": name, "was": name})

    def keep_seen(self, name: str) -> None:
        """Take `name` as the one the person has seen, because a refusal told it; what they typed stays."""
        self.data = {**self.data, "was": name}
