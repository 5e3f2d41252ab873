"""*Who can see this*: everybody who can, by the names that the reader may know, and nobody else."""

import pytest
from django.test import Client

from accounts.models import User
from licenses.models import License
from licenses.sharing import customer_name, knows_person, not_allowed, onlookers, organization_name, who_can_see
from licenses.views.gate import LICENSE_RELATED
from organizations.access import Action, viewer_for
from organizations.models import UserGroup
from organizations.privileges import Privilege
from organizations.viewer import Viewer, Way
from tests.cast import (
    Cast,
    make_activation,
    make_cast,
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_product,
)

VENDOR = "Northwind Instruments"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def seen_by(cast: Cast, role: str) -> Viewer:
    user = cast.enter(role)
    assert user is not None
    return viewer_for(user)


def fresh(license: License) -> License:
    return License.objects.select_related(*LICENSE_RELATED).get(pk=license.pk)


def names_on(cast: Cast, role: str) -> list[str]:
    viewer = seen_by(cast, role)
    return [onlooker.name for onlooker in who_can_see(viewer, fresh(cast.license))]


CONTACTS = ["Paula Brandt", "Samuel Okoro"]
NAMES = {
    "customer": ["Mira Lindholm", *CONTACTS, "North", VENDOR],
    "primary contact": ["Mira Lindholm", *CONTACTS, "North", VENDOR],
    "outside contact": ["Mira Lindholm", "Paula Brandt", "Oscar Outside", "North", VENDOR],
    "north": ["Acme Design Team", *CONTACTS, "North", VENDOR],
    "north, view_all": ["Acme Design Team", *CONTACTS, "North", VENDOR],
    "south, view_all": ["Acme Design Team", "A contact", "North", "South", VENDOR],
    "south, every privilege": ["Acme Design Team", *CONTACTS, "North", "South", VENDOR],
    "staff with view": ["Mira Lindholm", *CONTACTS, "North", VENDOR],
}


def test_page_names_who_can_see_the_license_as_the_reader_may_know_them(cast: Cast) -> None:
    assert {role: names_on(cast, role) for role in NAMES} == NAMES


def test_every_name_stands_with_the_reason(cast: Cast) -> None:
    viewer = seen_by(cast, "customer")
    assert {each.name: each.why for each in who_can_see(viewer, fresh(cast.license))} == {
        "Mira Lindholm": "the customer",
        "Paula Brandt": "contact of Acme",
        "Samuel Okoro": "contact of Acme",
        "North": "user group that serves it",
        VENDOR: "issues the licenses",
    }


def test_customer_who_is_contact_too_stands_once_with_both_reasons(cast: Cast) -> None:
    License.objects.filter(pk=cast.license.pk).update(customer=cast.secondary)
    found = who_can_see(seen_by(cast, "primary contact"), fresh(cast.license))
    assert [(each.name, each.why) for each in found if each.name == "Samuel Okoro"] == [
        ("Samuel Okoro", "the customer, contact of Acme")
    ]


def test_people_and_groups_that_are_switched_off_are_not_named(cast: Cast) -> None:
    viewer = seen_by(cast, "customer")
    User.objects.filter(pk=cast.secondary.user_id).update(is_active=False)
    UserGroup.objects.filter(pk=cast.north.pk).update(is_active=False)
    assert [each.name for each in who_can_see(viewer, fresh(cast.license))] == ["Mira Lindholm", "Paula Brandt", VENDOR]


def test_plain_members_are_not_named(cast: Cast) -> None:
    assert "Max Plain" not in names_on(cast, "primary contact")


def test_nobody_but_the_vendor_sees_a_deleted_license(cast: Cast) -> None:
    assert [each.way for each in onlookers(fresh(cast.deleted_license))] == [Way.STAFF]


def test_group_knows_its_own_customers_by_name(cast: Cast) -> None:
    license = cast.license
    assert license.customer is not None
    license.customer.user_group = cast.north
    license.customer.save()
    assert names_on(cast, "north")[0] == "Mira Lindholm"
    assert customer_name(seen_by(cast, "north"), fresh(license)) == "Mira Lindholm"


def test_lists_name_customer_and_organization_to_those_who_may_know_them(cast: Cast) -> None:
    expected = {
        "customer": ("Mira Lindholm", "Acme"),
        "primary contact": ("Mira Lindholm", "Acme"),
        "north": ("Acme Design Team", "Acme"),
        "south, view_all": ("Acme Design Team", ""),
        "south, every privilege": ("Acme Design Team", "Acme"),
        "superuser": ("Mira Lindholm", "Acme"),
    }
    license = fresh(cast.license)
    viewers = {role: seen_by(cast, role) for role in expected}
    assert {
        role: (customer_name(viewer, license), organization_name(viewer, license)) for role, viewer in viewers.items()
    } == expected


