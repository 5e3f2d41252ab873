"""S2: in any world, the portal shows and allows exactly what a plain reading of the rules says."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from django.db.models import Model, Q, QuerySet
from hypothesis import HealthCheck, given, settings

from accounts.models import AuditEvent, User
from licenses import listing
from licenses.filters import Criteria
from licenses.models import Activation, License
from licenses.ordering import Order, Place
from licenses.querysets import ActivationQuerySet, LicenseQuerySet, ways_apart
from licenses.sharing import onlookers
from licenses.views.gate import LICENSE_RELATED
from organizations import activity, paging
from organizations.access import Action, Rule, may, viewer_for
from organizations.activity_filters import ActivityFilters, actions_about
from organizations.events import visible_events, ways_to_events
from organizations.licenses_of import Topic
from organizations.models import Customer, GroupMember, Organization, UserGroup
from organizations.paging import Cursor
from organizations.querysets import CustomerQuerySet, OrganizationQuerySet, UserGroupQuerySet
from organizations.viewer import Viewer
from tests import reading
from tests.world_rows import Rows, existing
from tests.worlds import (
    PRIVILEGES,
    EventFacts,
    GroupFacts,
    LicenseFacts,
    OrganizationFacts,
    PersonFacts,
    World,
    worlds,
)

PAGE_SIZE, COUNT_LIMIT = 2, 3


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a world of a few licenses have several pages and more licenses than are counted."""
    monkeypatch.setattr(listing, "PAGE_SIZE", PAGE_SIZE)
    monkeypatch.setattr(paging, "PAGE_SIZE", PAGE_SIZE)
    monkeypatch.setattr(activity, "PAGE_SIZE", PAGE_SIZE)
    monkeypatch.setattr(paging, "COUNT_LIMIT", COUNT_LIMIT)


@settings(max_examples=75, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds())
def test_portal_shows_and_allows_what_the_rules_say(db: None, world: World) -> None:
    assert differences(world) == []


def test_every_privilege_alone_and_every_permission_allows_what_the_table_says(db: None) -> None:
    privileges = [frozenset[str](), frozenset({"activate", "deactivate"}), *({name} for name in PRIVILEGES)]
    for each in map(frozenset, privileges):
        assert differences(World((GroupFacts(each),), (PersonFacts(member_of=0),), (), (LicenseFacts(group=0),))) == []
    for verbs in (set(), {"change"}, {"add"}, {"delete"}):
        permissions = frozenset(f"licenses.{verb}_license" for verb in {"view", *verbs})
        people = (PersonFacts(is_staff=True, permissions=permissions), PersonFacts(permissions=permissions))
        assert differences(World((), people, (), (LicenseFacts(), LicenseFacts(is_deleted=True)))) == []


def test_people_who_are_switched_off_see_nothing_and_are_not_named(db: None) -> None:
    off = PersonFacts(is_customer=True, organization=0, is_active=False, is_staff=True, is_superuser=True)
    world = World((), (off, PersonFacts()), (OrganizationFacts(primary=0),), (LicenseFacts(0, 0),))
    assert differences(world) == []


STRANGER = 0
WORLD = World(
    groups=(GroupFacts(frozenset({"view_all"})), GroupFacts(is_active=False)),
    people=(
        PersonFacts(),
        PersonFacts(is_customer=True, organization=0),
        PersonFacts(is_customer=True, is_active=False),
        PersonFacts(member_of=0),
        PersonFacts(member_of=1),
    ),
    organizations=(OrganizationFacts(primary=1), OrganizationFacts(group=1)),
    licenses=(
        LicenseFacts(customer=2, group=1),
        *[LicenseFacts(customer=1, organization=0)] * 5,
        LicenseFacts(is_deleted=True),
    ),
    events=(
        EventFacts(customer=2),
        EventFacts(organization=0, license=1),
        EventFacts(organization=0, license=1, is_internal=True),
        *[EventFacts(customer=1, organization=0)] * 3,
    ),
)
"""A world in which every rule hides something from somebody; the controls take one rule away."""


