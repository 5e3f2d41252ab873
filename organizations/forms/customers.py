"""The forms by which user groups look after their customers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import AddressField
from organizations.forms.profile import PersonForm
from organizations.membership.people import FIELDS


class CustomerForm(PersonForm):
    """What a group knows of a customer."""


class NewCustomerForm(PersonForm):
    """A customer to be."""

    email = AddressField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The customer signs in with it. Only the customer can change it later."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, data: dict[str, str] | None = None) -> None:
        super().__init__(dict.fromkeys(FIELDS, ""), data)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"  # they are somebody else's


class DeleteForm(forms.Form):
    """The confirmation alone."""
