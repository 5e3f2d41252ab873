"""Searching tells nobody more than the pages do: each comparison × each way of seeing, as a table, and its controls."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Permission
from django.db.models import Q

from accounts.models import User
from licenses import searching
from licenses.activation_key import make
from licenses.filters import Criteria
from licenses.listing import license_page
from licenses.models import License
from licenses.ordering import Place
from licenses.querysets import LicenseQuerySet
from licenses.searching import EACH_SHOWN, Search, searched_by
from organizations.access import viewer_for
from organizations.models import Customer, Organization, UserGroup
from organizations.privileges import Privilege
from organizations.viewer import Viewer, Way
from tests.cast import (
    make_activation,
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_person,
    make_product,
    make_staff,
    name_contact,
)

TEXTS = {
    "tail": "",
    "computer": "ID-MIRAS-LAPTOP",
    "named": "iras-lap",
    "product": "ctra de",
    "licensee": "cme design",
    "order": "w-42",
    "name": "ira lind",
    "company": "indholm op",
    "email": "Mira@Acme.example",
    "host": "@acme.ex",
    "organization": "me engine",
}
"""One text for each comparison, which finds the license by nothing else; its tail is filled in."""

TABLE = """
seen                              tail computer named product licensee order name company email host  organization
by the customer                   yes  yes      yes   yes     yes      -     yes  yes     yes   yes   yes
by the contact                    yes  yes      yes   yes     yes      -     yes  yes     yes   yes   yes
by a contact from outside         yes  yes      yes   yes     yes      -     yes  yes     yes   yes   yes
by the contact, of a stranger     yes  yes      yes   yes     yes      -     yes  -       -     -     yes
by the group                      yes  yes      yes   yes     yes      yes   -    -       -     -     -
by the group that serves both     yes  yes      yes   yes     yes      yes   yes  yes     yes   yes   yes
by the group, all organizations   yes  yes      yes   yes     yes      yes   -    -       -     -     yes
by the group with view all        yes  yes      yes   yes     yes      yes   -    -       -     -     -
by view all                       yes  yes      yes   yes     yes      -     -    -       -     -     -
by view all, all organizations    yes  yes      yes   yes     yes      -     -    -       -     -     yes
by view all, serving both         yes  yes      yes   yes     yes      -     yes  yes     yes   yes   yes
by staff                          yes  yes      yes   yes     yes      yes   yes  yes     yes   yes   yes
by staff who see licenses alone   yes  yes      yes   yes     yes      yes   yes  -       -     -     yes
not by a plain member             -    -        -     -       -        -     -    -       -     -     -
not by a contact elsewhere        -    -        -     -       -        -     -    -       -     -     -
not by another group              -    -        -     -       -        -     -    -       -     -     -
not by a group that serves both   -    -        -     -       -        -     -    -       -     -     -
not by a group switched off       -    -        -     -       -        -     -    -       -     -     -
"""

VIEW_ALL, ALL_ORGANIZATIONS = Privilege.VIEW_ALL, Privilege.VIEW_ALL_ORGANIZATIONS


@dataclass(frozen=True)
class Stage:
    """Mira's license of Acme, served by the group North; a stranger has its like. South is another group."""

    license: License
    strangers: License
    mira: Customer
    acme: Organization
    north: UserGroup
    south: UserGroup

    def member_of(
        self, group: UserGroup, *privileges: Privilege, serves_both: bool = False, is_active: bool = True
    ) -> User:
        """Return a member of `group`, which perhaps serves Mira and Acme."""
        group.privileges, group.is_active = sorted(privileges), is_active
        group.save()
        if serves_both:
            Customer.objects.filter(pk=self.mira.pk).update(user_group=group)
            Organization.objects.filter(pk=self.acme.pk).update(user_group=group)
        return make_member(group)

    def contact_of_a_stranger(self) -> User:
        """Return Acme's contact, when Mira is a member no more but still holds the license."""
        Customer.objects.filter(pk=self.mira.pk).update(organization=None)
        return make_contact(self.acme, "Paula Brandt").user

    def contact_from_outside(self) -> User:
        """Return a contact of Acme who is no member."""
        outside = make_customer("Oscar Outside")
        name_contact(self.acme, outside)
        return outside.user

    def staff_who_see_licenses_alone(self) -> User:
        """Return one of the vendor's people with a single permission."""
        staff = make_person("Stan Sees", is_staff=True)
        staff.user_permissions.set(Permission.objects.filter(codename="view_license"))
        return staff