def test_controls_begin_where_nothing_differs(db: None) -> None:
    assert differences(WORLD) == []


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (LicenseQuerySet, "licenses"),
        (ActivationQuerySet, "activations"),
        (CustomerQuerySet, "customers"),
        (OrganizationQuerySet, "organizations"),
        (UserGroupQuerySet, "groups"),
    ],
)
def test_control_without_visible_to_it_is_noticed(
    db: None, monkeypatch: pytest.MonkeyPatch, rows: type[QuerySet[Model]], name: str
) -> None:
    monkeypatch.setattr(rows, "visible_to", lambda rows, viewer: rows.all())
    assert any(each.startswith(f"person {STRANGER}: sees {name}") for each in differences(WORLD))


def test_control_without_visible_events_it_is_noticed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.visible_events", lambda viewer: AuditEvent.objects.all())
    assert any(each.startswith(f"person {STRANGER}: sees events") for each in differences(WORLD))


def test_control_without_the_action_table_it_is_noticed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rule, "allows", lambda *_: True)
    assert any("too much" in each for each in differences(WORLD))


def test_control_list_that_forgets_a_way_of_seeing_is_noticed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "ways_apart", lambda viewer: ways_apart(viewer)[1:])
    assert any("pages do not show" in each for each in differences(WORLD))


def test_control_activity_that_forgets_a_way_is_noticed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "ways_to_events", lambda viewer: ways_to_events(viewer)[:-1])
    assert any("is told" in each for each in differences(WORLD))


def test_control_activity_that_tells_internals_is_noticed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "_told", lambda way: Q())
    assert any("is told" in each for each in differences(WORLD))


def test_control_page_that_names_nobody_is_noticed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.onlookers", lambda license: [])
    assert any("the page says" in each for each in differences(WORLD))


def test_control_rights_of_a_group_that_is_switched_off_are_noticed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    as_it_is = viewer_for

    def with_group(user: User) -> Viewer:
        member = GroupMember.objects.filter(user=user).first()
        return replace(as_it_is(user), group_id=member.user_group_id if member else None)

    monkeypatch.setattr(f"{__name__}.viewer_for", with_group)
    assert any("sees organizations [1] too many" in each for each in differences(WORLD))


def differences(world: World) -> list[str]:
    """Make the rows of `world` and return where the portal differs from the reading."""
    with existing(world) as rows:
        found = _onlooker_differences(world, rows)
        for who in range(len(world.people)):
            viewer = viewer_for(User.objects.get(pk=rows.users[who].pk))
            found += [f"person {who}: {each}" for each in _row_differences(world, rows, who, viewer)]
            found += [f"person {who}: {each}" for each in _action_differences(world, rows, who, viewer)]
            found += [f"person {who}: {each}" for each in _page_differences(viewer)]
            found += [f"person {who}: {each}" for each in _activity_differences(world, rows, who, viewer)]
        return found


def _row_differences(world: World, rows: Rows, who: int, viewer: Viewer) -> list[str]:
    sees_license = [bool(reading.ways(world, who, license)) for license in world.licenses]
    return [
        *_compared("licenses", License.objects.visible_to(viewer), rows.licenses, sees_license),
        *_compared("activations", Activation.objects.visible_to(viewer), rows.activations, sees_license),
        *_compared(
            "customers",
            Customer.objects.visible_to(viewer),
            rows.customers.values(),
            [reading.sees_customer(world, who, other) for other in rows.customers],
        ),
        *_compared(
            "organizations",
            Organization.objects.visible_to(viewer),
            rows.organizations,
            [reading.sees_organization(world, who, number) for number in range(len(world.organizations))],
        ),
        *_compared(
            "groups",
            UserGroup.objects.visible_to(viewer),
            rows.groups,
            [reading.sees_group(world, who, number) for number in range(len(world.groups))],
        ),
        *_compared(
            "events",
            visible_events(viewer),
            rows.events,
            [reading.sees_event(world, who, event) for event in world.events],
        ),
    ]


def _compared(name: str, seen: Iterable[Model], rows: Iterable[Model], expected: list[bool]) -> list[str]:
    keys = [row.pk for row in seen]
    right = {row.pk for row, is_seen in zip(rows, expected, strict=True) if is_seen}
    found = [f"sees {name} twice"] if len(keys) != len(set(keys)) else []
    if set(keys) != right:
        numbers = {row.pk: number for number, row in enumerate(rows)}
        extra, missing = ([numbers[key] for key in each] for each in (set(keys) - right, right - set(keys)))
        found.append(f"sees {name} {extra} too many and {missing} too few")
    return found


