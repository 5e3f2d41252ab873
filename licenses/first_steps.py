"""What somebody for whom no license exists is told: how the first one comes, and whom to ask."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from licenses.products import visible_products
from organizations.models import Customer, Organization
from organizations.viewer import Viewer


@dataclass(frozen=True)
class Step:
    """One thing to do; `url` leads there where the person may do it."""

    text: str
    url: str
    is_done: bool = False


@dataclass(frozen=True)
class FirstSteps:
    """The first steps of one person: a heading, what to know, and for staff what to do."""

    heading: str
    text: str
    steps: tuple[Step, ...] = ()
    asks_vendor: bool = True


def first_steps(viewer: Viewer) -> FirstSteps:
    """Return what helps `viewer`, for whom no license exists."""
    if viewer.staff_may("view"):
        return _of_staff(viewer)
    if viewer.user.is_staff and not viewer.reaches():
        text = _(
            "You are one of the vendor’s people, without permission to see licenses. Ask whoever invited you for it."
        )
        return FirstSteps(_("Nothing to see for you yet"), text, asks_vendor=False)
    if viewer.group_id is not None:
        text = _("Every license that belongs to %(group)s appears here. If you expect one, ask the vendor.")
        return FirstSteps(_("Your user group has no license yet"), text % {"group": viewer.group_name})
    if viewer.contact_of:
        return _of_contact(viewer)
    return FirstSteps(_("No licenses here yet"), _of_individual(viewer))


def _of_staff(viewer: Viewer) -> FirstSteps:
    """Return the way to the first license, ticked as far as it is gone."""
    steps = (
        ("products", _("Enter a product, and a version of it"), "licenses.product", visible_products(viewer).exists()),
        (
            "customers",
            _("Enter a customer"),
            "organizations.customer",
            Customer.objects.visible_to(viewer).exists(),
        ),
        ("licenses", _("Issue a license of the product to the customer"), "licenses.license", False),
    )
    found = tuple(
        Step(text, _admin_url(model) if viewer.staff_may("add", model) else "", is_done)
        for _name, text, model, is_done in steps
    )
    text = _("Three steps lead to the first one. The customer then finds it here after signing in.")
    return FirstSteps(_("No license has been issued yet"), text, found, asks_vendor=False)


def _admin_url(model: str) -> str:
    return reverse(f"admin:{model.replace('.', '_')}_add")


def _of_contact(viewer: Viewer) -> FirstSteps:
    names = get_text_list(list(viewer.contact_of_names), _("and"))
    text = _(
        "Licenses that are issued to %(organization)s or to one of its members appear here by themselves. "
        "If you expect one, ask the vendor whom it was issued to."
    )
    return FirstSteps(_("No licenses here yet"), text % {"organization": names})


def _of_individual(viewer: Viewer) -> str:
    text = _(
        "Licenses issued to %(address)s appear here by themselves. If you expect one, it may have been bought with "
        "another address of yours or by a colleague."
    ) % {"address": viewer.user.email}
    if contacts := _contacts_of_own_organization(viewer):
        text += " " + contacts
    return text


def _contacts_of_own_organization(viewer: Viewer) -> str:
    """Return who sees the organization's licenses and can assign one, for a member who is no contact."""
    if viewer.own_organization_id is None:
        return ""
    people = "primary_contact__user", "secondary_contact__user"
    mine = Organization.objects.visible_to(viewer).filter(pk=viewer.own_organization_id).select_related(*people).first()
    if mine is None:
        return ""
    contacts = [each.user for each in (mine.primary_contact, mine.secondary_contact) if each and each.user.is_active]
    if not contacts:
        return ""
    names = get_text_list([user.get_full_name() for user in contacts], _("or"))
    return _("The licenses of %(organization)s are seen by its contacts: ask %(names)s.") % {
        "organization": mine.name,
        "names": names,
    }