SEEN: dict[str, Callable[[Stage], User]] = {
    "by the customer": lambda stage: stage.mira.user,
    "by the contact": lambda stage: make_contact(stage.acme, "Paula Brandt").user,
    "by a contact from outside": Stage.contact_from_outside,
    "by the contact, of a stranger": Stage.contact_of_a_stranger,
    "by the group": lambda stage: stage.member_of(stage.north),
    "by the group that serves both": lambda stage: stage.member_of(stage.north, serves_both=True),
    "by the group, all organizations": lambda stage: stage.member_of(stage.north, ALL_ORGANIZATIONS),
    "by the group with view all": lambda stage: stage.member_of(stage.north, VIEW_ALL),
    "by view all": lambda stage: stage.member_of(stage.south, VIEW_ALL),
    "by view all, all organizations": lambda stage: stage.member_of(stage.south, VIEW_ALL, ALL_ORGANIZATIONS),
    "by view all, serving both": lambda stage: stage.member_of(stage.south, VIEW_ALL, serves_both=True),
    "by staff": lambda stage: make_staff("Vic View", "view"),
    "by staff who see licenses alone": Stage.staff_who_see_licenses_alone,
    "not by a plain member": lambda stage: make_customer("Max Plain", organization=stage.acme).user,
    "not by a contact elsewhere": lambda stage: make_contact(make_organization("Globex"), "Greta Novak").user,
    "not by another group": lambda stage: stage.member_of(stage.south),
    "not by a group that serves both": lambda stage: stage.member_of(stage.south, serves_both=True),
    "not by a group switched off": lambda stage: stage.member_of(stage.north, serves_both=True, is_active=False),
}


@pytest.fixture
def stage(db: None) -> Stage:
    acme, north = make_organization("Acme Engineering"), make_group(name="North")
    product = make_product("Spectra Desk")
    mira = make_customer("Mira Lindholm", organization=acme, email="mira@acme.example")
    mira.company = "Lindholm Optics"
    mira.save()
    facts = {"licensee": "Acme Design Team", "order_id": "NW-4208", "product": product}
    license = make_license(customer=mira, user_group=north, computers=("MIRAS-LAPTOP",), **facts)
    stranger = make_customer("Mira Lindholm", email="another@globex.example")
    strangers = make_license(customer=stranger, computers=("MIRAS-LAPTOP",), **facts)
    return Stage(license, strangers, mira, acme, north, make_group(name="South"))


def viewer_of(stage: Stage, seen: str) -> Viewer:
    return viewer_for(User.objects.get(pk=SEEN[seen](stage).pk))


def table() -> dict[str, dict[str, bool]]:
    head, *lines = TABLE.strip().splitlines()
    columns = head.split()[1:]
    rows = (line.rsplit(maxsplit=len(columns)) for line in lines)
    return {seen.strip(): dict(zip(columns, (a == "yes" for a in answers), strict=True)) for seen, *answers in rows}


def differences(stage: Stage, seen: str) -> list[str]:
    """Search as one line of the table says, by each comparison; return where it is not as the table says."""
    viewer = viewer_of(stage, seen)
    visible = set(License.objects.visible_to(viewer))
    wrong = []
    for name, is_right in table()[seen].items():
        text = stage.license.key_tail if name == "tail" else TEXTS[name]
        found = set(license_page(viewer, Criteria(text=text), Place()).rows)
        if (stage.license in found) != is_right:
            wrong.append(f"{name}: {'not ' if is_right else ''}found")
        if not found <= visible:
            wrong.append(f"{name}: finds what does not exist for them")
    return wrong


def test_table_knows_everybody_on_stage() -> None:
    assert set(table()) == set(SEEN)


@pytest.mark.parametrize("seen", list(table()))
def test_search_compares_what_the_person_may_know(stage: Stage, seen: str) -> None:
    assert differences(stage, seen) == []