def _action_differences(world: World, rows: Rows, who: int, viewer: Viewer) -> list[str]:
    found = []
    for number, facts in enumerate(world.licenses):
        row = rows.licenses[number]
        ways = {way.value for way in viewer.ways_to(row)}
        if "group" in ways:
            ways -= {"view all"}  # to a license of one's own group, view all adds nothing
        if ways != reading.ways(world, who, facts):
            found.append(f"sees license {number} as {ways}, not {reading.ways(world, who, facts)}")
        allowed = {action.value for action in Action if may(viewer, action, row)}
        right = {action for action in reading.TABLE if reading.may(world, who, action, facts)}
        if allowed != right:
            found.append(f"may {allowed - right} too much and {right - allowed} too little on license {number}")
    return found


def _onlooker_differences(world: World, rows: Rows) -> list[str]:
    found = []
    people = {user.pk: number for number, user in enumerate(rows.users)}
    groups = {group.pk: number for number, group in enumerate(rows.groups)}
    for number, facts in enumerate(world.licenses):
        license = License.objects.select_related(*LICENSE_RELATED).get(pk=rows.licenses[number].pk)
        named = {
            (
                each.way.value,
                people[each.user.pk] if each.user else groups[each.user_group.pk] if each.user_group else None,
            )
            for each in onlookers(license)
        }
        if named != reading.onlookers(world, facts):
            found.append(f"license {number} is seen by {reading.onlookers(world, facts)}; the page says {named}")
    return found


def _page_differences(viewer: Viewer) -> list[str]:
    """Walk the list to its end and back: every license once, newest first, and the number that it says."""
    expected = list(License.objects.visible_to(viewer).order_by("-pk"))
    first = listing.license_page(viewer, Criteria(), Place())
    forwards = [first]
    while forwards[-1].next_url:
        forwards.append(listing.license_page(viewer, Criteria(), _cursor(forwards[-1].next_url)))
    backwards = [forwards[-1]]
    while backwards[-1].previous_url:
        backwards.append(listing.license_page(viewer, Criteria(), _cursor(backwards[-1].previous_url)))
    found = []
    if [row for page in forwards for row in page.rows] != expected:
        found.append("pages do not show what visible_to says")
    if [page.rows for page in reversed(backwards)] != [page.rows for page in forwards]:
        found.append("pages backwards are not the pages forwards")
    if first.count_text != (str(len(expected)) if len(expected) <= COUNT_LIMIT else f"{COUNT_LIMIT}+"):
        found.append(f"the list says {first.count_text} of {len(expected)}")
    return found


def _activity_differences(world: World, rows: Rows, who: int, viewer: Viewer) -> list[str]:
    """Walk the activity of each kind to its end and back: every event that is told once, newest first."""
    told = [
        (row, event) for row, event in zip(rows.events, world.events, strict=True) if reading.is_told(world, who, event)
    ]
    found = []
    for kind in (None, Topic.LICENSES, Topic.PEOPLE):
        right = [row for row, _event in told if kind is None or row.action in actions_about(kind)]
        expected = [row.at for row in sorted(right, key=lambda row: row.pk, reverse=True)]
        pages = [activity.activity_page(viewer, ActivityFilters(kind), Cursor())]
        while (url := pages[-1].next_url) is not None:
            pages.append(activity.activity_page(viewer, ActivityFilters(kind), _event_cursor(url)))
        back = [pages[-1]]
        while (url := back[-1].previous_url) is not None:
            back.append(activity.activity_page(viewer, ActivityFilters(kind), _event_cursor(url)))
        shown = [entry.at for page in pages for entry in page.rows]
        if shown != expected:
            found.append(f"is told {len(shown)} events about {kind}, not {len(expected)}, or in another order")
        if [page.rows for page in reversed(back)] != [page.rows for page in pages]:
            found.append(f"pages about {kind} backwards are not the pages forwards")
    return found


def _event_cursor(url: str) -> Cursor:
    return Cursor.read(dict(parse_qsl(url.removeprefix("?"))))


def _cursor(url: str) -> Place:
    return Place.read(Order.NEWEST, dict(parse_qsl(url.removeprefix("?"))))
