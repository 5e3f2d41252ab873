"""S2: which rows every list and page has for each person of the cast. One table, and its controls."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields

import pytest
from django.db.models import Model, Q, QuerySet
from django.test import Client

from accounts.models import AuditEvent
from licenses import listing
from licenses.models import Activation, License
from licenses.querysets import ActivationQuerySet, LicenseQuerySet
from organizations.access import viewer_for
from organizations.events import visible_events
from organizations.models import Customer, Organization, UserGroup
from organizations.querysets import CustomerQuerySet, OrganizationQuerySet, UserGroupQuerySet
from tests.cast import Cast, make_cast


@dataclass(frozen=True)
class Rows:
    """What exists for somebody: short names, separated by blanks. `events` says of which licenses."""

    licenses: str = ""
    computers: str = ""
    customers: str = ""
    organizations: str = ""
    groups: str = ""
    events: str = ""


ACMES = "Paula Samuel Mira Max"
ACMES_CONTACT = Rows("acme", "MIRAS-LAPTOP", ACMES, "Acme", "", "acme deleted")
NORTH = Rows("acme", "MIRAS-LAPTOP", "Nina", "Acme", "North", "acme deleted")
SOUTH = Rows("south", "", "Sven", "Umbrella", "South", "south")
ALL_LICENSES, ALL_COMPUTERS, ALL_EVENTS = (
    "acme solo globex south",
    "MIRAS-LAPTOP SOLO-PC",
    "acme solo globex south deleted",
)
ALL_ORGANIZATIONS = "Acme Globex Umbrella"
EVERYTHING = Rows(
    f"{ALL_LICENSES} deleted",
    ALL_COMPUTERS,
    f"{ACMES} Sol Greta Oscar Nina Sven",
    ALL_ORGANIZATIONS,
    "North South",
    f"{ALL_EVENTS} products",
)

TABLE = {
    "nobody": Rows(),
    "individual": Rows("solo", "SOLO-PC", "Sol", "", "", "solo"),
    "customer": Rows("acme", "MIRAS-LAPTOP", "Mira", "Acme", "", "acme"),
    "plain member": Rows("", "", "Max", "Acme", "", ""),
    "primary contact": ACMES_CONTACT,
    "secondary contact": ACMES_CONTACT,
    "outside contact": Rows(
        "acme globex", "MIRAS-LAPTOP", f"{ACMES} Greta Oscar", "Acme Globex", "", "acme globex deleted"
    ),
    "other contact": Rows("globex", "", "Greta", "Globex", "", "globex"),
    "north": NORTH,
    "north, activate": NORTH,
    "north, deactivate": NORTH,
    "north, activate and deactivate": NORTH,
    "north, export": NORTH,
    "north, all but activate, deactivate and view all": NORTH,
    "north, view_all": Rows(ALL_LICENSES, ALL_COMPUTERS, "Nina", "Acme", "North", ALL_EVENTS),
    "north, view_all_organizations": Rows("acme", "MIRAS-LAPTOP", "Nina", ALL_ORGANIZATIONS, "North", "acme deleted"),
    "north, every privilege": Rows(ALL_LICENSES, ALL_COMPUTERS, "Nina", ALL_ORGANIZATIONS, "North", ALL_EVENTS),
    "north switched off": Rows(),
    "south": SOUTH,
    "south, view_all": Rows(ALL_LICENSES, ALL_COMPUTERS, "Sven", "Umbrella", "South", ALL_EVENTS),
    "south, view_all_organizations": Rows("south", "", "Sven", ALL_ORGANIZATIONS, "South", "south"),
    "south, all but view all": SOUTH,
    "south, every privilege": Rows(ALL_LICENSES, ALL_COMPUTERS, "Sven", ALL_ORGANIZATIONS, "South", ALL_EVENTS),
    "switched off": Rows(),
    "staff without permissions": Rows(),
    "staff with view": EVERYTHING,
    "staff with view and change": EVERYTHING,
    "superuser": EVERYTHING,
}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_every_list_has_for_every_person_the_rows_of_the_table(cast: Cast) -> None:
    assert row_differences(cast) == []


def test_every_page_has_for_every_person_the_rows_of_the_table(cast: Cast) -> None:
    assert page_differences(cast) == []


def test_table_knows_every_person(cast: Cast) -> None:
    assert set(TABLE) == set(cast.roles) - {"anonymous"}


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (LicenseQuerySet, "licenses"),
        (ActivationQuerySet, "computers"),
        (CustomerQuerySet, "customers"),
        (OrganizationQuerySet, "organizations"),
        (UserGroupQuerySet, "groups"),
    ],
)
def test_control_without_visible_to_it_is_noticed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, rows: type[QuerySet[Model]], name: str
) -> None:
    monkeypatch.setattr(rows, "visible_to", lambda rows, viewer: rows.all())
    assert any(each.startswith(f"nobody: {name}") for each in row_differences(cast))


def test_control_without_visible_events_it_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.visible_events", lambda viewer: AuditEvent.objects.all())
    assert any(each.startswith("nobody: events") for each in row_differences(cast))


def test_control_pages_that_begin_with_all_rows_are_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LicenseQuerySet, "visible_to", lambda rows, viewer: rows.all())
    monkeypatch.setattr(listing, "ways_apart", lambda viewer: [Q()])
    monkeypatch.setattr("licenses.timeline.visible_events", lambda viewer: AuditEvent.objects.all())
    found = page_differences(cast, ["nobody", "other contact"])
    assert any(each.startswith("nobody: the list") for each in found)
    assert any(each.startswith("other contact: the page of acme") for each in found)


def row_differences(cast: Cast) -> list[str]:
    """Compare the rows that every list begins with, for every person, with the table."""
    found = []
    names = {license.pk: name for name, license in cast.licenses.items()}
    for role, expected in TABLE.items():
        user = cast.enter(role)
        if user is None:
            continue
        viewer = viewer_for(user)
        seen = Rows(
            _text(names[row.pk] for row in License.objects.visible_to(viewer)),
            _text(row.computer_name for row in Activation.objects.visible_to(viewer)),
            _text(row.user.full_name.split()[0] for row in Customer.objects.visible_to(viewer).select_related("user")),
            _text(row.name for row in Organization.objects.visible_to(viewer)),
            _text(row.name for row in UserGroup.objects.visible_to(viewer)),
            _text({names.get(event.target_id, "products") for event in visible_events(viewer)}),
        )
        for column, is_seen, is_right in zip(fields(Rows), astuple(seen), astuple(expected), strict=True):
            if is_seen.split() != sorted(is_right.split()):
                found.append(f"{role}: {column.name} are {is_seen}, not {is_right}")
    return found


def _text(names: Iterable[str]) -> str:
    return " ".join(sorted(names))


def page_differences(cast: Cast, roles: Iterable[str] = TABLE) -> list[str]:
    """Compare what the list and each license's page show to every person with the table."""
    found = []
    names = {license.pk: name for name, license in cast.licenses.items()}
    for role in roles:
        user, expected = cast.enter(role), TABLE[role]
        if user is None or not user.is_active:
            continue
        client = Client()
        client.force_login(user)
        shown = [names[license.pk] for license in client.get("/licenses/").context["page"].rows]
        if sorted(shown) != sorted(expected.licenses.split()):
            found.append(f"{role}: the list shows {shown}, not {expected.licenses}")
        for name, license in cast.licenses.items():
            found += _detail_differences(client, role, name, license, expected)
    return found


def _detail_differences(client: Client, role: str, name: str, license: License, expected: Rows) -> list[str]:
    response = client.get(license.get_absolute_url())
    is_right = name in expected.licenses.split()
    if not is_right or response.status_code != 200:
        return (
            []
            if not is_right and response.status_code == 404
            else [f"{role}: the page of {name} is {response.status_code}"]
        )
    computers = [row.computer_name for row in response.context["computers"].rows]
    found = []
    if not set(computers) <= set(expected.computers.split()):
        found.append(f"{role}: the page of {name} shows the computers {computers}")
    has_timeline = bool(response.context["timeline"].rows)
    if has_timeline != (name in expected.events.split()):
        found.append(f"{role}: the page of {name} shows {'a' if has_timeline else 'no'} timeline")
    return found
