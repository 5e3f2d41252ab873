"""A member's address leaves the organization's mail domains: its contacts are told (Product rules, section 4).

Whoever left the company may have taken the sign-in along, and the licenses that were given to them.
"""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.letters import write_letter
from accounts.mail import queue
from accounts.models import User
from accounts.own_address import register
from organizations.models import Customer, Organization


def tell_contacts(person: User, before: str) -> None:
    """Mail the contacts of the person's organization, the person apart, when the new address is outside of its domains.

    One that was outside before tells nobody anything new.
    """
    member = Customer.objects.filter(user=person).select_related("organization").first()
    organization = member.organization if member else None
    if member is None or organization is None or not _has_left(organization, before, person.email):
        return
    contacts = Customer.objects.filter(pk__in={organization.primary_contact_id, organization.secondary_contact_id})
    link = settings.PORTAL_URL + reverse("organizations:detail", args=[organization.pk])
    for contact in contacts.exclude(pk=member.pk).select_related("user").order_by("pk"):
        letter = write_letter(
            "member_left_domains",
            contact.user,
            link=link,
            organization=organization.name,
            name=person.get_full_name(),
            old_address=before,
            new_address=person.email,
            at=timezone.now(),
        )
        queue(letter, contact.user.email)


def _has_left(organization: Organization, before: str, after: str) -> bool:
    domains = set(organization.domains.values_list("domain", flat=True))
    return before.rpartition("@")[2] in domains and after.rpartition("@")[2] not in domains


register(tell_contacts)
