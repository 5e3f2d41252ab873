"""What the overview counts: the same as counting by hand what the rules show, and kept for nobody else."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from licenses import figures as counting
from licenses.figures import KEPT_SECONDS, MONTHS, Figures, figures_for
from licenses.listing import all_licenses, count_up_to
from licenses.models import Activation, License
from licenses.needs import FIRST_FEW, FirstFew, Need, criteria_of
from licenses.status import Status, status_of
from licenses.terms import ends_soon, has_ended
from organizations import paging
from organizations.access import Action, viewer_for
from organizations.privileges import Privilege
from organizations.viewer import Viewer
from tests import reading
from tests.cast import make_contact, make_customer, make_group, make_license, make_member, make_organization, make_staff
from tests.world_rows import Rows, existing
from tests.worlds import GroupFacts, LicenseFacts, OrganizationFacts, PersonFacts, World, worlds

DAYS = (None, None, -400, -32, -31, -30, -29, -2, -1, 0, 1, 29, 30, 31, 200, 350, 365, 366, 400)
MOMENTS = (
    datetime(2026, 3, 10, 15, 30, tzinfo=UTC),
    datetime(2026, 3, 1, 4, tzinfo=UTC),
    datetime(2027, 12, 31, 23, 59, tzinfo=UTC),
    datetime(2028, 2, 29, 11, 59, tzinfo=UTC),
)


@dataclass(frozen=True)
class Terms:
    """What the figures depend on, of one license and its one computer; days from the present one."""

    expires: int | None = None
    updates: int | None = None
    is_revoked: bool = False
    allowed: int = 1
    is_in_use: bool = False
    is_file_old: bool = False
    was_renamed: bool = False
    activated: int = 0


TERMS = st.builds(
    Terms,
    st.sampled_from(DAYS),
    st.sampled_from(DAYS),
    st.sampled_from((False, False, False, True)),
    st.integers(1, 3),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.integers(0, 420),
)


@pytest.fixture(autouse=True)
def _nothing_is_kept_from_before(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds(), terms=st.lists(TERMS, min_size=7, max_size=7), moment=st.sampled_from(MOMENTS))
def test_figures_are_what_counting_by_hand_gives_for_everybody(
    db: None, world: World, terms: list[Terms], moment: datetime
) -> None:
    with time_machine.travel(moment, tick=False):
        assert differences(world, terms) == []


SICK = Terms(expires=10, updates=10, is_in_use=True, is_file_old=True)
WORLD = World(
    groups=(GroupFacts(frozenset({"view_all"})),),
    people=(
        PersonFacts(),
        PersonFacts(is_customer=True, organization=0),
        PersonFacts(is_customer=True, member_of=0),
        PersonFacts(is_staff=True, is_superuser=True),
    ),
    organizations=(OrganizationFacts(primary=1),),
    licenses=(LicenseFacts(1, 0), LicenseFacts(2), LicenseFacts(group=0), LicenseFacts(is_deleted=True)),
)
"""A world in which what people may do differs from what they see; the controls take one rule away."""


def test_controls_begin_where_nothing_differs() -> None:
    assert differences(WORLD, [SICK] * 4) == []


def test_control_files_that_the_person_may_not_get_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "narrowed", lambda viewer, action: viewer)
    assert any(each.startswith("person 2: computers_needing_files") for each in differences(WORLD, [SICK] * 4))


def test_control_licenses_of_others_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("licenses.querysets.LicenseQuerySet.visible_to", lambda rows, viewer: rows.all())
    assert any(each.startswith("person 0: licenses") for each in differences(WORLD, [SICK] * 4))


def test_control_computers_of_others_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("licenses.querysets.ActivationQuerySet.visible_to", lambda rows, viewer: rows.all())
    assert any(each.startswith("person 0: activated") for each in differences(WORLD, [SICK] * 4))


def test_control_need_that_is_not_the_list_it_leads_to_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = {
        **{need: criteria_of(need, Viewer(User())) for need in Need},
        Need.EXPIRING: criteria_of(Need.UPDATES, Viewer(User())),
    }
    monkeypatch.setattr(counting, "criteria_of", lambda need, viewer: lists[need])
    found = differences(WORLD, [replace(SICK, updates=None)] * 4)
    assert any("expiring" in each for each in found)


def differences(world: World, terms: list[Terms]) -> list[str]:
    """Make the rows of `world` with these terms and return where the figures differ from counting by hand."""
    with existing(world) as rows:
        put_terms(rows, terms)
        found = []
        for who in range(len(world.people)):
            viewer = viewer_for(User.objects.get(pk=rows.users[who].pk))
            (figures, few), expected = figures_for(viewer), by_hand(world, rows, who)
            found += [
                f"person {who}: {name} are {getattr(figures, name)}, not {value}"
                for name, value in expected.items()
                if getattr(figures, name) != value
            ]
            found += [f"person {who}: {each}" for each in list_differences(viewer, figures, few)]
        return found


def put_terms(rows: Rows, terms: list[Terms]) -> None:
    now = datetime.now(UTC)
    for license, activation, term in zip(rows.licenses, rows.activations, terms, strict=False):
        license.expires_on, license.maintenance_until = in_days(now, term.expires), in_days(now, term.updates)
        license.revoked_at = now if term.is_revoked else None
        license.max_activations, license.activations_in_use = term.allowed, int(term.is_in_use)
        license.terms_changed_at = now - timedelta(days=500)
        activation.activated_at = now - timedelta(days=term.activated)
        activation.license_file_issued_at = now - timedelta(days=600 if term.is_file_old else 1)
        activation.renamed_at = now if term.was_renamed else None
        activation.deactivated_at = None if term.is_in_use else now
    License.objects.bulk_update(
        rows.licenses,
        ["expires_on", "maintenance_until", "revoked_at", "max_activations", "activations_in_use", "terms_changed_at"],
    )
    Activation.objects.bulk_update(
        rows.activations, ["activated_at", "license_file_issued_at", "renamed_at", "deactivated_at"]
    )


def in_days(now: datetime, days: int | None) -> date | None:
    return None if days is None else now.date() + timedelta(days=days)


def by_hand(world: World, rows: Rows, who: int) -> dict[str, object]:
    """Count what that person sees, one license after the other."""
    seen = [at for at, facts in enumerate(world.licenses) if reading.ways(world, who, facts)]
    licenses, computers = [rows.licenses[at] for at in seen], [rows.activations[at] for at in seen]
    for at, activation in enumerate(rows.activations):
        activation.license = rows.licenses[at]
    files = [
        rows.activations[at]
        for at in seen
        if rows.activations[at].is_in_use
        and rows.activations[at].needs_license_file
        and reading.may(world, who, Action.GET_LICENSE_FILE, world.licenses[at])
    ]
    now = datetime.now(UTC)
    this_month = now.year * 12 + now.month
    to_come = Counter(
        max(months(license.expires_on) - this_month, 0)
        for license in licenses
        if license.expires_on and not license.revoked_at and not has_ended(license.expires_on)
    )
    gone_by = Counter(months(activation.activated_at.date()) - this_month for activation in computers)
    return {
        "licenses": len(seen),
        "statuses": {status.slug: sum(status_of(each) is status for each in licenses) for status in Status},
        "needs": {
            "files": len(files),
            "expired": sum(recently_expired(each, now) for each in licenses),
            "expiring": sum(ends_soon(each.expires_on) and not each.revoked_at for each in licenses),
            "updates": sum(
                ends_soon(each.maintenance_until) and status_of(each) not in {Status.REVOKED, Status.EXPIRED}
                for each in licenses
            ),
            "none_left": sum(status_of(each) is Status.ACTIVATED for each in licenses),
        },
        "computers_needing_files": len(files),
        "in_use": sum(each.activations_in_use for each in licenses),
        "allowed": sum(each.max_activations for each in licenses),
        "expiring": tuple((month_at(now, ahead), to_come[ahead]) for ahead in range(MONTHS)),
        "activated": tuple((month_at(now, ahead), gone_by[ahead]) for ahead in range(1 - MONTHS, 1)),
    }


def months(day: date) -> int:
    return day.year * 12 + day.month


def month_at(now: datetime, ahead: int) -> date:
    year, month = divmod(now.year * 12 + now.month - 1 + ahead, 12)
    return date(year, month + 1, 1)


def recently_expired(license: License, now: datetime) -> bool:
    """Whether it has expired, and had not thirty days ago."""
    day = license.expires_on
    return not license.revoked_at and has_ended(day) and not has_ended(day, now - timedelta(days=30))


def list_differences(viewer: Viewer, figures: Figures, few: FirstFew) -> list[str]:
    """Compare each need with the list that it leads to: its number, and the first few of its rows."""
    found = []
    for need in Need:
        criteria = criteria_of(need, viewer)
        keys = [key for keys in all_licenses(viewer, criteria) for key, _day in keys]
        if figures.needs[need] != len(keys) or count_up_to(viewer, criteria) != len(keys):
            found.append(f"the list has {len(keys)} licenses that are {need}, not {figures.needs[need]}")
        if [row.pk for row in few.get(need, ())] != keys[:FIRST_FEW]:
            found.append(f"the list of what is {need} does not begin with the first few")
    return found


def counted(viewer: Viewer) -> Figures:
    return figures_for(viewer)[0]


def test_figures_of_nobody_are_zero() -> None:
    figures = counted(viewer_for(make_staff("Stan Bare")))
    assert (figures.licenses, figures.in_use, figures.allowed, figures.products) == (0, 0, 0, ())
    assert set(figures.needs.values()) == set(figures.statuses.values()) == {0}
    assert len(figures.expiring) == len(figures.activated) == 12


def test_computer_needs_one_file_however_many_licenses_it_uses_and_a_license_counts_once() -> None:
    anna = make_customer("Anna Acme")
    make_license(customer=anna, computers=("ONE", "TWO"))
    License.objects.update(terms_changed_at=datetime.now(UTC) + timedelta(seconds=1))
    figures = counted(viewer_for(anna.user))
    assert (figures.computers_needing_files, figures.needs[Need.FILES]) == (2, 1)


@pytest.fixture
def _two_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let figures over more than two licenses be kept."""
    monkeypatch.setattr(paging, "COUNT_LIMIT", 2)


