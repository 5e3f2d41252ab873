"""Days of a license as calendar files: RFC 5545, and nothing secret in them."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from licenses.calendars import Event, calendar_file, escaped, folded
from licenses.models import License, Product
from tests.cast import make_license
from tests.licenses.pages import address, links

NOW = datetime(2026, 3, 10, 15, 30, tzinfo=UTC)


@pytest.fixture
def dated(license: License) -> License:
    """Anna's license, which expires on Christmas Eve and includes updates until New Year's Eve."""
    License.objects.filter(pk=license.pk).update(expires_on=date(2026, 12, 24), maintenance_until=date(2026, 12, 31))
    license.refresh_from_db()
    return license


def lines_of(content: bytes) -> list[str]:
    """Return the lines of a calendar, put together again."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    return content.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def test_expiry_is_a_whole_day_with_a_reminder(browser_of_anna: Client, dated: License) -> None:
    answer = browser_of_anna.get(address("calendar_expires", dated))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="spectra-expires.ics"'
    assert lines_of(answer.content) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//License Portal//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "BEGIN:VEVENT",
        f"UID:license-{dated.pk}-expires@127.0.0.1",
        "DTSTAMP:20260310T153000Z",
        "DTSTART;VALUE=DATE:20261224",
        "DTEND;VALUE=DATE:20261225",
        f"SUMMARY:Spectra 4.1\\, license ending in {dated.key_tail} expires",
        "DESCRIPTION:The license works until the end of this day. Renew it in time: "
        f"http://127.0.0.1:8000{dated.get_absolute_url()}",
        f"URL:http://127.0.0.1:8000{dated.get_absolute_url()}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:Spectra 4.1\\, license ending in {dated.key_tail} expires",
        "TRIGGER:-P14D",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_end_of_updates_is_another_event(browser_of_anna: Client, dated: License) -> None:
    lines = lines_of(browser_of_anna.get(address("calendar_updates", dated)).content)
    assert "DTSTART;VALUE=DATE:20261231" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines
    assert f"UID:license-{dated.pk}-updates@127.0.0.1" in lines


def test_renewed_license_changes_the_event_instead_of_doubling_it(browser_of_anna: Client, dated: License) -> None:
    before = lines_of(browser_of_anna.get(address("calendar_expires", dated)).content)
    License.objects.filter(pk=dated.pk).update(expires_on=date(2027, 12, 24))
    after = lines_of(browser_of_anna.get(address("calendar_expires", dated)).content)
    assert [line for line in before if line.startswith("UID")] == [line for line in after if line.startswith("UID")]
    assert "DTSTART;VALUE=DATE:20271224" in after


def test_activation_key_is_not_in_it(browser_of_anna: Client, dated: License) -> None:
    for name in ("calendar_expires", "calendar_updates"):
        content = browser_of_anna.get(address(name, dated)).content.decode()
        assert dated.activation_key not in content
        assert dated.activation_key[:5] not in content


def test_dates_on_the_license_page_lead_to_it_where_there_are_dates(browser_of_anna: Client, dated: License) -> None:
    calendars = {address("calendar_expires", dated), address("calendar_updates", dated)}
    assert calendars <= set(links(browser_of_anna.get(address("detail", dated))))
    License.objects.filter(pk=dated.pk).update(expires_on=None, maintenance_until=None)
    assert not calendars & set(links(browser_of_anna.get(address("detail", dated))))
    assert [browser_of_anna.get(each).status_code for each in sorted(calendars)] == [404, 404]


def test_days_of_somebody_elses_license_do_not_exist(browser_of_anna: Client, product: Product) -> None:
    theirs = make_license(product=product, expires_on=date(2026, 12, 24), maintenance_until=date(2026, 12, 24))
    assert browser_of_anna.get(address("calendar_expires", theirs)).status_code == 404
    assert browser_of_anna.get(address("calendar_updates", theirs)).status_code == 404


def test_texts_are_escaped() -> None:
    assert escaped("a,b;c\\d\r\ne\x00\u202ef") == "a\\,b\\;c\\\\d\\nef"


@pytest.mark.parametrize("name", ["Spectra\u00a04", "نرم\u200cافزار", "光谱仪"])
def test_names_of_any_language_stay_as_they_are(name: str) -> None:
    assert escaped(name) == name


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"])))
def test_no_line_is_longer_than_75_octets_and_no_character_is_broken(text: str) -> None:
    lines = folded(f"SUMMARY:{text}").split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 and line.decode() is not None for line in lines)
    assert b"".join([lines[0], *(line[1:] for line in lines[1:])]).decode() == f"SUMMARY:{text}"


def test_product_cannot_add_lines_to_a_calendar() -> None:
    event = Event("1@a", date(2026, 1, 1), "Spectra\r\nATTACH:https://evil.example", "x\nEND:VCALENDAR", "https://a/")
    lines = lines_of(calendar_file(event, NOW))
    assert "ATTACH:https://evil.example" not in lines
    assert lines.count("END:VCALENDAR") == 1


def test_day_that_has_passed_is_not_offered(browser_of_anna: Client, dated: License) -> None:
    License.objects.filter(pk=dated.pk).update(expires_on=date(2026, 1, 1), maintenance_until=date(2026, 1, 1))
    assert ".ics" not in browser_of_anna.get(address("detail", dated)).content.decode()
