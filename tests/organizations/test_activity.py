"""What happened, in words: which events, which fields and whose names each kind of person is told of."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.audit import SYSTEM, Actor, Concerned, Detail, Kind, Origin, origin, record
from accounts.models import AuditEvent, User
from licenses.activation import rename_computer
from licenses.models import License
from organizations.access import viewer_for
from organizations.activity import Entry, by_day, next_keys, recent_activity
from organizations.activity_filters import ActivityFilters
from organizations.events import visible_events
from organizations.models import Customer, GroupMember
from organizations.paging import Cursor
from organizations.profile import edit_profile, mark_of, profile_of
from organizations.viewer import Viewer
from tests.cast import Cast, make_activation, make_cast, make_license

EVERYBODY = (
    "nobody",
    "individual",
    "customer",
    "plain member",
    "primary contact",
    "secondary contact",
    "outside contact",
    "other contact",
    "north",
    "north, every privilege",
    "north switched off",
    "south",
    "south, view_all",
    "switched off",
    "staff without permissions",
    "staff with view",
)
CONTACTS = {"primary contact", "secondary contact", "outside contact"}
NORTH = {"north", "north, every privilege"}
STAFF = {"staff with view"}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def from_home() -> Iterator[None]:
    """Let everything come from one network address."""
    token = origin.set(Origin("192.0.2.7"))
    yield
    origin.reset(token)


def person(cast: Cast, role: str) -> User:
    user = cast.roles[role].user
    assert user is not None
    return user


def seen_by(cast: Cast, role: str) -> Viewer:
    user = cast.enter(role)
    assert user is not None
    return viewer_for(user)


def newest(cast: Cast, role: str) -> Entry:
    return recent_activity(seen_by(cast, role), 1)[0]


def line(entry: Entry) -> str:
    """Return one line as it is read."""
    return f"{entry.actor} {entry.sentence}" + (f" — {entry.about}" if entry.about else "")


def customer_of(cast: Cast, role: str) -> Customer:
    return Customer.objects.get(user=person(cast, role))


def by_vendor(cast: Cast, action: str, target: object, **details: Detail) -> AuditEvent:
    """Record what the vendor did to something that concerns Mira, Acme and North."""
    concerned = Concerned(customer_of(cast, "customer").pk, cast.acme.pk, cast.north.pk)
    return record(Actor.vendor(person(cast, "superuser")), action, target, concerned=concerned, details=details)


def change(before: Detail, after: Detail) -> dict[str, Detail]:
    return {"before": before, "after": after}


# Which events


def test_each_kind_of_event_is_told_to_exactly_those_whom_it_is_for(cast: Cast) -> None:
    mira, license = customer_of(cast, "customer"), cast.license
    acmes = {"customer"} | CONTACTS
    signs_in = Actor.person(mira.user)
    table = {
        by_vendor(cast, "license.reinstated", license): acmes | NORTH | STAFF | {"south, view_all"},
        by_vendor(cast, "license.edited", license, comment=change("", "Pays late")): NORTH | STAFF,
        by_vendor(cast, "license.edited", license, order_id=change("", "4711")): NORTH | STAFF,
        by_vendor(cast, "license.reinstated", cast.deleted_license): acmes | NORTH | STAFF | {"south, view_all"},
        by_vendor(cast, "customer.edited", mira, phone=change("", "1")): acmes | NORTH | STAFF,
        by_vendor(cast, "customer.edited", mira, full_name=change("", "M")): acmes | NORTH | STAFF,
        by_vendor(cast, "customer.edited", mira, staff_notes="changed"): NORTH | STAFF,
        by_vendor(cast, "customer.edited", mira, external_id=change("", "X1")): NORTH | STAFF,
        by_vendor(cast, "organization.edited", cast.acme, name=change("", "A")): acmes | NORTH | STAFF,
        by_vendor(cast, "organization.edited", cast.acme, notes="changed"): NORTH | STAFF,
        record(signs_in, "signed_in", mira.user): {"customer"} | STAFF,
        record(signs_in, "signed_out", mira.user): {"customer"} | STAFF,
        record(signs_in, "password_set", mira.user): {"customer"} | STAFF,
        record(SYSTEM, "sign_in_failed", mira.user): {"customer"} | STAFF,
        record(SYSTEM, "sign_in_failed", User(email="nobody@nowhere.example")): STAFF,
        record(SYSTEM, "person.edited", mira.user, details={"is_staff": change(False, True)}): {"customer"} | STAFF,
        record(SYSTEM, "product.edited", license.product): STAFF,
    }
    told = {role: next_keys(seen_by(cast, role), ActivityFilters(), Cursor(), 1_000) for role in EVERYBODY}
    found = {event: {role for role in EVERYBODY if event.pk in told[role]} for event in table}
    assert {str(event): roles for event, roles in found.items() if roles != table[event]} == {}
    assert len(table) == 17


def test_everything_told_exists_by_the_one_rule(cast: Cast) -> None:
    by_vendor(cast, "customer.edited", customer_of(cast, "customer"), staff_notes="changed")
    for role in EVERYBODY:
        viewer = seen_by(cast, role)
        told = next_keys(viewer, ActivityFilters(), Cursor(), 1_000)
        assert told <= set(visible_events(viewer).values_list("pk", flat=True)), role


def test_newest_comes_first_and_no_more_than_asked_for(cast: Cast) -> None:
    for number in range(5):
        rename_computer(
            cast.activation.pk, SYSTEM, name=f"N{number}", was=f"N{number - 1}" if number else "MIRAS-LAPTOP"
        )
    entries = recent_activity(seen_by(cast, "primary contact"), 3)
    assert [entry.sentence for entry in entries] == [
        "renamed a computer from “N3” to “N4”",
        "renamed a computer from “N2” to “N3”",
        "renamed a computer from “N1” to “N2”",
    ]


def test_what_exists_in_several_ways_is_told_once(cast: Cast) -> None:
    viewer = seen_by(cast, "primary contact")
    Customer.objects.filter(user=viewer.user).update(user_group=cast.north)
    GroupMember.objects.create(user=viewer.user, user_group=cast.north)
    License.objects.filter(pk=cast.license.pk).update(customer=viewer.customer_id)
    license = License.objects.get(pk=cast.license.pk)
    concerned = Concerned(license.customer_id, license.organization_id, license.user_group_id)
    record(Actor.person(viewer.user), "license.reinstated", license, concerned=concerned)
    viewer = viewer_for(User.objects.get(pk=viewer.user.pk))
    assert viewer.group_id == cast.north.pk
    assert [entry.sentence for entry in recent_activity(viewer, 2)] == ["reinstated the license", "issued the license"]


# Which fields


def test_fields_of_a_customer_are_told_to_those_who_may_see_them(cast: Cast) -> None:
    by_vendor(
        cast,
        "customer.edited",
        customer_of(cast, "customer"),
        phone=change("", "+49 30 1"),
        address=change("", "Messdamm 114\n10115 Berlin"),
        organization=change("some-id", None),
        external_id=change("K-1", "K-2"),
        staff_notes="changed",
    )
    told = {role: line(newest(cast, role)) for role in ("customer", "primary contact", "north", "staff with view")}
    open_fields = "changed organization, phone from nothing to +49 30 1, address"
    for role in ("customer", "primary contact"):
        assert told[role] == f"Northwind Instruments {open_fields} — Mira Lindholm"
    assert told["north"] == f"Northwind Instruments {open_fields}, external id, staff notes — Mira Lindholm"
    assert told["staff with view"].startswith(f"Stella Berg {open_fields}, external id, staff notes — Mira Lindholm <")
    for words in told.values():
        assert not {"some-id", "K-1", "K-2", "Messdamm"} & set(words.replace(",", " ").split())


def test_notes_about_an_organization_are_for_its_group_and_staff(cast: Cast) -> None:
    domains: Detail = {"added": ["acme.example"]}
    by_vendor(cast, "organization.edited", cast.acme, name=change("Acme", "Acme AG"), notes="changed", domains=domains)
    words = "changed name from Acme to Acme AG"
    assert newest(cast, "primary contact").sentence == f"{words}, mail domains"
    assert newest(cast, "north").sentence == f"{words}, notes, mail domains"


def test_comment_and_order_id_of_a_license_are_for_its_group_and_staff(cast: Cast) -> None:
    details = {"max_activations": change(3, 5), "comment": change("", "Pays late"), "order_id": change("", "4711")}
    by_vendor(cast, "license.edited", cast.license, **details)
    told = {
        role: newest(cast, role).sentence
        for role in ("customer", "primary contact", "south, view_all", "north", "staff with view")
    }
    facts = "changed activations allowed from 3 to 5"
    assert {told[role] for role in ("customer", "primary contact", "south, view_all")} == {facts}
    assert {told[role] for role in ("north", "staff with view")} == {f"{facts}, order id, comment"}


def test_group_that_does_not_serve_the_license_is_told_no_internals_though_it_sees_all(cast: Cast) -> None:
    by_vendor(cast, "license.edited", cast.license, comment=change("", "Pays late"))
    assert newest(cast, "south, view_all").sentence != "changed comment"
    assert newest(cast, "north").sentence == "changed comment"


def test_language_and_time_zone_of_a_person_are_for_the_person_and_staff(cast: Cast) -> None:
    mira = customer_of(cast, "customer")
    profile = profile_of(mira.user)
    both = profile | {"phone": "4711", "time_zone": "Europe/Berlin"}
    edit_profile(mira.user.pk, both, mark_of(profile))
    told = {role: line(newest(cast, role)) for role in ("customer", "primary contact", "staff with view")}
    assert told == {
        "customer": "You edited the profile: phone from nothing to 4711, time zone from UTC to Europe/Berlin",
        "primary contact": "Mira Lindholm edited the profile: phone from nothing to 4711",
        "staff with view": "Mira Lindholm edited the profile: phone from nothing to 4711, "
        "time zone from UTC to Europe/Berlin — Mira Lindholm <mira.lindholm@people.example>",
    }
    edit_profile(mira.user.pk, both | {"time_zone": "Asia/Tokyo"}, mark_of(both))
    assert "Asia/Tokyo" in newest(cast, "customer").sentence
    assert "4711" in newest(cast, "primary contact").sentence


@pytest.mark.usefixtures("from_home")
def test_network_addresses_are_for_whom_they_are_of_and_staff(cast: Cast) -> None:
    make_activation(cast.license, actor=Actor.person(person(cast, "customer")))
    roles = ("customer", "primary contact", "north, every privilege", "south, view_all", "staff with view")
    shown = {role for role in roles if newest(cast, role).address}
    assert shown == {"customer", "staff with view"}


@pytest.mark.usefixtures("from_home")
def test_attempt_to_sign_in_is_told_with_its_address_to_the_person_and_staff(cast: Cast) -> None:
    mira = person(cast, "customer")
    record(SYSTEM, "sign_in_failed", mira, details={"is_known": True})
    for role in ("customer", "staff with view"):
        assert line(newest(cast, role)) == f"The portal refused an attempt to sign in — {mira.email}"
        assert newest(cast, role).address == "192.0.2.7"
    for role in ("primary contact", "north, every privilege", "south, view_all"):
        assert not any("sign in" in entry.sentence for entry in recent_activity(seen_by(cast, role), 100)), role


@pytest.mark.usefixtures("from_home")
def test_address_of_staff_is_not_told_to_whom_they_switched_on(cast: Cast) -> None:
    mira = person(cast, "customer")
    record(Actor.vendor(person(cast, "superuser")), "person.edited", mira, details={"is_active": change(False, True)})
    assert line(newest(cast, "customer")).startswith("Northwind Instruments changed switched on from no to yes")
    assert newest(cast, "customer").address is None


def test_long_values_lists_and_ids_are_not_repeated(cast: Cast) -> None:
    details: dict[str, Detail] = {
        "name": change("N" * 60, "M" * 61),
        "privileges": change(["activate"], []),
        "members": {"added": ["Ann <ann@people.example>"]},
    }
    by_vendor(cast, "user_group.edited", cast.north, **details)
    assert newest(cast, "north").sentence == "changed name, privileges, group members"


def test_field_of_another_version_of_the_portal_is_told_without_its_raw_name(cast: Cast) -> None:
    by_vendor(cast, "user_group.edited", cast.north, email=change("a", "b"), never_heard_of=change("a", "b"))
    assert newest(cast, "north").sentence == "changed e-mail address from a to b, something else"


# Whose names


def test_actors_are_named_as_the_reader_may_know_them(cast: Cast) -> None:
    License.objects.filter(pk=cast.license.pk).update(max_activations=10)
    for role in ("customer", "primary contact", "north, activate and deactivate", "staff with view and change"):
        viewer = seen_by(cast, role)
        make_activation(cast.license, actor=viewer.actor_on(viewer.ways_to(cast.license)))
    told = {
        role: [entry.actor for entry in recent_activity(seen_by(cast, role), 4)]
        for role in ("customer", "primary contact", "north", "south, view_all", "superuser")
    }
    stranger = "Somebody at the customer"
    assert told == {
        "customer": ["Northwind Instruments", "North", "Paula Brandt", "You"],
        "primary contact": ["Northwind Instruments", "North", "You", "Mira Lindholm"],
        "north": ["Northwind Instruments", "You", "Paula Brandt", stranger],
        "south, view_all": ["Northwind Instruments", "North", stranger, stranger],
        "superuser": ["Chris Change", "Rasmus North", "Paula Brandt", "Mira Lindholm"],
    }


def test_colleagues_stay_known_when_the_license_is_gone(cast: Cast) -> None:
    make_activation(cast.license, actor=Actor.person(person(cast, "secondary contact")))
    License.objects.filter(pk=cast.license.pk).update(customer=None, organization=cast.globex, user_group=cast.south)
    told = {role: newest(cast, role) for role in ("customer", "primary contact", "north")}
    assert {role: entry.actor for role, entry in told.items()} == {
        "customer": "Samuel Okoro",
        "primary contact": "Samuel Okoro",
        "north": "Somebody at the customer",
    }
    assert {entry.url for entry in told.values()} == {""}


def test_group_knows_its_own_customers_by_name(cast: Cast) -> None:
    Customer.objects.filter(user=person(cast, "customer")).update(user_group=cast.north)
    mira = customer_of(cast, "customer")
    edit_profile(mira.user.pk, {"phone": "4711"}, mark_of(profile_of(mira.user)))
    assert line(newest(cast, "north")) == "Mira Lindholm edited the profile: phone from nothing to 4711"


def test_members_of_a_group_are_named_without_their_addresses(cast: Cast) -> None:
    member = GroupMember.objects.get(user=person(cast, "north"))
    record(SYSTEM, "group_member.created", member, concerned=Concerned(user_group_id=cast.south.pk))
    assert newest(cast, "south").about == "Rasmus North"
    assert newest(cast, "staff with view").about == "Rasmus North <rasmus.north@people.example>"


# What it is about


def test_license_is_recognized_and_linked_where_it_exists_for_the_reader(cast: Cast) -> None:
    by_vendor(cast, "license.reinstated", cast.license)
    for role in ("customer", "primary contact", "north", "south, view_all", "staff with view"):
        entry = newest(cast, role)
        assert entry.about == f"Spectra 4.1 …{cast.license.key_tail}"
        assert entry.url == cast.license.get_absolute_url()


def test_deleted_license_is_named_and_linked_for_staff_alone(cast: Cast) -> None:
    by_vendor(cast, "license.reinstated", cast.deleted_license)
    for role in ("primary contact", "north", "south, view_all", "staff with view"):
        entry = newest(cast, role)
        assert entry.about == f"Spectra 4.1 …{cast.deleted_license.key_tail}"
        assert bool(entry.url) is (role == "staff with view")


def test_no_whole_key_is_ever_told(cast: Cast) -> None:
    old = make_license(customer=customer_of(cast, "individual"), activation_key="OLD-FORMAT-KEY-0815-4711")
    for role in ("individual", "superuser"):
        told = "".join(map(line, recent_activity(seen_by(cast, role), 100)))
        assert old.key_tail in told
        assert "OLD-FORMAT" not in told
        assert not any(license.activation_key in told for license in License.objects.all())


# When


def test_days_are_those_of_the_reader(cast: Cast) -> None:
    license, customer = cast.solo_license, customer_of(cast, "individual")
    moments = [datetime(2026, 3, 9, 23, 30, tzinfo=UTC), datetime(2026, 3, 10, 0, 30, tzinfo=UTC)]
    for moment in moments:
        record(SYSTEM, "license.reinstated", license, concerned=Concerned(customer.pk), now=moment)
    found = {}
    for zone in ("UTC", "Europe/Berlin", "America/New_York"):
        with timezone.override(zone):
            entries = [each for each in recent_activity(seen_by(cast, "individual"), 100) if each.at in moments]
            found[zone] = [(day.day.isoformat(), len(day.entries)) for day in by_day(entries)]
    assert found == {
        "UTC": [("2026-03-10", 1), ("2026-03-09", 1)],
        "Europe/Berlin": [("2026-03-10", 2)],
        "America/New_York": [("2026-03-09", 2)],
    }


def test_today_and_yesterday_are_called_so(cast: Cast) -> None:
    now = timezone.now()
    entries = [Entry(now - timedelta(days=days), "You", "signed in", "", "", None, True) for days in (0, 1, 2)]
    assert [day.name for day in by_day(entries)] == ["Today", "Yesterday", ""]


def test_kinds_of_actors_are_all_known(cast: Cast) -> None:
    """A new kind of actor needs a name on this page."""
    assert {kind.value for kind in Kind} == {"person", "group", "vendor", "system"}