def test_license_without_customer_and_organization_names_nobody(cast: Cast) -> None:
    viewer, license = seen_by(cast, "south"), fresh(cast.south_license)
    assert (customer_name(viewer, license), organization_name(viewer, license)) == ("", "")


def test_refusal_names_groups_that_may(cast: Cast) -> None:
    viewer, license = seen_by(cast, "south, every privilege"), fresh(cast.license)
    assert not_allowed(viewer, Action.DEACTIVATE, license) == (
        "You can see this license, but deactivating its computers is not yours to do. "
        "Ask Acme Design Team, Paula Brandt, Samuel Okoro, North or Northwind Instruments."
    )


def test_every_refusal_names_somebody(cast: Cast) -> None:
    viewer, license = seen_by(cast, "south, view_all"), fresh(cast.license)
    refusals = {action: not_allowed(viewer, action, license) for action in Action}
    assert [action for action, sentence in refusals.items() if VENDOR not in sentence] == []


def test_group_knows_a_contact_only_with_the_organization(db: None) -> None:
    north, globex = make_group(name="North"), make_organization("Globex")
    greta = make_contact(globex, "Greta Novak")
    nina = make_customer("Nina Northern", user_group=north)
    license = fresh(make_license(customer=nina, organization=globex, user_group=north))
    viewer = viewer_for(make_member(north))
    ways = viewer.ways_to(license)
    assert knows_person(viewer, ways, license, nina.user_id)
    assert not knows_person(viewer, ways, license, greta.user_id)
    assert not knows_person(viewer, ways, license, make_customer().user_id)
    globex.user_group = north
    globex.save()
    assert knows_person(viewer, ways, fresh(license), greta.user_id)


HIDDEN = {
    "north": ["Mira Lindholm", "mira.lindholm@", "Max Plain"],
    "north, every privilege": ["Mira Lindholm", "mira.lindholm@"],
    "south, view_all": ["Mira Lindholm", "mira.lindholm@", "Paula", "Samuel", "Order 4711", "Internal note"],
    "south, every privilege": ["Mira Lindholm", "mira.lindholm@", "Order 4711", "Internal note"],
    "customer": ["Order 4711", "Internal note", "Rasmus North", "Chris Change"],
    "primary contact": ["Order 4711", "Internal note", "Rasmus North", "Chris Change"],
}


def test_no_page_tells_what_the_reader_may_not_know(cast: Cast) -> None:
    license = cast.license
    License.objects.filter(pk=license.pk).update(order_id="Order 4711", comment="Internal note", max_activations=10)
    for player in ("customer", "primary contact", "north, activate and deactivate", "staff with view and change"):
        viewer = seen_by(cast, player)
        make_activation(license, actor=viewer.actor_on(viewer.ways_to(license)))
    for role, secrets in HIDDEN.items():
        shown = everything_shown_to(cast, role)
        assert "Acme Design Team" in shown
        assert (role, [secret for secret in secrets if secret in shown]) == (role, [])


def everything_shown_to(cast: Cast, role: str) -> str:
    """Return all pages about the license in one text."""
    client, user = Client(), cast.enter(role)
    assert user is not None
    client.force_login(user)
    page = cast.license.get_absolute_url()
    computer = f"{page}activations/{cast.activation.pk}/"
    pages = ["/licenses/", page, f"{page}activate/"]
    pages += [f"{computer}{name}/" for name in ("license-file", "rename", "deactivate")]
    return "".join(client.get(each).content.decode() for each in pages)


def test_own_group_and_staff_read_comment_and_order_id(cast: Cast) -> None:
    License.objects.filter(pk=cast.license.pk).update(order_id="Order 4711", comment="Internal note")
    for role in ("north", "staff with view"):
        shown = everything_shown_to(cast, role)
        assert "Order 4711" in shown
        assert "Internal note" in shown


def test_whole_key_stands_on_no_page(cast: Cast) -> None:
    for role in ("customer", "primary contact", "north, every privilege", "south, view_all", "superuser"):
        shown = everything_shown_to(cast, role)
        assert cast.license.key_tail in shown
        assert cast.license.activation_key not in shown
        assert cast.license.folded_key not in shown


def test_group_that_sees_all_licenses_is_named_on_each(db: None) -> None:
    make_group(Privilege.VIEW_ALL, name="Watchers")
    license = fresh(make_license(product=make_product()))
    assert [(each.name, each.way) for each in onlookers(license)] == [
        ("Watchers", Way.VIEW_ALL),
        (VENDOR, Way.STAFF),
    ]