def fresh(user: User) -> Viewer:
    return viewer_for(User.objects.get(pk=user.pk))


@pytest.mark.usefixtures("_two_are_many")
def test_figures_of_many_licenses_are_kept_for_ten_minutes_and_say_when_they_were_counted() -> None:
    anna = make_customer("Anna Acme")
    with time_machine.travel(datetime(2026, 3, 10, 14, 5, tzinfo=UTC), tick=False) as clock:
        for _ in range(3):
            make_license(customer=anna)
        first = counted(fresh(anna.user))
        make_license(customer=anna)
        clock.shift(KEPT_SECONDS - 1)
        assert counted(fresh(anna.user)) == first
        assert (first.licenses, first.counted_at) == (3, datetime(2026, 3, 10, 14, 5, tzinfo=UTC))
        clock.shift(2)
        assert counted(fresh(anna.user)).licenses == 4


@pytest.mark.usefixtures("_two_are_many")
def test_figures_of_few_licenses_are_always_fresh() -> None:
    anna = make_customer("Anna Acme")
    make_license(customer=anna)
    assert counted(fresh(anna.user)).licenses == 1
    make_license(customer=anna)
    assert counted(fresh(anna.user)).licenses == 2


def people_who_see_differently() -> list[User]:
    """Make people each of whom sees something else or may do something else with it, all of them many licenses."""
    acme, globex = make_organization("Acme"), make_organization("Globex")
    north, south = make_group(name="North"), make_group(Privilege.ACTIVATE, name="South")
    nearly = make_group(Privilege.VIEW_ALL, name="Nearly all")
    paula, greta = make_contact(acme), make_contact(globex)
    for number, whose in enumerate(({"organization": acme}, {"organization": globex}, {"user_group": north})):
        for _ in range(3 + number):
            make_license(computers=("PC",), **whose)
    for _ in range(3):
        make_license(computers=("PC",), customer=paula, organization=acme, user_group=south)
    License.objects.update(terms_changed_at=datetime.now(UTC) + timedelta(seconds=1))
    staff = [make_staff("Vic View", "view"), make_staff("Chris Change", "view", "change"), make_staff("Stan Bare")]
    members = [make_member(group) for group in (north, south, nearly)]
    return [paula.user, greta.user, *members, *staff]


