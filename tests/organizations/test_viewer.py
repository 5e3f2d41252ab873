"""Who asks: every role is an explicit fact, and gone with the person or the group switched off (V7)."""

import pytest
from django.contrib.auth.models import Group, Permission
from pytest_django import DjangoAssertNumQueries

from accounts.audit import Kind
from accounts.models import User
from organizations.access import viewer_for
from organizations.models import Customer
from organizations.privileges import Privilege
from organizations.sign_in import RolesBackend
from organizations.viewer import Viewer, Way
from tests.cast import (
    make_contact,
    make_customer,
    make_group,
    make_member,
    make_organization,
    make_person,
    make_staff,
    name_contact,
)


def fresh(user: User) -> Viewer:
    return viewer_for(User.objects.get(pk=user.pk))


def test_person_without_a_role_has_none(db: None) -> None:
    user = make_person()
    assert fresh(user) == Viewer(user)
    assert fresh(user).reaches() == []


def test_customer_and_member_know_their_own_organization(db: None) -> None:
    acme = make_organization("Acme")
    member = make_customer(organization=acme)
    viewer = fresh(member.user)
    assert (viewer.customer_id, viewer.own_organization_id, viewer.contact_of) == (member.pk, acme.pk, frozenset())


def test_contacts_of_several_organizations_from_outside_too(db: None) -> None:
    acme, globex = make_organization("Acme"), make_organization("Globex")
    contact = make_contact(acme)
    name_contact(globex, contact, is_secondary=True)
    viewer = fresh(contact.user)
    assert viewer.contact_of == {acme.pk, globex.pk}
    assert viewer.own_organization_id == acme.pk


def test_group_member_has_the_groups_privileges(db: None) -> None:
    group = make_group(Privilege.ACTIVATE, name="North")
    viewer = fresh(make_member(group))
    assert (viewer.group_id, viewer.group_name) == (group.pk, "North")
    assert viewer.has(Privilege.ACTIVATE)
    assert not viewer.has(Privilege.DEACTIVATE)


def test_manager_has_no_more_privileges_than_the_group(db: None) -> None:
    group = make_group()
    viewer = fresh(make_member(group, is_manager=True))
    assert not any(viewer.has(privilege) for privilege in Privilege)


def test_empty_list_of_privileges_means_none(db: None) -> None:
    viewer = fresh(make_member(make_group()))
    assert viewer.group_privileges == frozenset()
    assert [reach.way for reach in viewer.reaches()] == [Way.GROUP]


def test_group_that_is_switched_off_gives_nothing_and_takes_nothing_else(db: None) -> None:
    user = make_member(make_group(*Privilege, is_active=False))
    contact = make_contact(make_organization())
    contact.user = user
    contact.save()
    viewer = fresh(user)
    assert viewer.group_id is None
    assert not any(viewer.has(privilege) for privilege in Privilege)
    assert {reach.way for reach in viewer.reaches()} == {Way.OWN, Way.CONTACT}


def test_person_who_is_switched_off_has_no_role(db: None) -> None:
    contact = make_contact(make_organization())
    contact.user.is_active = False
    contact.user.is_superuser = contact.user.is_staff = True
    contact.user.save()
    viewer = fresh(contact.user)
    assert viewer == Viewer(contact.user)
    assert not viewer.staff_may("view")


def test_viewer_of_a_person_switched_off_meanwhile_reaches_nothing(db: None) -> None:
    viewer = fresh(make_contact(make_organization()).user)
    viewer.user.is_active = False
    assert viewer.reaches() == []


def test_permission_without_being_staff_means_nothing(db: None) -> None:
    user = make_staff("Vic View", "view")
    assert fresh(user).staff_may("view")
    user.is_staff = False
    user.save()
    assert not fresh(user).staff_may("view")


def test_superuser_without_being_staff_means_nothing(db: None) -> None:
    assert not fresh(make_person(is_superuser=True)).staff_may("view")
    assert fresh(make_person(is_superuser=True, is_staff=True)).staff_may("view")


def test_staff_need_the_very_permission(db: None) -> None:
    viewer = fresh(make_staff("Vic View", "view"))
    assert viewer.staff_may("view", "organizations.customer")
    assert not viewer.staff_may("change")
    assert not viewer.staff_may("view", "organizations.nothing")


def test_permissions_come_from_the_person_and_from_djangos_groups_by_one_query(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = make_staff("Vic View", "view")
    team = Group.objects.create(name="Support")
    team.permissions.add(Permission.objects.get(codename="change_license"))
    user.groups.add(team)
    found = RolesBackend().get_user(user.pk)
    assert found is not None
    with django_assert_num_queries(1):
        assert found.has_perms(["licenses.view_license", "licenses.change_license"])
        assert not found.has_perm("licenses.add_license")


def test_session_brings_the_person_with_their_roles_by_two_queries(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    member = make_member(make_group(name="North"))
    Customer.objects.create(user=member)
    with django_assert_num_queries(1):
        user = RolesBackend().get_user(member.pk)
    assert user is not None
    with django_assert_num_queries(1):
        viewer = viewer_for(user)
    assert (viewer.group_name, viewer.customer_id) == ("North", user.customer.pk)


def test_session_of_a_person_who_is_switched_off_brings_nobody(db: None) -> None:
    user = make_person()
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert RolesBackend().get_user(user.pk) is None


@pytest.mark.parametrize(
    ("ways", "kind"),
    [
        ({Way.OWN}, Kind.PERSON),
        ({Way.CONTACT}, Kind.PERSON),
        ({Way.GROUP}, Kind.GROUP),
        ({Way.GROUP, Way.OWN}, Kind.PERSON),
        ({Way.GROUP, Way.VIEW_ALL}, Kind.GROUP),
    ],
)
def test_people_act_in_the_role_in_which_they_see_the_license(db: None, ways: set[Way], kind: Kind) -> None:
    user = make_member(make_group(name="North"), "Rasmus North")
    actor = fresh(user).actor_on(ways)
    assert (actor.kind, actor.user_id, actor.name) == (kind, user.pk, "Rasmus North")
    assert actor.group_name == ("North" if kind == Kind.GROUP else "")


def test_staff_act_as_the_vendor_only_where_they_may_change(db: None) -> None:
    changing, viewing = make_staff("Chris Change", "view", "change"), make_staff("Vic View", "view")
    assert fresh(changing).actor_on({Way.STAFF}).kind == Kind.VENDOR
    assert fresh(changing).actor_on({Way.STAFF, Way.OWN}).kind == Kind.VENDOR
    assert fresh(viewing).actor_on({Way.STAFF, Way.OWN}).kind == Kind.PERSON
