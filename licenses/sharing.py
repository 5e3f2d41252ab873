"""Who can see a license, who may do what with it, and which names a viewer may know.

The answers follow from the same facts as `visible_to` (Product rules, section 3, *Who can
see this*), so that the page never says anything else than the lists do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, User
from licenses.models import License
from licenses.querysets import visible_licenses
from organizations.access import RULES, Action
from organizations.events import vendor_name
from organizations.models import EnteredCustomer, UserGroup
from organizations.privileges import Privilege
from organizations.viewer import Viewer, Way

NAMES_KNOWN = frozenset({Way.OWN, Way.CONTACT, Way.STAFF})
"""The ways of seeing a license in which its customer's and organization's names are known, whoever they are."""


@dataclass(frozen=True)
class Onlooker:
    """Somebody who can see a license: a person, a user group, or the vendor; in which way; and why, in words."""

    name: str
    why: str
    way: Way
    user: User | None = None
    user_group: UserGroup | None = None


class Served(Protocol):
    """A customer or an organization, which a user group may serve."""

    @property
    def user_group_id(self) -> UUID | None:
        """The user group that serves it."""


def onlookers(license: License, groups: Iterable[UserGroup] | None = None) -> Iterator[Onlooker]:
    """Yield everybody who can see `license`, with full names; staff as the vendor, last.

    `groups` are the `active_groups`, where those are known already.
    """
    if not license.is_deleted:
        yield from _people(license)
        yield from _groups(license, active_groups() if groups is None else groups)
    yield Onlooker(vendor_name(), _("issues the licenses"), Way.STAFF)


def _people(license: License) -> Iterator[Onlooker]:
    customer, organization = license.customer, license.organization
    if customer is not None and customer.user.is_active:
        yield Onlooker(customer.user.get_full_name(), _("the customer"), Way.OWN, user=customer.user)
    if organization is None:
        return
    why = _("contact of %(organization)s") % {"organization": organization.name}
    for contact in (organization.primary_contact, organization.secondary_contact):
        if contact is not None and contact.user.is_active:
            yield Onlooker(contact.user.get_full_name(), why, Way.CONTACT, user=contact.user)


def active_groups() -> list[UserGroup]:
    """Return the user groups that are switched on, by name."""
    return list(UserGroup.objects.filter(is_active=True).order_by("name"))


def _groups(license: License, groups: Iterable[UserGroup]) -> Iterator[Onlooker]:
    for group in groups:
        if group.pk == license.user_group_id:
            yield Onlooker(group.name, _("user group that serves it"), Way.GROUP, user_group=group)
        elif group.has(Privilege.VIEW_ALL):
            yield Onlooker(group.name, _("user group that sees every license"), Way.VIEW_ALL, user_group=group)


def who_can_see(viewer: Viewer, license: License, everybody: Iterable[Onlooker] | None = None) -> list[Onlooker]:
    """Return who can see `license`, with the names that `viewer` may know.

    `everybody` is what `onlookers` says, where that is known already.
    """
    return _merged(_known_onlookers(viewer, license, everybody))


def _merged(found: Iterable[Onlooker]) -> list[Onlooker]:
    """Return everybody once; who sees the license in two ways gets both reasons."""
    merged: dict[tuple[str, object], Onlooker] = {}
    for onlooker in found:
        key = onlooker.name, onlooker.user.pk if onlooker.user else onlooker.way
        earlier = merged.get(key)
        why = f"{earlier.why}, {onlooker.why}" if earlier and earlier.why != onlooker.why else onlooker.why
        merged[key] = replace(onlooker, why=why)
    return list(merged.values())


def _known_onlookers(viewer: Viewer, license: License, everybody: Iterable[Onlooker] | None) -> Iterator[Onlooker]:
    """Yield who can see `license` as `viewer` may know them; of an entered customer not, whether they are off."""
    ways, customer = viewer.ways_to(license), license.customer
    if customer is not None and not customer.user.is_active and entered_as(viewer, license) is not None:
        yield Onlooker(customer_name(viewer, license), _("the customer"), Way.OWN)
    for onlooker in onlookers(license) if everybody is None else everybody:
        yield _as_known_to(viewer, ways, license, onlooker)


def _as_known_to(viewer: Viewer, ways: frozenset[Way], license: License, onlooker: Onlooker) -> Onlooker:
    if onlooker.user is None or onlooker.user.pk == viewer.user.pk:
        return onlooker
    if onlooker.way is Way.OWN and not knows_customer(viewer, ways, license.customer):
        return Onlooker(customer_name(viewer, license), onlooker.why, onlooker.way)
    if onlooker.way is Way.CONTACT and not knows_organization(viewer, ways, license.organization):
        return Onlooker(_("A contact"), _("of the customer's organization"), onlooker.way)
    return onlooker


def knows_customer(viewer: Viewer, ways: frozenset[Way], customer: Served | None) -> bool:
    """Return whether `viewer`, who sees a license in these `ways`, may know who its customer is.

    A group member knows the customers of the group; of any other license its licensee text.
    """
    if ways & NAMES_KNOWN:
        return True
    return customer is not None and viewer.group_id is not None and customer.user_group_id == viewer.group_id


def knows_organization(viewer: Viewer, ways: frozenset[Way], organization: Served | None) -> bool:
    """Return whether `viewer`, who sees a license in these `ways`, may know its organization and its contacts."""
    if organization is None or ways & NAMES_KNOWN or viewer.has(Privilege.VIEW_ALL_ORGANIZATIONS):
        return True
    return viewer.group_id is not None and organization.user_group_id == viewer.group_id


def names_known_q(viewer: Viewer, customer: Served | None, organization: Served | None) -> Q:
    """Return the condition under which `viewer` may know that `customer` and `organization` are a license's.

    The same rule as `knows_customer` and `knows_organization`; None asks for nobody.
    """
    no_way: frozenset[Way] = frozenset()
    knows_anyhow = customer is None or knows_customer(viewer, no_way, customer)
    if viewer.group_id is None or (knows_anyhow and knows_organization(viewer, no_way, organization)):
        return Q()
    return visible_licenses(replace(viewer, ways=NAMES_KNOWN))


def knows_person(
    viewer: Viewer,
    ways: frozenset[Way],
    license: License,
    user_id: UUID | None,
    organization_id: UUID | None = None,
) -> bool:
    """Return whether `viewer`, who sees `license` in these `ways`, may know which customer or contact did something.

    Staff know everybody. Colleagues know each other: `organization_id` is the one for which it was
    done. A group knows its customers, and the contacts of organizations that it may know.
    """
    is_colleague = organization_id is not None and organization_id == license.organization_id
    if Way.STAFF in ways or (is_colleague and ways & {Way.OWN, Way.CONTACT}):
        return True
    customer, organization = license.customer, license.organization
    if customer is not None and customer.user_id == user_id:
        return knows_customer(viewer, ways, customer)
    contacts = [organization.primary_contact, organization.secondary_contact] if organization else []
    is_contact = any(contact is not None and contact.user_id == user_id for contact in contacts)
    return is_contact and knows_organization(viewer, ways, organization)


def person_called(viewer: Viewer, license: License, user_id: UUID | None) -> str:
    """Return as whom `viewer` knows a person whom they may not know by name; empty where that is nobody to them."""
    entered, customer = entered_as(viewer, license), license.customer
    return entered.full_name if entered and customer and customer.user_id == user_id else ""


def knows_holder(viewer: Viewer, license: License | None, event: AuditEvent) -> bool:
    """Return whether `viewer` may know whom `event` names as getting a license, which exists for them or is None.

    That are the customer and the contacts whom it concerned, who did it, and staff; of a license
    that exists for it a user group knows a holder whom it serves.
    """
    is_theirs = event.customer_id is not None and event.customer_id == viewer.customer_id
    if is_theirs or event.organization_id in viewer.contact_of or event.actor_id == viewer.user.pk:
        return True
    if viewer.staff_may("view"):
        return True
    holder = license.customer if license is not None else None
    is_named = holder is not None and str(holder) == event.details.get("after")
    return is_named and knows_customer(viewer, frozenset(), holder)


def customer_name(viewer: Viewer, license: License) -> str:
    """Return the customer's name as `viewer` may know it or their group typed it: else the licensee as issued."""
    customer = license.customer
    if customer is None:
        return ""
    if knows_customer(viewer, viewer.ways_to(license), customer):
        return customer.user.get_full_name()
    entered = entered_as(viewer, license)
    return entered.full_name if entered else license.licensee


