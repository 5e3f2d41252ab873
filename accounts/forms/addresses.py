"""The form that asks for another e-mail address."""

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import AddressField
from accounts.models import User


class ChangeAddressForm(forms.Form):
    """The address to have from now on."""

    email = AddressField(
        label=_("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, user: User, sent: Mapping[str, str] | None = None) -> None:
        super().__init__(sent)
        self.user = user

    def clean_email(self) -> str:
        """Refuse the address that the person has."""
        address: str = self.cleaned_data["email"]
        if address == self.user.email:
            raise ValidationError(_("This is your address already. Type another one."), code="same")
        return address
