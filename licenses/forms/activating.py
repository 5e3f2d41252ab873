"""Forms of the license pages. They check what was typed; the stories decide what is possible."""

from dataclasses import asdict, fields, replace
from typing import TypedDict
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from licenses.computers import (
    MAX_COMPUTER_ID,
    MAX_COMPUTER_NAME,
    check_client_version,
    check_computer_id,
    check_computer_name,
)
from licenses.errors import LicenseError, Reason
from licenses.models import Activation, Product
from licenses.products import product_called
from licenses.request_file import MOST_BYTES, Wish, read_request_file

_FIELDS = {
    Reason.BAD_COMPUTER_ID: "computer_id",
    Reason.UNUSUAL_COMPUTER_ID: "computer_id",
    Reason.BAD_COMPUTER_NAME: "computer_name",
    Reason.BAD_CLIENT_VERSION: "client_version",
    Reason.STALE: "computer_name",
}


class Asked(TypedDict):
    """What somebody asks for who activates a computer."""

    computer_id: str
    computer_name: str
    client_version: str
    is_unusual_confirmed: bool


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


class ClientVersionField(forms.CharField):
    """The version of the program that asks: at most 50 characters, may be empty."""

    def clean(self, value: str | None) -> str:
        """Return the version without surrounding blanks."""
        try:
            return check_client_version(value or "")
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
    client_version = ClientVersionField(required=False, widget=forms.HiddenInput)

    def __init__(self, product: Product, data: dict[str, str] | None = None, wish: Wish | None = None) -> None:
        super().__init__(data, initial=asdict(wish or Wish()))
        looks_like = gettext("It looks like %(example)s.") % {"example": product.computer_id_example}
        self.fields["computer_id"].help_text = "\n".join(
            filter(None, [product.computer_id_help, looks_like if product.computer_id_example else ""])
        )

    @property
    def as_asked(self) -> Asked:
        """What was typed, as the stories take it."""
        typed = self.cleaned_data
        return {
            "computer_id": typed["computer_id"],
            "computer_name": typed["computer_name"],
            "client_version": typed["client_version"],
            "is_unusual_confirmed": typed["confirm_unusual"],
        }

    def add_refusal(self, refusal: LicenseError) -> None:
        """Show why the story refused; an unusual computer ID can be confirmed then."""
        if refusal.reason is Reason.NONE_LEFT:
            fact = _("Nothing was changed: this computer does not use the license yet, and no activation is left.")
            self.add_error(None, fact)
            return
        super().add_refusal(refusal)
        if refusal.reason is Reason.UNUSUAL_COMPUTER_ID:
            self.fields["confirm_unusual"].widget = forms.CheckboxInput()


class ProductForm(forms.Form):
    """Which product a program asks for, by its slug."""

    product = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_product(self) -> Product:
        """Return the product."""
        product = product_called(self.cleaned_data["product"])
        if product is None:
            raise forms.ValidationError(gettext("The program asks for a product that this portal does not know."))
        return product


class FromProgramForm(ActivateForm):
    """The same, where the license is still to be chosen: one of `product` that the person may activate."""

    product = forms.CharField(widget=forms.HiddenInput)
    license_id = forms.UUIDField(
        label=_("License"),
        error_messages={
            "required": _("Choose the license to activate."),
            "invalid": _("Choose one of these licenses."),
        },
    )

    @property
    def chosen(self) -> UUID | None:
        """The license that is chosen, as far as that can be read."""
        try:
            return UUID(self["license_id"].value() or "")
        except ValueError:
            return None


class RequestFileForm(forms.Form):
    """A request file to fill in the form with; `product` is the slug of the only one that it may be for."""

    request_file = forms.FileField(
        label=_("Request file"),
        required=False,
        allow_empty_file=True,
        help_text=_(
            "A program on a computer without a network writes one. It fills in the fields; "
            "nothing happens before you press Activate."
        ),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    def __init__(
        self,
        data: dict[str, str] | None = None,
        files: "MultiValueDict[str, UploadedFile[bytes]] | None" = None,
        product: Product | None = None,
    ) -> None:
        super().__init__(data, files)
        self._product = product

    @property
    def wish(self) -> Wish:
        """What the file asks for; what was typed, where it cannot be read."""
        if self.is_valid():
            wish: Wish = self.cleaned_data["request_file"]
            return replace(wish, computer_name=wish.computer_name or self._typed("computer_name"))
        return Wish(**{each.name: self._typed(each.name) for each in fields(Wish)})

    def _typed(self, name: str) -> str:
        """Return what was typed, or as much of it as is needed to say that it is too long."""
        text: str = self.data.get(name, "")
        return text[: MAX_COMPUTER_ID + 1]

    def clean_request_file(self) -> Wish:
        """Return what the file asks for."""
        upload: UploadedFile[bytes] | None = self.cleaned_data["request_file"]
        if upload is None:
            raise forms.ValidationError(gettext("Choose the request file that the program has written."))
        try:
            wish = read_request_file(upload.read(MOST_BYTES + 1))
        except LicenseError as refusal:
            raise forms.ValidationError(refusal.sentence) from None
        if self._product and wish.product != self._product.slug:
            sentence = gettext(
                "This file is for another product (%(asked)s); this license is for %(product)s. "
                "Choose a license of that product."
            )
            raise forms.ValidationError(sentence % {"asked": wish.product, "product": self._product.name})
        return wish


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