def entered_as(viewer: Viewer, license: License) -> EnteredCustomer | None:
    """Return what the viewer's user group typed of the customer, where that is all that `viewer` may know of them.

    On every page it stands for the customer, so that nobody learns whether the portal knew them
    before the group issued to them (section 5).
    """
    if viewer.group_id is None or license.entered_id is None:
        return None
    entered, customer = license.entered, license.customer
    if entered is None or customer is None or knows_customer(viewer, viewer.ways_to(license), customer):
        return None
    is_theirs = entered.user_group_id == viewer.group_id and entered.customer_id == customer.pk
    return entered if is_theirs else None


def organization_name(viewer: Viewer, license: License) -> str:
    """Return the organization's name as `viewer` may know it; empty where there is none to know."""
    organization = license.organization
    if organization is None or not knows_organization(viewer, viewer.ways_to(license), organization):
        return ""
    return organization.name


def shows_customers(viewer: Viewer) -> bool:
    """Return whether a list of licenses has a column for customers: where `viewer` may see those of others."""
    return bool(viewer.contact_of) or shows_organizations(viewer)


def shows_organizations(viewer: Viewer) -> bool:
    """Return whether a list of licenses has a column for organizations: for group members and staff."""
    return viewer.group_id is not None or viewer.staff_may("view")


def not_allowed(viewer: Viewer, action: Action, license: License, everybody: Iterable[Onlooker] | None = None) -> str:
    """Return the sentence for somebody who sees `license` but may not do `action`; it names who can.

    `everybody` is what `onlookers` says, where that is known already.
    """
    allowed = [each for each in _known_onlookers(viewer, license, everybody) if _may(each, action)]
    names = get_text_list(list(dict.fromkeys(onlooker.name for onlooker in allowed)), _("or"))
    return _("You can see this license, but %(action)s is not yours to do. Ask %(names)s.") % {
        "action": action_in_words(action),
        "names": names,
    }


def _may(onlooker: Onlooker, action: Action) -> bool:
    rule = RULES[action]
    match onlooker.way:
        case Way.OWN:
            return rule.own
        case Way.CONTACT:
            return rule.contact
        case Way.GROUP:
            group = onlooker.user_group
            return rule.group is not None and group is not None and all(group.has(each) for each in rule.group)
        case Way.VIEW_ALL:
            return rule.view_all
        case Way.STAFF:
            return True


def action_in_words(action: Action) -> str:
    """Return what `action` is called in a sentence."""
    words = {
        Action.SHOW_KEY: _("seeing its whole activation key"),
        Action.GET_LICENSE_FILE: _("getting its license files"),
        Action.ACTIVATE: _("activating it"),
        Action.DEACTIVATE: _("deactivating its computers"),
        Action.REPLACE: _("replacing its computers"),
        Action.RENAME_COMPUTER: _("renaming its computers"),
        Action.DOWNLOAD_RELEASE: _("downloading its updates"),
    }
    return words.get(action, _("this"))
