"""Contacts change: at once, among the members, and everybody concerned is told (Product rules, section 4)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Detail, record
from accounts.letters import write_letter
from accounts.mail import queue
from organizations.licenses_of import licenses_of
from organizations.membership.managing import Refused, Task, actor_for, concerned_by, lock
from organizations.models import Customer, Organization
from organizations.viewer import Viewer


@dataclass(frozen=True)
class Pair:
    """The two contacts of an organization, by their customers' ids."""

    primary: UUID | None
    secondary: UUID | None = None

    @classmethod
    def of(cls, organization: Organization) -> "Pair":
        """Return the contacts as the row says."""
        return cls(organization.primary_contact_id, organization.secondary_contact_id)

    @property
    def people(self) -> frozenset[UUID]:
        """Return both, however they are ordered."""
        return frozenset(each for each in (self.primary, self.secondary) if each is not None)


@transaction.atomic
def change_contacts(
    viewer: Viewer, organization_id: UUID, wanted: Pair, seen: Pair, now: datetime | None = None
) -> Organization:
    """Set both contacts, who have to be members unless they are contacts already; return the organization.

    `seen` is what the form showed: somebody else who changed it meanwhile comes first. Old and
    new contacts are told by mail. Sending the same again changes nothing. Raises Refused, NoLongerYours.
    """
    at = now or timezone.now()
    organization = lock(viewer, organization_id, Task.CHANGE_CONTACTS)
    before = Pair.of(organization)
    if before == wanted:
        return organization
    if before != seen:
        raise Refused(
            _("Somebody changed the contacts meanwhile, so nothing was changed. They are now: %(contacts)s.")
            % {"contacts": _names_of(organization)}
        )
    _change(viewer, organization, before, wanted, at)
    return organization


def naming_refusal(organization: Organization) -> str | None:
    """Return why its user group cannot name a contact of the organization now, or None (Product rules, section 5)."""
    if Pair.of(organization).people:
        return _("%(organization)s has a contact, and contacts choose others themselves.") % {
            "organization": organization.name
        }
    group_id = organization.user_group_id
    if group_id is None or not licenses_of().organization_licenses_are_of(organization.pk, group_id):
        return _("Not every license of %(organization)s is your group’s, so only the vendor names its contacts.") % {
            "organization": organization.name
        }
    return None


@transaction.atomic
def name_first_contact(
    viewer: Viewer, organization_id: UUID, customer_id: UUID, now: datetime | None = None
) -> Organization:
    """Let a member be the primary contact of an organization that has none; its user group does that, or staff.

    Everybody concerned is told by mail. Raises Refused, NoLongerYours.
    """
    organization = lock(viewer, organization_id, Task.NAME_CONTACT)
    wanted = Pair(customer_id)
    if Pair.of(organization) == wanted:
        return organization
    if refusal := naming_refusal(organization):
        raise Refused(refusal)
    _change(viewer, organization, Pair(None), wanted, now or timezone.now())
    return organization


def _change(viewer: Viewer, organization: Organization, before: Pair, wanted: Pair, at: datetime) -> None:
    """Set the contacts of the locked organization, and tell everybody concerned."""
    people = _checked(organization, before, wanted)
    organization.primary_contact_id, organization.secondary_contact_id = wanted.primary, wanted.secondary
    organization.save(update_fields=["primary_contact", "secondary_contact", "edited_at"])
    names = {pk: customer.user.get_full_name() for pk, customer in people.items()}
    details: dict[str, Detail] = {
        "primary_contact": {"before": _name(names, before.primary), "after": _name(names, wanted.primary)},
        "secondary_contact": {"before": _name(names, before.secondary), "after": _name(names, wanted.secondary)},
    }
    actor, concerned = actor_for(viewer, organization), concerned_by(organization)
    changes = {field: change for field, change in details.items() if change["before"] != change["after"]}  # type: ignore[index,call-overload]  # made above
    record(actor, "contacts.changed", organization, concerned=concerned, details=changes, now=at)
    tell_of_contacts(organization, before, at)


def _checked(organization: Organization, before: Pair, wanted: Pair) -> dict[UUID, Customer]:
    """Return everybody concerned, locked, by id; raise Refused when the wanted ones cannot be contacts."""
    if wanted.primary is None:
        raise Refused(_("An organization needs a primary contact."))
    if wanted.primary == wanted.secondary:
        raise Refused(_("Primary and secondary contact must be two people."))
    rows = Customer.objects.select_for_update(of=("self",)).select_related("user").order_by("pk")
    people = {customer.pk: customer for customer in rows.filter(pk__in=before.people | wanted.people)}
    for pk in wanted.people - before.people:
        person = people.get(pk)
        if person is None or person.organization_id != organization.pk:
            raise Refused(_("Only members of %(organization)s can be its contacts.") % {"organization": organization})
        if not person.user.is_active:
            raise Refused(_("%(name)s is switched off and cannot be a contact.") % {"name": person.user.full_name})
    return people


def _names_of(organization: Organization) -> str:
    contacts = (organization.primary_contact, organization.secondary_contact)
    return " · ".join(each.user.get_full_name() for each in contacts if each is not None)


def _name(names: dict[UUID, str], pk: UUID | None) -> str:
    return names.get(pk, "") if pk else ""


def tell_of_contacts(organization: Organization, before: Pair, at: datetime) -> None:
    """Mail everybody who was contact before or is now; call it in the transaction of the change."""
    wanted = Pair.of(organization)
    people = Customer.objects.select_related("user").in_bulk(before.people | wanted.people)
    contacts = [people[pk].user.get_full_name() for pk in (wanted.primary, wanted.secondary) if pk]
    for pk in sorted(people):
        letter = "contact_kept" if pk in before.people & wanted.people else "contact_named"
        letter = "contact_removed" if pk not in wanted.people else letter
        user = people[pk].user
        text = write_letter(letter, user, organization=organization.name, contacts=" · ".join(contacts), at=at)
        queue(text, user.email)