@pytest.mark.parametrize(
    ("seen", "rule", "value"),
    [
        ("by the group", "NAMES_KNOWN", frozenset(Way)),
        ("by view all", "NAMES_KNOWN", frozenset(Way)),
        ("by view all", "_SEES_ORDERS", frozenset(Way)),
        ("by the contact", "_SEES_ORDERS", frozenset(Way)),
        ("by the contact, of a stranger", "visible_customers", lambda viewer, prefix: Q()),
        ("not by another group", "seen_by_way", lambda viewer: [(Way.STAFF, Q())]),
    ],
)
def test_control_search_that_compares_more_is_noticed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, seen: str, rule: str, value: object
) -> None:
    monkeypatch.setattr(searching, rule, value)
    monkeypatch.setattr(LicenseQuerySet, "visible_to", lambda rows, viewer: rows.all())
    assert any(": found" in each for each in differences(stage, seen))


@pytest.mark.parametrize(
    ("seen", "knows_names", "knows_orders"),
    [
        ("by the customer", False, False),
        ("by the contact", True, False),
        ("by the group", True, True),
        ("by staff", True, True),
    ],
)
def test_words_about_searching_name_what_is_compared(
    stage: Stage, seen: str, knows_names: bool, knows_orders: bool
) -> None:
    said = " ".join(searched_by(viewer_of(stage, seen)))
    assert "last five characters" in said
    assert ("customer’s name" in said, "order id" in said) == (knows_names, knows_orders)


@pytest.mark.parametrize(
    "text",
    [
        "ir",  # fewer than three letters in the middle of a name
        "mira@globex",
        "ID-MIRAS",  # the beginning of a computer's ID
        "%",
        "%%%",
        "mira%lind",
        "_ira",
        "Mira%",
        "\u200b",
    ],
)
def test_search_by_anything_else_finds_nothing(stage: Stage, text: str) -> None:
    viewer = viewer_for(make_staff("Vic View", "view"))
    assert license_page(viewer, Criteria(text=text), Place()).rows == []


@pytest.mark.parametrize(
    "text", ["MIRA LINDHOLM", "  mira   lind ", "ｍｉｒａ", "Mira\tLindholm", "MIRA@ACME.EXAMPLE", "id-miras-laptop"]
)
def test_search_minds_neither_case_nor_blanks_nor_width(stage: Stage, text: str) -> None:
    viewer = viewer_for(stage.mira.user)
    assert license_page(viewer, Criteria(text=text), Place()).rows == [stage.license]


def test_computers_that_were_deactivated_are_not_compared(stage: Stage) -> None:
    stage.license.activations.update(deactivated_at=stage.license.created_at)
    viewer = viewer_for(stage.mira.user)
    assert license_page(viewer, Criteria(text="ID-MIRAS-LAPTOP"), Place()).rows == []


def test_license_that_several_comparisons_find_stands_once(stage: Stage) -> None:
    paula = make_contact(stage.license.organization, "Mira Contact")
    License.objects.filter(pk=stage.license.pk).update(customer=paula)
    license = License.objects.get(pk=stage.license.pk)
    license.licensee = "Mira"
    license.save()
    make_activation(license, "MIRA-2")
    page = license_page(viewer_for(paula.user), Criteria(text="mira"), Place())
    assert (page.rows, page.count_text) == ([license], "1")


def test_each_comparison_shows_the_newest_hundred_and_says_that_there_may_be_more(db: None) -> None:
    anna = make_customer("Anna Acme")
    version = make_product("Spectra").versions.get()
    License.objects.bulk_create(
        License(activation_key=make(), product_version=version, license_model="permanent", licensee="A", customer=anna)
        for _ in range(EACH_SHOWN + 1)
    )
    page = license_page(viewer_for(anna.user), Criteria(text="spectra"), Place())
    assert page.count_text == f"{EACH_SHOWN}+"
    assert page.rows[0] == License.objects.order_by("-pk").first()


def test_empty_text_finds_nothing_by_itself(stage: Stage) -> None:
    assert Search(viewer_for(stage.mira.user), " \t").arms(License.objects.all()) == []
