"""What people are here, as facts that they do not change themselves."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organizations.events import vendor_name
from organizations.models import Customer, Organization
from organizations.viewer import Viewer

MOST_NAMED = 10


@dataclass(frozen=True)
class Fact:
    """One thing about a person, and perhaps what there is to know about it."""

    label: str
    text: str
    help: str = ""
    url: str = ""


def facts_about(viewer: Viewer) -> list[Fact]:
    """Return what the person is here: the address to sign in with, organizations, user group, staff."""
    languages = dict(settings.LANGUAGES)
    facts = [Fact(_("E-mail address"), viewer.user.email, _("You sign in with it. You change it under “Signing in”."))]
    if len(languages) < 2:
        facts.append(Fact(_("Language"), str(languages[settings.LANGUAGE_CODE])))
    facts += _organizations(viewer)
    facts += _served_by(viewer)
    if viewer.group_name:
        facts.append(Fact(_("User group"), viewer.group_name, _("You see the licenses that it serves.")))
    if viewer.user.is_staff:
        facts.append(Fact(_("Staff"), vendor_name()))
    return facts


def _served_by(viewer: Viewer) -> Iterator[Fact]:
    """Yield the user group that serves the person as a customer; of one that is switched off the vendor takes care."""
    if viewer.customer_id is None:
        return
    group = Customer.objects.select_related("user_group").get(pk=viewer.customer_id).user_group
    if group is None:
        return
    if group.is_active:
        yield Fact(_("Served by"), group.name, _("Write to %(address)s.") % {"address": group.email})
    else:
        yield Fact(_("Served by"), vendor_name(), _("%(group)s does not serve you any more.") % {"group": group.name})


def _organizations(viewer: Viewer) -> Iterator[Fact]:
    """Yield the organization of the person, and others that they are contact of."""
    ids = set(viewer.contact_of)
    if viewer.own_organization_id is not None:
        ids.add(viewer.own_organization_id)
    rows = Organization.objects.visible_to(viewer).filter(pk__in=ids).order_by("folded_name")
    for organization in rows[:MOST_NAMED]:
        is_contact = organization.pk in viewer.contact_of
        yield Fact(
            _("Organization"),
            organization.name,
            _("You are its contact.") if is_contact else "",
            reverse("organizations:detail", args=[organization.pk]),
        )
    if (more := len(ids) - MOST_NAMED) > 0:
        text = ngettext("%(number)d more", "%(number)d more", more) % {"number": more}
        yield Fact(_("Organization"), text, _("You are their contact."))
