"""The page that tells what happened: by day, filtered, page by page, with links to licenses."""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.audit import SYSTEM, Actor, Concerned, record
from accounts.models import AuditEvent, User
from licenses.models import License
from organizations.access import viewer_for
from organizations.activity import Entry, recent_activity
from organizations.activity_filters import ActivityFilters
from organizations.licenses_of import Topic
from organizations.models import Customer, UserGroup
from organizations.paging import PAGE_SIZE
from organizations.profile import edit_profile, mark_of, profile_of
from organizations.viewer import Viewer
from tests.cast import PASSWORD, Cast, make_cast, make_person
from tests.licenses.pages import links, words

ACTIVITY = "/activity/"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def browser_of(cast: Cast, role: str) -> Client:
    client, user = Client(), cast.enter(role)
    assert user is not None
    client.force_login(user)
    return client


def sentences(client: Client, query: str = "") -> list[str]:
    rows: list[Entry] = client.get(f"{ACTIVITY}{query}").context["page"].rows
    return [entry.sentence for entry in rows]


def happened(
    cast: Cast, at: datetime, action: str = "license.reinstated", license: License | None = None
) -> AuditEvent:
    license = license or cast.license
    concerned = Concerned(license.customer_id, license.organization_id, license.user_group_id)
    return record(SYSTEM, action, license, concerned=concerned, now=at)


def test_page_tells_what_happened_and_leads_to_the_license(cast: Cast) -> None:
    answer = browser_of(cast, "primary contact").get(ACTIVITY)
    page = words(answer)
    assert "Activity" in page
    assert f"The portal activated MIRAS-LAPTOP — Spectra 4.1 …{cast.license.key_tail}" in page
    assert cast.license.get_absolute_url() in links(answer)
    assert cast.solo_license.get_absolute_url() not in links(answer)
    assert "Today" in page


def test_page_turns_forwards_and_back(cast: Cast) -> None:
    start = timezone.now()
    reasons = [f"#{number}" for number in range(PAGE_SIZE + 3)]
    for number, reason in enumerate(reasons):
        concerned = Concerned(organization_id=cast.acme.pk)
        at = start + timedelta(seconds=number)
        record(SYSTEM, "license.revoked", cast.license, concerned=concerned, details={"reason": reason}, now=at)
    client = browser_of(cast, "primary contact")
    first = client.get(ACTIVITY)
    assert sentences(client)[0] == f"revoked the license: #{PAGE_SIZE + 2}"
    assert len(first.context["page"].rows) == PAGE_SIZE
    second = client.get(ACTIVITY + first.context["page"].next_url)
    assert [entry.sentence for entry in second.context["page"].rows][:3] == [
        f"revoked the license: #{number}" for number in (2, 1, 0)
    ]
    back = client.get(ACTIVITY + second.context["page"].previous_url)
    assert back.context["page"].rows == first.context["page"].rows


def test_pages_keep_the_filters(cast: Cast) -> None:
    start = timezone.now()
    for number in range(PAGE_SIZE + 1):
        happened(cast, start + timedelta(seconds=number))
    page = browser_of(cast, "primary contact").get(f"{ACTIVITY}?kind=licenses&days=30").context["page"]
    assert dict(parse_qsl(page.next_url.removeprefix("?"))).items() >= {"kind": "licenses", "days": "30"}.items()


def test_kind_narrows_the_page(cast: Cast) -> None:
    solo = Customer.objects.get(user=cast.roles["individual"].user)
    record(Actor.person(solo.user), "signed_in", solo.user)
    record(
        SYSTEM, "customer.edited", solo, concerned=Concerned(solo.pk), details={"phone": {"before": "", "after": "1"}}
    )
    record(Actor.person(solo.user), "activity.exported", solo.user)
    client = browser_of(cast, "individual")
    found = {kind: sentences(client, f"?kind={kind}") for kind in ("licenses", "people", "sign-ins", "exports")}
    assert found == {
        "licenses": ["activated SOLO-PC", "issued the license"],
        "people": ["changed phone from nothing to 1"],
        "sign-ins": ["signed in"],
        "exports": ["exported the activity"],
    }
    assert len(sentences(client)) == 5


