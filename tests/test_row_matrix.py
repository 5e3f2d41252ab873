"""S2: which rows every list and page has for each person of the cast. One table, and its controls."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, fields
from uuid import UUID

import pytest
from django.db.models import Model, Q, QuerySet
from django.test import Client

from accounts.models import AuditEvent
from licenses import computer_list, listing
from licenses.models import Activation, Batch, License
from licenses.querysets import ActivationQuerySet, BatchQuerySet, LicenseQuerySet
from organizations.access import viewer_for
from organizations.events import visible_events
from organizations.models import Customer, Organization, UserGroup
from organizations.querysets import CustomerQuerySet, OrganizationQuerySet, UserGroupQuerySet
from tests.access_matrix.checks import rolled_back
from tests.cast import Cast, make_cast
from tests.row_table import EXPORTED_AND_OFFERED, TABLE, Rows


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the cast; in North's order stand one of Globex that was given away and one that was deleted, too."""
    cast = make_cast()
    License.objects.filter(pk__in=[cast.globex_license.pk, cast.deleted_license.pk]).update(batch=cast.batch)
    souths = Batch.objects.create(token=cast.south.pk, user_group=cast.south, created_by=cast.batch.created_by)
    License.objects.filter(pk=cast.south_license.pk).update(batch=souths)
    return cast


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
        (BatchQuerySet, "orders"),
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
    monkeypatch.setattr(ActivationQuerySet, "visible_to", lambda rows, viewer: rows.all())
    for module in (listing, computer_list):
        monkeypatch.setattr(module, "ways_apart", lambda viewer: [Q()])
    monkeypatch.setattr("licenses.timeline.visible_events", lambda viewer: AuditEvent.objects.all())
    found = page_differences(cast, ["nobody", "other contact"])
    assert any(each.startswith("nobody: the list shows") for each in found)
    assert any(each.startswith("nobody: the list of computers shows") for each in found)
    assert any(each.startswith("nobody: the overview counts") for each in found)
    assert any(each.startswith("other contact: the page of acme") for each in found)


def test_control_order_whose_page_begins_with_all_rows_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BatchQuerySet, "visible_to", lambda rows, viewer: rows.all())
    assert any("the order of North is 200" in each for each in page_differences(cast, ["south"]))


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
            _text(str(row.user_group) for row in Batch.objects.visible_to(viewer).select_related("user_group")),
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
        computers = [row.activation.computer_name for row in client.get("/computers/").context["rows"]]
        if sorted(computers) != sorted(expected.computers.split()):
            found.append(f"{role}: the list of computers shows {computers}, not {expected.computers}")
        found += [f"{role}: {each}" for each in _acting_differences(cast, client, role)]
        found += _overview_differences(client, role, expected)
        found += [f"{role}: {each}" for each in _list_differences(client, names, expected)]
        for name, license in cast.licenses.items():
            found += _detail_differences(client, role, name, license, expected)
        found += [f"{role}: {each}" for each in _activity_differences(cast, client, expected)]
        found += [f"{role}: {each}" for each in _order_differences(cast, client, expected)]
    return found


def _list_differences(client: Client, names: Mapping[UUID, str], expected: Rows) -> Iterator[str]:
    """Compare what the list finds and orders, and what its filters offer, with the table; all are of one product."""
    context = client.get("/licenses/").context
    for query in ("?q=spectra", "?order=expires", "?model=permanent&order=updates", "?q=spectra&order=expires"):
        shown = [names[license.pk] for license in client.get(f"/licenses/{query}").context["page"].rows]
        if sorted(shown) != sorted(expected.licenses.split()):
            yield f"the list {query} shows {shown}, not {expected.licenses}"
    offered = {
        select.name: {choice.label for choice in select.choices if choice.value} for select in context["selects"]
    }
    if offered.get("organization", set()) - set(expected.organizations.split()):
        yield f"the list offers the organizations {offered['organization']}"
    if offered["product"] != ({"Spectra"} if expected.licenses else set()):
        yield f"the list offers the products {offered['product']}"


