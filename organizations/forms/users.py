"""The forms by which contacts look after the users of their organization."""

from collections.abc import Mapping
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from accounts.ids import id_or_none
from organizations.forms.members import member_field, offered_members
from organizations.forms.profile import PersonForm
from organizations.membership.contacts import Pair
from organizations.models import Organization


class UserForm(PersonForm):
    """What contacts know of a user."""


class ContactsForm(forms.Form):
    """The two contacts; `was_…` is what the form showed."""

    was_primary = forms.CharField(required=False, widget=forms.HiddenInput)
    was_secondary = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, organization: Organization, data: Mapping[str, object] | None = None) -> None:
        now = Pair.of(organization)
        initial = {"primary": now.primary, "secondary": now.secondary}
        super().__init__(data, initial={**initial, "was_primary": now.primary, "was_secondary": now.secondary})
        people = offered_members(organization, and_contacts=True)
        self.fields["primary"] = member_field(organization, people, _("Primary contact"))
        self.fields["secondary"] = member_field(organization, people, _("Secondary contact"), nobody=_("Nobody"))
        self.order_fields(["primary", "secondary"])

    def clean(self) -> dict[str, object]:
        """Refuse one person as both."""
        cleaned = super().clean() or {}
        if cleaned.get("primary") and cleaned.get("primary") == cleaned.get("secondary"):
            self.add_error("secondary", _("Primary and secondary contact must be two people."))
        return cleaned

    def refuse(self, sentence: str, now: Pair) -> None:
        """Say why nothing was changed; what was chosen stays, and the contacts as they are `now` count as seen."""
        self.add_error(None, sentence)
        seen = {"was_primary": str(now.primary or ""), "was_secondary": str(now.secondary or "")}
        self.data = {**self.data, **seen}

    def wanted(self) -> Pair:
        """Return whom the person chose."""
        return Pair(UUID(self.cleaned_data["primary"]), id_or_none(self.cleaned_data["secondary"]))

    def seen(self) -> Pair:
        """Return who the contacts were when the form was shown; what cannot be read was nobody."""
        return Pair(id_or_none(self.cleaned_data["was_primary"]), id_or_none(self.cleaned_data["was_secondary"]))
