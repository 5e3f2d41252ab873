"""Choosing a member of an organization: from a list, or by address where the list would be too long."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.people import normalize_email
from organizations.models import Customer, Organization

MOST_OFFERED = 200
"""How many members are offered to choose from; in a larger organization their address is typed."""

Offered = list[tuple[str, str]]


class AddressOfMember(forms.CharField):
    """A member by their address; the value is the customer's id as text, empty for nobody."""

    widget = forms.EmailInput

    def __init__(self, organization: Organization, *, label: str, required: bool) -> None:
        super().__init__(
            label=label,
            required=required,
            max_length=254,
            help_text=gettext_lazy("The e-mail address of one of the users."),
        )
        self.organization = organization

    def prepare_value(self, value: object) -> object:
        """Show the address of who was chosen before."""
        if not isinstance(value, UUID):
            return value
        contact = next((each for each in _contacts(self.organization) if each.pk == value), None)
        member = contact or self.organization.members.select_related("user").filter(pk=value).first()
        return member.user.email if member else ""

    def clean(self, value: str | None) -> str:
        """Return the id of the member or contact with this address."""
        typed = super().clean(value)
        if not typed:
            return ""
        address = normalize_email(typed)
        member = self.organization.members.filter(user__email=address).first() or next(
            (each for each in _contacts(self.organization) if each.user.email == address), None
        )
        if member is None:
            raise ValidationError(_("“%(address)s” is none of the users.") % {"address": typed}, code="unknown")
        return str(member.pk)


def _contacts(organization: Organization) -> list[Customer]:
    contacts = [organization.primary_contact, organization.secondary_contact]
    return [each for each in contacts if each is not None]


def member_field(organization: Organization, people: Offered | None, label: str, nobody: str = "") -> forms.Field:
    """Return the field that chooses one of `people`, or takes an address where they are too many (None)."""
    if people is None:
        return AddressOfMember(organization, label=label, required=not nobody)
    choices = [("", nobody), *people] if nobody else people
    return forms.ChoiceField(label=label, choices=choices, required=not nobody)


def offered_members(
    organization: Organization, *, besides: Customer | None = None, and_contacts: bool = False
) -> Offered | None:
    """Return the members to choose from, by name, with contacts from outside if asked for; None when too many."""
    rows = organization.members.select_related("user").order_by("user__folded_name", "pk")
    found = list(rows[: MOST_OFFERED + 1])
    if len(found) > MOST_OFFERED:
        return None
    found = [each for each in found if each != besides]
    found += [each for each in _contacts(organization) if and_contacts and each not in found]
    return [(str(each.pk), f"{each.user.get_full_name()} <{each.user.email}>") for each in found]