def _acting_differences(cast: Cast, client: Client, role: str) -> Iterator[str]:
    """Compare what is exported, and offered where a program asks, with the table; all are of one product."""
    exported, offered = EXPORTED_AND_OFFERED.get(role, ("", ""))
    with rolled_back():  # each export is written down, and people read what was
        answer = client.get("/licenses/export/")
        content = answer.getvalue().decode()
    if (answer.status_code == 200) is not bool(exported) and role != "plain member":
        yield f"the export is {answer.status_code}"
    cells = csv.reader(io.StringIO(content) if answer.status_code == 200 else [])
    tails = {license.key_tail: name for name, license in cast.licenses.items()}
    written = {tails[line[2][-5:]] for line in list(cells)[1:]}
    if written != set(exported.split()):
        yield f"the export holds {sorted(written)}, not {exported}"
    fitting = client.get("/activate/?product=spectra").context["fitting"]
    shown = {tails[choice.license.key_tail] for choice in (*fitting.possible, *fitting.impossible)}
    if shown != set(offered.split()):
        yield f"a program is offered {sorted(shown)}, not {offered}"


def _overview_differences(client: Client, role: str, expected: Rows) -> list[str]:
    """Compare what the overview counts and tells of with the table; licenses have products, computers and events."""
    context = client.get("/").context
    totals = [tally.text for tally in context["totals"]] if "totals" in context else ["0", "0"]
    numbers = [str(len(expected.licenses.split())), str(len(expected.computers.split()))]
    found = []
    if [total.split()[0] for total in totals] != numbers:
        found.append(f"{role}: the overview counts {totals}, not {numbers}")
    of_licenses = set(expected.events.split()) - {"products"}
    if bool(context["recent"]) != bool(of_licenses):
        found.append(f"{role}: the overview tells of {len(context['recent'])} events")
    return found


def _activity_differences(cast: Cast, client: Client, expected: Rows) -> Iterator[str]:
    """Compare of which licenses the activity page and its file tell with the table; each links to what exists."""
    names = {f"Spectra 4.1 …{license.key_tail}": name for name, license in cast.licenses.items()}
    rows = [row for row in client.get("/activity/").context["page"].rows if row.about]  # not the exports of this test
    if {names.get(row.about, "products") for row in rows} != set(expected.events.split()):
        yield f"the activity tells of {sorted({row.about for row in rows})}, not {expected.events}"
    linked = {names[row.about] for row in rows if row.url}
    if linked != set(expected.licenses.split()) & set(expected.events.split()):
        yield f"the activity leads to {sorted(linked)}"
    answer = client.get("/activity/export/")
    if answer.status_code == 200:
        cells = [line[3] for line in csv.reader(io.StringIO(answer.getvalue().decode()))][1:]
        told = {names.get(cell, "products") for cell in cells if cell}
        if not told <= set(expected.events.split()):
            yield f"the file tells of {sorted(told)}"


def _order_differences(cast: Cast, client: Client, expected: Rows) -> Iterator[str]:
    """Compare what the page of each order shows with the table: of its licenses those that exist for the person."""
    names = {license.pk: name for name, license in cast.licenses.items()}
    for order in Batch.objects.select_related("user_group"):
        answer = client.get(f"/licenses/batch/{order.pk}/")
        if str(order.user_group) not in expected.orders.split():
            if answer.status_code != 404:
                yield f"the order of {order.user_group} is {answer.status_code}"
            continue
        made = {names[pk] for pk in License.objects.filter(batch=order).values_list("pk", flat=True)}
        shown = {names[license.pk] for license in answer.context["page"].rows}
        if shown != made & set(expected.licenses.split()) or answer.context["number"] != len(shown):
            yield f"the order of {order.user_group} shows {answer.context['number']}: {sorted(shown)}"


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