def test_products_are_a_kind_for_staff_alone(cast: Cast) -> None:
    assert "made the key that signs license files" in sentences(browser_of(cast, "superuser"), "?kind=products")
    staff, contact = (browser_of(cast, role).get(ACTIVITY) for role in ("superuser", "primary contact"))
    assert 'value="products"' in staff.content.decode()
    assert 'value="products"' not in contact.content.decode()
    client = browser_of(cast, "primary contact")
    assert sentences(client, "?kind=products") == sentences(client)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?days=1", {0}),
        ("?days=7", {0, 6}),
        ("?days=30", {0, 6, 29}),
        ("?days=365", {0, 6, 29, 364}),
        ("", {0, 6, 29, 364, 400}),
    ],
)
def test_period_counts_today_as_its_first_day(cast: Cast, query: str, expected: set[int]) -> None:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    for days in (0, 6, 29, 364, 400):
        concerned = Concerned(organization_id=cast.acme.pk)
        details = {"reason": str(days)}
        at = midnight - timedelta(days=days)
        record(SYSTEM, "license.revoked", cast.license, concerned=concerned, details=details, now=at)
    told = " ".join(sentences(browser_of(cast, "primary contact"), query))
    assert {int(days) for days in re.findall(r"revoked the license: (\d+)", told)} == expected


def test_dates_are_whole_days_of_the_reader(cast: Cast) -> None:
    paula = cast.roles["primary contact"].user
    assert paula is not None
    User.objects.filter(pk=paula.pk).update(time_zone="Asia/Tokyo")
    happened(cast, datetime(2025, 3, 9, 14, 59, tzinfo=UTC))  # 23:59 in Tokyo
    happened(cast, datetime(2025, 3, 9, 15, 0, tzinfo=UTC))  # midnight of the 10th
    happened(cast, datetime(2025, 3, 10, 14, 59, tzinfo=UTC))  # 23:59 of the 10th
    happened(cast, datetime(2025, 3, 10, 15, 0, tzinfo=UTC))
    client = browser_of(cast, "primary contact")
    answer = client.get(f"{ACTIVITY}?from=2025-03-10&to=2025-03-10")
    [day] = answer.context["days"]
    assert (day.day, len(day.entries)) == (date(2025, 3, 10), 2)
    assert "23:59" in words(answer)
    assert len(sentences(client, "?to=2025-03-10")) == 3


def test_dates_win_over_a_period() -> None:
    filters = ActivityFilters.read(Viewer(User()), {"days": "7", "from": "2026-01-02"})
    assert filters == ActivityFilters(first=date(2026, 1, 2))


@pytest.mark.parametrize(
    "query",
    [
        "?kind=nothing",
        "?days=0",
        "?days=-7",
        "?days=9999999999999999999999",
        "?from=yesterday",
        "?from=0001-01-01",
        "?to=9999-12-31",
        "?to=2026-02-30",
        "?unknown=1",
        "?after=not-an-id",
    ],
)
def test_what_means_nothing_is_as_if_it_were_not_there(cast: Cast, query: str) -> None:
    client = browser_of(cast, "primary contact")
    answer = client.get(ACTIVITY + query)
    assert [entry.sentence for entry in answer.context["page"].rows] == sentences(client)
    assert answer.context["chips"] == []


def test_chips_say_what_the_page_is_narrowed_to_and_take_it_away_one_by_one(cast: Cast) -> None:
    answer = browser_of(cast, "primary contact").get(f"{ACTIVITY}?kind=licenses&from=2026-01-02&to=2026-12-24")
    assert [(chip.text, chip.url) for chip in answer.context["chips"]] == [
        ("Licenses and computers", "/activity/?from=2026-01-02&to=2026-12-24"),
        ("From 2 Jan 2026", "/activity/?kind=licenses&to=2026-12-24"),
        ("Until 24 Dec 2026", "/activity/?kind=licenses&from=2026-01-02"),
    ]
    assert "Licenses and computers, From 2 Jan 2026, Until 24 Dec 2026, newest first" in words(answer)


