"""Which events exist for whom, who the actor is to the reader, and who reads network addresses."""

import pytest

from accounts.audit import SYSTEM, Actor, Concerned, Kind, record
from accounts.models import AuditEvent, User
from organizations.access import viewer_for
from organizations.events import actor_as_seen_by, actor_of, shows_address, visible_events
from organizations.models import Customer, Organization, UserGroup
from tests.cast import (
    make_contact,
    make_customer,
    make_group,
    make_member,
    make_organization,
    make_person,
    make_staff,
)

VENDOR = "Northwind Instruments"


def told(user: User) -> set[str]:
    return {event.action for event in visible_events(viewer_for(user))}


def test_event_is_told_to_actor_and_to_whom_it_names(db: None) -> None:
    anna, acme, north = make_customer("Anna Acme"), make_organization("Acme"), make_group(name="North")
    paula, member, rasmus = make_contact(acme), make_customer(organization=acme), make_member(north)
    actor, target = make_person("Ada Actor"), make_organization("Target")
    record(Actor.person(actor), "by_actor", target)
    record(SYSTEM, "about_customer", target, concerned=Concerned(customer_id=anna.pk))
    record(SYSTEM, "about_organization", target, concerned=Concerned(organization_id=acme.pk))
    record(SYSTEM, "about_group", target, concerned=Concerned(user_group_id=north.pk))
    assert {user.full_name: told(user) for user in (actor, anna.user, paula.user, member.user, rasmus)} == {
        "Ada Actor": {"by_actor"},
        "Anna Acme": {"about_customer"},
        paula.user.full_name: {"about_organization"},
        member.user.full_name: set(),
        rasmus.full_name: {"about_group"},
    }


def test_events_come_newest_first(db: None) -> None:
    anna = make_customer()
    for number in range(3):
        record(SYSTEM, f"event_{number}", anna.user, concerned=Concerned(customer_id=anna.pk))
    assert [event.action for event in visible_events(viewer_for(anna.user))] == ["event_2", "event_1", "event_0"]


def test_event_that_names_nobody_is_told_to_no_one_but_staff(db: None) -> None:
    record(SYSTEM, "about_nobody", make_person())
    people = [make_customer().user, make_contact(make_organization()).user, make_member(make_group())]
    assert [told(user) for user in people] == [set(), set(), set()]
    assert told(make_staff("Vic View", "view")) == {"about_nobody"}
    assert told(make_staff("Stan Bare")) == set()


def test_signing_in_is_told_to_the_person_and_staff(db: None) -> None:
    acme = make_organization("Acme")
    member, contact = make_customer(organization=acme), make_contact(acme)
    record(Actor.person(member.user), "signed_in", member.user)
    assert told(member.user) == {"signed_in"}
    assert told(contact.user) == set()


def test_what_happens_to_somebodys_sign_in_is_told_to_the_person_and_staff(db: None) -> None:
    acme, north = make_organization("Acme"), make_group(name="North")
    member, contact = make_customer(organization=acme, user_group=north), make_contact(acme)
    record(SYSTEM, "sign_in_failed", member.user)
    record(Actor.vendor(make_staff("Stella Berg")), "person.edited", member.user)
    assert told(member.user) == {"sign_in_failed", "person.edited"}
    assert told(contact.user) == told(make_member(north)) == told(make_person()) == set()
    assert told(make_staff("Vic View", "view")) == {"sign_in_failed", "person.edited"}


def test_who_is_switched_off_is_told_nothing(db: None) -> None:
    anna = make_customer()
    record(Actor.person(anna.user), "by_actor", anna.user)
    anna.user.is_active = False
    anna.user.save()
    assert told(anna.user) == set()


def test_address_is_shown_to_the_actor_and_staff(db: None) -> None:
    anna, paula = make_customer(), make_contact(make_organization())
    event = record(Actor.person(anna.user), "signed_in", anna.user)
    assert shows_address(viewer_for(anna.user), event)
    assert not shows_address(viewer_for(paula.user), event)
    assert shows_address(viewer_for(make_staff("Vic View", "view")), event)
    assert not shows_address(viewer_for(make_staff("Stan Bare")), event)


