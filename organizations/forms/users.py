"""The forms by which contacts look after the users of their organization."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from accounts.ids import id_or_none
from organizations.forms.members import member_field, offered_members
from organizations.forms.profile import PersonForm
from organizations.licenses_of import Possession
from organizations.membership.contacts import Pair
from organizations.membership.leaving import Settlement
from organizations.models import Customer, Invitation, Organization


class UserForm(PersonForm):
    """What contacts know of a user."""


class LeaveForm(forms.Form):
    """What becomes of what somebody leaves behind: one field for each license, computer and invitation."""

    def __init__(
        self,
        organization: Organization,
        member: Customer,
        possessions: Sequence[Possession],
        invitations: Iterable[Invitation],
        data: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data)
        self.possessions, self.invitations = possessions, list(invitations)
        people = offered_members(organization, besides=member)
        for license in possessions:
            label = _("Give %(license)s to") % {"license": license.label}
            self.fields[f"give_{license.id}"] = member_field(organization, people, label, nobody=_("Nobody for now"))
            for computer in license.computers:
                self.fields[f"free_{computer.id}"] = forms.BooleanField(
                    label=_("Deactivate %(computer)s") % {"computer": computer.label}, required=False
                )
        for invitation in self.invitations:
            self.fields[f"withdraw_{invitation.pk}"] = forms.BooleanField(
                label=_("Withdraw the invitation of %(name)s") % {"name": invitation}, required=False
            )

    def rows(self) -> list[tuple[Possession, forms.BoundField, list[forms.BoundField]]]:
        """Return each license with the field that gives it and those that free its computers."""
        return [
            (license, self[f"give_{license.id}"], [self[f"free_{each.id}"] for each in license.computers])
            for license in self.possessions
        ]

    def sent(self) -> list[forms.BoundField]:
        """Return the fields that withdraw invitations."""
        return [self[f"withdraw_{each.pk}"] for each in self.invitations]

    def settlement(self) -> Settlement:
        """Return what was chosen."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return Settlement(
            {UUID(name[5:]): UUID(value) for name, value in chosen.items() if name.startswith("give_")},
            frozenset(UUID(name[5:]) for name in chosen if name.startswith("free_")),
            frozenset(UUID(name[9:]) for name in chosen if name.startswith("withdraw_")),
        )


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

    def wanted(self) -> Pair:
        """Return whom the person chose."""
        return Pair(UUID(self.cleaned_data["primary"]), id_or_none(self.cleaned_data["secondary"]))

    def seen(self) -> Pair:
        """Return who the contacts were when the form was shown; what cannot be read was nobody."""
        return Pair(id_or_none(self.cleaned_data["was_primary"]), id_or_none(self.cleaned_data["was_secondary"]))
