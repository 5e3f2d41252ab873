"""The forms by which user groups look after their organizations."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.names import folds_short
from organizations.forms.profile import Line, Lines
from organizations.membership.naming import mark_of
from organizations.models import Customer, Organization


class OrganizationForm(forms.Form):
    """Name and notes. `seen` marks what the form showed."""

    name = Line(label=_("Name"), max_length=200, validators=[folds_short])
    notes = Lines(
        label=_("Notes"),
        required=False,
        max_length=10_000,
        help_text=_("For your group and the vendor; the organization’s own people do not see them."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, organization: Organization | None, data: Mapping[str, object] | None = None) -> None:
        initial = {}
        if organization is not None:
            initial = {"name": organization.name, "notes": organization.notes, "seen": mark_of(organization)}
        super().__init__(data, initial=initial)

    def keep_seen(self, present: Organization) -> None:
        """Take what is saved now as seen; what the person typed stays."""
        self.data = {**{name: self.data.get(name, "") for name in self.fields}, "seen": mark_of(present)}


class FirstContactForm(forms.Form):
    """Which of the members the group serves becomes the primary contact."""

    contact = forms.TypedChoiceField(label=_("Primary contact"), coerce=UUID, widget=forms.RadioSelect)

    def __init__(self, members: Sequence[Customer], data: Mapping[str, object] | None = None) -> None:
        super().__init__(data)
        field = self.fields["contact"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(each.pk), f"{each.user.get_full_name()} <{each.user.email}>") for each in members]