def test_form_shows_what_is_chosen(cast: Cast) -> None:
    page = browser_of(cast, "primary contact").get(f"{ACTIVITY}?kind=sign-ins&to=2026-12-24").content.decode()
    assert '<option value="sign-ins" selected>' in page
    assert 'name="to" value="2026-12-24"' in page


def test_page_narrowed_to_nothing_says_so_and_leads_out(cast: Cast) -> None:
    answer = browser_of(cast, "primary contact").get(f"{ACTIVITY}?to=1999-01-01")
    assert "Nothing found" in words(answer)
    assert ACTIVITY in links(answer)


def test_who_has_nothing_yet_is_told_what_will_stand_here(cast: Cast) -> None:
    answer = browser_of(cast, "nobody").get(ACTIVITY)
    assert "Nothing has happened yet" in words(answer)


def test_who_belongs_to_a_group_that_is_switched_off_is_told_so(cast: Cast) -> None:
    assert "North was switched off" in words(browser_of(cast, "north switched off").get(ACTIVITY))


def test_export_is_offered_to_those_who_may(cast: Cast) -> None:
    offered = {
        role: reverse("organizations:activity_export") in links(browser_of(cast, role).get(ACTIVITY))
        for role in ("primary contact", "individual", "north", "north, export", "superuser")
    }
    assert offered == {
        "primary contact": True,
        "individual": True,
        "north": False,
        "north, export": True,
        "superuser": True,
    }
    page = browser_of(cast, "primary contact").get(f"{ACTIVITY}?kind=licenses")
    assert "/activity/export/?kind=licenses" in links(page)


def test_whatever_people_are_called_stays_text(cast: Cast) -> None:
    hostile = "<script>alert(1)</script> {{ 7|add:7 }} %(x)s"
    mallory = make_person(hostile[:150], email="mallory@people.example")
    UserGroup.objects.filter(pk=cast.north.pk).update(name="<b>North</b>")
    concerned = Concerned(organization_id=cast.acme.pk)
    details = {"name": {"before": "<i>", "after": "&amp;"}}
    record(Actor.person(mallory), "organization.edited", cast.acme, concerned=concerned, details=details)
    page = browser_of(cast, "primary contact").get(ACTIVITY).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7|add:7 }} %(x)s" in page
    assert "changed name from &lt;i&gt; to &amp;amp;" in page


def test_narrowed_to_a_kind_the_page_tells_what_it_tells_of_that_kind_anyway(cast: Cast) -> None:
    """Where there can be no event of a kind, none is looked for: that must leave nothing out."""
    client = Client()
    for role in ("customer", "primary contact", "north, export", "superuser"):
        user = cast.enter(role)
        assert user is not None
        assert client.post("/accounts/login/", {"login": user.email, "password": PASSWORD}).status_code == 302
        client.get("/activity/export/").getvalue()
        client.get("/licenses/export/").getvalue()
        edit_profile(user.pk, {"full_name": f"{user.full_name} X"}, mark_of(profile_of(user)))
        client.post("/accounts/logout/")
    for role in ("customer", "primary contact", "secondary contact", "north, export", "south, view_all", "superuser"):
        user = cast.enter(role)
        assert user is not None
        everything = recent_activity(viewer_for(user), 1_000)
        by_kind = [entry for kind in Topic for entry in recent_activity(viewer_for(user), 1_000, ActivityFilters(kind))]
        assert sorted(by_kind, key=lambda entry: (entry.at, entry.sentence)) == sorted(
            everything, key=lambda entry: (entry.at, entry.sentence)
        )
