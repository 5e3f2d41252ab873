"""What the page of a user group says: its privileges in plain words, its limits as meters, what else is set for it."""

from dataclasses import dataclass

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organizations.belonging import Fact
from organizations.groups.managing import places_taken
from organizations.licenses_of import Meter, licenses_of
from organizations.models import UserGroup
from organizations.privileges import Privilege


@dataclass(frozen=True)
class MembersMeter:
    """How many places for members are taken, open invitations included."""

    label: str
    used: int
    limit: int


def held(group: UserGroup) -> list[str]:
    """Return what the group may do, in words."""
    return [str(privilege.label) for privilege in Privilege if group.has(privilege)]


def not_held(group: UserGroup) -> list[str]:
    """Return what the group may not do, in words."""
    return [str(privilege.label) for privilege in Privilege if not group.has(privilege)]


def meters(group: UserGroup) -> list[Meter]:
    """Return every limit that counts something, with how much of it is used."""
    found = list(licenses_of().meters(group))
    if group.max_members is not None:
        found.append(MembersMeter(_("Members"), places_taken(group), group.max_members))
    return found


def facts_about(group: UserGroup) -> list[Fact]:
    """Return the limits that count nothing, and what a new license of the group begins with."""
    facts = [Fact(_("Customers write to"), group.email)]
    if group.max_activations_per_license is not None:
        facts.append(Fact(_("Activations in one license"), _at_most(group.max_activations_per_license)))
    if group.max_licenses_per_customer is not None:
        facts.append(Fact(_("Licenses for one customer"), _at_most(group.max_licenses_per_customer)))
    if group.shortest_trial_days is not None or group.longest_trial_days is not None:
        facts.append(Fact(_("A trial lasts"), _trial_in_words(group)))
    if group.latest_expiry_on is not None:
        latest = date_format(group.latest_expiry_on, "j M Y")
        facts.append(Fact(_("Licenses expire"), _("on %(date)s at the latest") % {"date": latest}))
    if group.default_expiry_days is not None:
        facts.append(Fact(_("New trials and subscriptions expire"), _after(group.default_expiry_days)))
    if group.default_has_maintenance and group.default_maintenance_days is not None:
        facts.append(Fact(_("New licenses include updates"), _for(group.default_maintenance_days)))
    return facts


def _at_most(number: int) -> str:
    return _("at most %(number)s") % {"number": number_format(number, force_grouping=True)}


def _trial_in_words(group: UserGroup) -> str:
    shortest, longest = group.shortest_trial_days, group.longest_trial_days
    if shortest is not None and longest is not None:
        return _("from %(shortest)d to %(longest)d days") % {"shortest": shortest, "longest": longest}
    if longest is not None:
        return ngettext("at most %(days)d day", "at most %(days)d days", longest) % {"days": longest}
    days = shortest or 0
    return ngettext("at least %(days)d day", "at least %(days)d days", days) % {"days": days}


def _after(days: int) -> str:
    return ngettext("after %(days)d day", "after %(days)d days", days) % {"days": days}


def _for(days: int) -> str:
    return ngettext("for %(days)d day", "for %(days)d days", days) % {"days": days}