def test_address_of_an_attempt_to_sign_in_is_shown_to_the_person_and_staff(db: None) -> None:
    acme = make_organization("Acme")
    member, contact = make_customer(organization=acme), make_contact(acme)
    attempt = record(SYSTEM, "sign_in_failed", member.user)
    assert shows_address(viewer_for(member.user), attempt)
    assert not shows_address(viewer_for(contact.user), attempt)
    assert shows_address(viewer_for(make_staff("Vic View", "view")), attempt)
    by_staff = record(Actor.vendor(make_staff("Stella Berg")), "person.edited", member.user)
    assert not shows_address(viewer_for(member.user), by_staff)


def test_address_of_what_the_portal_did_is_not_everybodys(db: None) -> None:
    assert not shows_address(viewer_for(make_customer().user), record(SYSTEM, "issued", make_person()))


@pytest.fixture
def north(db: None) -> UserGroup:
    return make_group(name="North")


def as_seen_by(user: User, actor: Actor, *, is_person_known: bool = False) -> str:
    return actor_as_seen_by(viewer_for(user), actor, vendor=VENDOR, is_person_known=is_person_known)


def test_everybody_is_you_to_themselves(north: UserGroup) -> None:
    anna = make_person("Anna Acme")
    for kind in (Kind.PERSON, Kind.GROUP, Kind.VENDOR):
        assert as_seen_by(anna, Actor(kind, anna.pk, anna.full_name, "North")) == "You"


def test_vendors_people_are_the_vendor_and_known_to_staff_only(north: UserGroup) -> None:
    actor = Actor(Kind.VENDOR, make_staff("Stella Berg").pk, "Stella Berg")
    assert as_seen_by(make_customer().user, actor, is_person_known=True) == VENDOR
    assert as_seen_by(make_member(north), actor, is_person_known=True) == VENDOR
    assert as_seen_by(make_staff("Stan Bare"), actor) == VENDOR
    assert as_seen_by(make_staff("Vic View", "view"), actor) == "Stella Berg"


def test_groups_people_are_the_group_and_known_to_colleagues(north: UserGroup) -> None:
    rasmus = make_member(north, "Rasmus North")
    actor = Actor(Kind.GROUP, rasmus.pk, "Rasmus North", "North", north.pk)
    assert as_seen_by(make_customer().user, actor, is_person_known=True) == "North"
    assert as_seen_by(make_member(make_group(name="South")), actor) == "North"
    assert as_seen_by(make_member(north), actor) == "Rasmus North"
    assert as_seen_by(make_staff("Vic View", "view"), actor) == "Rasmus North"


def test_customers_are_known_by_name_where_the_reader_may_know_them(north: UserGroup) -> None:
    actor = Actor.person(make_person("Anna Acme"))
    assert as_seen_by(make_customer().user, actor, is_person_known=True) == "Anna Acme"
    assert as_seen_by(make_member(north), actor) == "Somebody at the customer"


def test_portal_itself_has_a_name(north: UserGroup) -> None:
    assert as_seen_by(make_customer().user, SYSTEM) == "The portal"


def test_trail_keeps_who_it_was_and_in_which_role(north: UserGroup) -> None:
    rasmus = make_member(north, "Rasmus North")
    actor = Actor(Kind.GROUP, rasmus.pk, "Rasmus North", "North", north.pk)
    event = record(actor, "issued", rasmus, concerned=Concerned(user_group_id=north.pk))
    User.objects.filter(pk=rasmus.pk).update(full_name="Somebody Else")
    UserGroup.objects.filter(pk=north.pk).update(name="Norden")
    assert actor_of(AuditEvent.objects.get(pk=event.pk)) == actor


def test_events_outlive_what_they_tell_of(db: None) -> None:
    anna, acme = make_customer(), make_organization("Acme")
    record(SYSTEM, "joined", anna.user, concerned=Concerned(anna.pk, acme.pk))
    Organization.objects.filter(pk=acme.pk).delete()
    assert told(anna.user) == {"joined"}
    assert Customer.objects.filter(pk=anna.pk).exists()
