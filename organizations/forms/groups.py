"""The forms by which managers look after the members of their user group."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import AddressField
from accounts.names import LONGEST_NAME, folds_short
from organizations.forms.joining import ANSWERS
from organizations.forms.profile import Line


class GroupInviteForm(forms.Form):
    """One person to invite."""

    full_name = Line(label=_("Full name"), max_length=LONGEST_NAME, validators=[folds_short])
    email = AddressField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class RemoveForm(forms.Form):
    """The confirmation alone."""


class GroupJoinForm(forms.Form):
    """The answer to an invitation into a user group."""

    answer = forms.ChoiceField(choices=[(each, each) for each in ANSWERS])
