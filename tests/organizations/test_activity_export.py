"""The activity as a file: who may have it, what stands in it, and that it is written down."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.audit import SYSTEM, Actor, Concerned, Kind, Origin, origin, record
from accounts.models import AuditEvent, User
from licenses.models import License
from organizations import activity_export
from organizations.access import viewer_for
from organizations.activity import recent_activity
from organizations.models import Customer, GroupMember
from organizations.privileges import Privilege
from tests.cast import Cast, make_cast, make_license
from tests.licenses.pages import words

EXPORT = "/activity/export/"
HEAD = ["When", "Who", "What", "About", "Network address"]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def browser_of(cast: Cast, role: str) -> Client:
    client, user = Client(), cast.enter(role)
    assert user is not None
    client.force_login(user)
    return client


def file_for(client: Client, query: str = "") -> list[list[str]]:
    answer = client.get(f"{EXPORT}{query}")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def what(client: Client, query: str = "") -> list[str]:
    return [row[2] for row in file_for(client, query)[1:]]


def test_file_holds_what_the_page_tells_newest_first(cast: Cast) -> None:
    client = browser_of(cast, "primary contact")
    user = cast.enter("primary contact")
    assert user is not None
    told = recent_activity(viewer_for(user), 100)
    head, *rows = file_for(client)
    assert head == HEAD
    assert [row[1:4] for row in rows] == [[entry.actor, entry.sentence, entry.about] for entry in told]
    assert len(rows) >= 3


def test_file_is_one_that_spreadsheet_programs_open(cast: Cast) -> None:
    answer = browser_of(cast, "primary contact").get(EXPORT)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="activity-{timezone.localdate()}.csv"'
    content = answer.getvalue()
    assert content.startswith(b"\xef\xbb\xbfWhen,Who,What,About,Network address\r\n")
    assert answer.streaming


def test_moments_are_the_readers_with_their_offset(cast: Cast) -> None:
    sol = cast.roles["individual"].user
    assert sol is not None
    User.objects.filter(pk=sol.pk).update(time_zone="Asia/Tokyo")
    customer = Customer.objects.get(user=sol)
    at = datetime(2025, 3, 9, 15, 30, 12, 345678, tzinfo=UTC)
    record(SYSTEM, "license.reinstated", cast.solo_license, concerned=Concerned(customer.pk), now=at)
    rows = file_for(browser_of(cast, "individual"), "?from=2025-03-10&to=2025-03-10")
    assert [row[0] for row in rows[1:]] == ["2025-03-10T00:30:12+09:00"]


def test_file_holds_what_the_filters_leave(cast: Cast) -> None:
    sol = cast.roles["individual"].user
    assert sol is not None
    record(Actor.person(sol), "signed_in", sol)
    client = browser_of(cast, "individual")
    assert what(client, "?kind=sign-ins") == ["signed in"]
    assert what(client, "?kind=licenses") == ["activated SOLO-PC", "issued the license"]


def test_addresses_stand_where_one_may_see_them(cast: Cast) -> None:
    mira = Customer.objects.get(user=cast.roles["customer"].user)
    token = origin.set(Origin("192.0.2.7"))
    concerned = Concerned(mira.pk, cast.acme.pk, cast.north.pk)
    record(Actor.person(mira.user), "license.reinstated", cast.license, concerned=concerned)
    origin.reset(token)
    roles = ("customer", "primary contact", "north, export", "staff with view")
    found = {role: file_for(browser_of(cast, role), "?kind=licenses")[1][4] for role in roles}
    assert found == {
        "customer": "192.0.2.7",
        "primary contact": "",
        "north, export": "",
        "staff with view": "192.0.2.7",
    }


def test_reader_stands_in_the_file_by_name(cast: Cast) -> None:
    paula = cast.roles["primary contact"].user
    assert paula is not None
    record(Actor.person(paula), "license.reinstated", cast.license, concerned=Concerned(organization_id=cast.acme.pk))
    assert file_for(browser_of(cast, "primary contact"))[1][1] == "Paula Brandt"


def test_cells_do_nothing_in_a_spreadsheet(cast: Cast) -> None:
    paula = cast.roles["primary contact"].user
    assert paula is not None
    User.objects.filter(pk=paula.pk).update(full_name="=HYPERLINK(1)")
    paula = User.objects.get(pk=paula.pk)
    details = {"name": {"before": "Acme", "after": "-Acme"}}
    concerned = Concerned(organization_id=cast.acme.pk)
    record(Actor.person(paula), "organization.edited", cast.acme, concerned=concerned, details=details)
    make_license(organization=cast.acme, product=cast.license.product)
    type(cast.license.product).objects.update(name="@SUM(1)")
    rows = file_for(browser_of(cast, "secondary contact"))
    assert "'=HYPERLINK(1)" in {row[1] for row in rows}
    assert any(row[3].startswith("'@SUM(1) 4.1") for row in rows)
    assert not any(cell[:1] in "=+-@" for row in rows for cell in row if cell)


def test_no_whole_key_stands_in_a_file(cast: Cast) -> None:
    text = str(file_for(browser_of(cast, "superuser")))
    assert cast.license.key_tail in text
    assert not any(license.activation_key in text for license in License.objects.all())


def test_long_file_comes_whole_and_each_event_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity_export, "BATCH", 7)
    start = timezone.now()
    for number in range(30):
        concerned = Concerned(cast.license.customer_id, cast.acme.pk, cast.north.pk)
        details, at = {"reason": f"#{number}"}, start + timedelta(milliseconds=number)
        record(SYSTEM, "license.revoked", cast.license, concerned=concerned, details=details, now=at)
    found = [each for each in what(browser_of(cast, "primary contact")) if each.startswith("revoked")]
    assert found == [f"revoked the license: #{number}" for number in range(29, -1, -1)]


def test_export_is_written_down_once_with_its_filter(cast: Cast) -> None:
    client = browser_of(cast, "primary contact")
    client.get(f"{EXPORT}?kind=licenses&from=2026-01-02&unknown=1").getvalue()
    [event] = AuditEvent.objects.filter(action="activity.exported")
    assert event.details == {"filter": {"kind": "licenses", "from": "2026-01-02"}, "format": "CSV"}
    assert (event.actor_kind, event.actor_name) == (Kind.PERSON, "Paula Brandt")
    assert (event.customer_id, event.organization_id, event.user_group_id) == (None, None, None)


def test_asking_only_for_the_head_of_the_answer_exports_nothing(cast: Cast) -> None:
    answer = browser_of(cast, "primary contact").head(EXPORT)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert not AuditEvent.objects.filter(action="activity.exported").exists()


def test_export_of_a_group_is_seen_by_its_members(cast: Cast) -> None:
    browser_of(cast, "north, export").get(EXPORT).getvalue()
    event = AuditEvent.objects.get(action="activity.exported")
    assert (event.actor_kind, event.actor_group_name, event.user_group_id) == (Kind.GROUP, "North", cast.north.pk)
    assert event.customer_id is None


def test_manager_sees_that_a_member_who_is_a_customer_too_exported_the_groups_activity(cast: Cast) -> None:
    member = cast.roles["north, export"].user
    assert member is not None
    Customer.objects.create(user=member)
    browser_of(cast, "north, export").get(EXPORT).getvalue()
    event = AuditEvent.objects.get(action="activity.exported")
    assert (event.actor_kind, event.actor_name, event.user_group_id) == (
        Kind.GROUP,
        member.get_full_name(),
        cast.north.pk,
    )


def test_group_without_the_privilege_exports_nothing_and_is_told_whom_to_ask(cast: Cast) -> None:
    answer = browser_of(cast, "north").get(EXPORT)
    assert answer.status_code == 403
    assert "Your user group North may not export. Ask Northwind Instruments." in words(answer)
    assert not AuditEvent.objects.filter(action="activity.exported").exists()


def test_member_without_the_privilege_exports_what_they_see_as_a_customer(cast: Cast) -> None:
    sol = cast.roles["individual"].user
    assert sol is not None
    GroupMember.objects.create(user=sol, user_group=cast.north)
    cast.north.privileges = [Privilege.VIEW_ALL]
    cast.north.save()
    client = Client()
    client.force_login(sol)
    assert what(client) == ["activated SOLO-PC", "issued the license"]


def test_seeing_every_license_is_no_right_to_export_what_happened_to_them(cast: Cast) -> None:
    cast.south.privileges = [Privilege.VIEW_ALL, Privilege.EXPORT]
    cast.south.save()
    client = Client()
    vera = cast.roles["south"].user
    assert vera is not None
    client.force_login(vera)
    page = client.get("/activity/").context["page"].rows
    assert any("MIRAS-LAPTOP" in entry.sentence for entry in page)
    assert what(client) == ["issued the license"]


def test_staff_export_what_they_read(cast: Cast) -> None:
    found = what(browser_of(cast, "staff with view"))
    assert "activated MIRAS-LAPTOP" in found
    assert "activated SOLO-PC" in found
    assert "made the key that signs license files" in found
