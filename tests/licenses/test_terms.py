"""When a date has ended: at 12:00 UTC of the next day, when nobody on earth has that date any more."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licenses import terms

DAY = date(2026, 6, 30)
NOON_AFTER = datetime(2026, 7, 1, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)

days = st.dates(terms.FIRST_DATE, terms.LAST_DATE)
FIRST_MOMENT = datetime(1990, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(0), timedelta(days=365 * 1000)).map(lambda since: FIRST_MOMENT + since)


@pytest.mark.parametrize(
    ("now", "has_ended"),
    [
        (datetime(2026, 6, 29, 23, 59, tzinfo=UTC), False),
        (datetime(2026, 6, 30, 0, 0, tzinfo=UTC), False),
        (datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 7, 1, 0, 0, tzinfo=UTC), False),
        (NOON_AFTER - MOMENT, False),
        (NOON_AFTER, True),
        (NOON_AFTER + MOMENT, True),
        (datetime(2026, 7, 1, 23, 59, tzinfo=ZoneInfo("Pacific/Pago_Pago")), True),
        (datetime(2026, 7, 1, 0, 30, tzinfo=ZoneInfo("Pacific/Pago_Pago")), False),
        (datetime(2026, 7, 1, 23, 59, tzinfo=ZoneInfo("Pacific/Kiritimati")), False),
        (datetime(2026, 7, 2, 1, 59, tzinfo=ZoneInfo("Pacific/Kiritimati")), False),
        (datetime(2026, 7, 2, 2, 0, tzinfo=ZoneInfo("Pacific/Kiritimati")), True),
        (datetime(2026, 7, 2, 1, 0, tzinfo=ZoneInfo("Pacific/Apia")), True),
    ],
)
def test_date_ends_at_noon_utc_of_the_next_day_wherever_one_looks_from(now: datetime, has_ended: bool) -> None:
    assert terms.has_ended(DAY, now) is has_ended


def test_when_a_date_has_ended_it_is_later_everywhere_on_earth() -> None:
    for name in available_timezones():
        assert NOON_AFTER.astimezone(ZoneInfo(name)).date() > DAY, name


def test_a_moment_before_somebody_on_earth_still_has_that_date() -> None:
    last_place = ZoneInfo("Etc/GMT+12")
    assert (NOON_AFTER - MOMENT).astimezone(last_place).date() == DAY


def test_no_date_never_ends() -> None:
    assert not terms.has_ended(None, datetime(2999, 12, 31, tzinfo=UTC))
    assert not terms.ends_soon(None)


@given(days, moments)
def test_last_ended_date_says_the_same_as_has_ended(day: date, now: datetime) -> None:
    assert terms.has_ended(day, now) is (day <= terms.last_ended_date(now))


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_last_ended_date_changes_at_noon_utc(offset: int) -> None:
    expected = DAY if offset >= 0 else DAY - timedelta(days=1)
    assert terms.last_ended_date(NOON_AFTER + offset * MOMENT) == expected


@pytest.mark.parametrize(
    ("day", "is_soon"),
    [
        (date(2026, 6, 28), False),  # ended at noon of the 29th
        (date(2026, 6, 29), True),  # yesterday: ends at noon of today
        (date(2026, 6, 30), True),
        (date(2026, 7, 30), True),  # in 30 days
        (date(2026, 7, 31), False),
    ],
)
def test_soon_is_within_30_days(day: date, is_soon: bool) -> None:
    assert terms.ends_soon(day, datetime(2026, 6, 30, 11, 59, tzinfo=UTC)) is is_soon


def test_ended_yesterday_is_not_soon_but_over() -> None:
    assert not terms.ends_soon(date(2026, 6, 29), datetime(2026, 6, 30, 12, tzinfo=UTC))


@pytest.mark.parametrize("day", [terms.FIRST_DATE, terms.LAST_DATE])
def test_first_and_last_date_have_an_end(day: date) -> None:
    assert terms.end_of(day).date() == day + timedelta(days=1)