def seen_by(user: User) -> tuple[Figures, FirstFew]:
    """Return what that person is shown, apart from when it was counted."""
    figures, few = figures_for(fresh(user))
    return replace(figures, counted_at=datetime(2026, 3, 10, tzinfo=UTC)), few


def kept_differences() -> list[str]:
    """Let everybody look one after the other, and return whose figures are not those of counting anew."""
    expected = {}
    people = people_who_see_differently()
    for user in people:
        cache.clear()
        expected[user] = seen_by(user)
    cache.clear()
    return [user.full_name for user in people if seen_by(user) != expected[user]]


@pytest.mark.usefixtures("_two_are_many")
def test_kept_figures_are_shown_to_nobody_who_sees_or_may_do_something_else() -> None:
    assert kept_differences() == []


@pytest.mark.usefixtures("_two_are_many")
def test_control_figures_kept_for_everybody_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_key", lambda viewer: "figures")
    assert len(kept_differences()) > 3


@pytest.mark.usefixtures("_two_are_many")
def test_control_figures_kept_by_rows_alone_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        counting, "_key", lambda viewer: f"figures-{viewer.staff_may('view')}-{viewer.reaches()}".replace(" ", "")
    )
    assert kept_differences() == ["Chris Change"]


@pytest.mark.usefixtures("_two_are_many")
def test_kept_figures_end_with_the_right_to_them() -> None:
    acme, globex = make_organization("Acme"), make_organization("Globex")
    paula = make_contact(acme)
    for organization in (acme, globex):
        for _ in range(3):
            make_license(organization=organization)
    assert counted(fresh(paula.user)).licenses == 3
    acme.primary_contact = None
    acme.save()
    assert counted(fresh(paula.user)).licenses == 0


@pytest.mark.usefixtures("_two_are_many")
def test_kept_figures_end_with_the_privilege_for_license_files() -> None:
    north = make_group(Privilege.ACTIVATE, name="North")
    member = make_member(north)
    for _ in range(3):
        make_license(user_group=north, computers=("PC",))
    License.objects.update(terms_changed_at=datetime.now(UTC) + timedelta(seconds=1))
    assert counted(fresh(member)).needs[Need.FILES] == 3
    north.privileges = []
    north.save()
    assert counted(fresh(member)).needs[Need.FILES] == 0
