"""The status of a license in one word, first match wins, and what stands beside it."""

from datetime import UTC, date, datetime

import pytest

from licenses.models import License, LicenseModel
from licenses.status import Status
from tests.licenses.moments import Clock

TODAY = date(2026, 6, 30)
REVOKED_AT = datetime(2026, 5, 1, tzinfo=UTC)
PAST, FUTURE = date(2026, 6, 1), date(2027, 6, 1)


@pytest.fixture(autouse=True)
def _noon(clock: Clock) -> None:
    clock.move_to(datetime(2026, 6, 30, 12, tzinfo=UTC))


def license_with(
    *,
    in_use: int = 0,
    allowed: int = 5,
    expires_on: date | None = None,
    revoked_at: datetime | None = None,
    maintenance_until: date | None = None,
    license_model: LicenseModel = LicenseModel.PERMANENT,
) -> License:
    return License(
        max_activations=allowed,
        activations_in_use=in_use,
        expires_on=expires_on,
        revoked_at=revoked_at,
        maintenance_until=maintenance_until,
        license_model=license_model,
    )


@pytest.mark.parametrize(
    ("license", "status"),
    [
        (license_with(), Status.NOT_ACTIVATED),
        (license_with(in_use=1), Status.PARTLY_ACTIVATED),
        (license_with(in_use=4), Status.PARTLY_ACTIVATED),
        (license_with(in_use=5), Status.ACTIVATED),
        (license_with(in_use=1, allowed=1), Status.ACTIVATED),
        (license_with(allowed=0), Status.ACTIVATED),
        (license_with(in_use=5, expires_on=FUTURE), Status.ACTIVATED),
        (license_with(in_use=5, expires_on=PAST), Status.EXPIRED),
        (license_with(expires_on=PAST), Status.EXPIRED),
        (license_with(expires_on=date(2026, 6, 29)), Status.EXPIRED),
        (license_with(expires_on=date(2026, 6, 30)), Status.NOT_ACTIVATED),
        (license_with(revoked_at=REVOKED_AT), Status.REVOKED),
        (license_with(in_use=5, expires_on=PAST, revoked_at=REVOKED_AT), Status.REVOKED),
        (license_with(in_use=2, expires_on=FUTURE, revoked_at=REVOKED_AT), Status.REVOKED),
    ],
)
def test_first_match_wins(license: License, status: Status) -> None:
    assert license.status is status


def test_status_is_said_in_these_words_and_only_what_is_bad_has_a_colour() -> None:
    assert [(str(status.label), status.tone) for status in Status] == [
        ("Revoked", "bad"),
        ("Expired", "bad"),
        ("Activated", "neutral"),
        ("Partly activated", "neutral"),
        ("Not activated", "neutral"),
    ]


@pytest.mark.parametrize(
    ("license", "notices"),
    [
        (license_with(), []),
        (license_with(expires_on=date(2026, 7, 31)), []),
        (license_with(expires_on=date(2026, 7, 30)), ["Expires within 30 days"]),
        (license_with(expires_on=TODAY), ["Expires within 30 days"]),
        (license_with(expires_on=date(2026, 6, 29)), []),
        (license_with(maintenance_until=date(2026, 7, 31)), []),
        (license_with(maintenance_until=date(2026, 7, 30)), ["Updates end within 30 days"]),
        (license_with(maintenance_until=date(2026, 6, 30)), ["Updates end within 30 days"]),
        (license_with(maintenance_until=date(2026, 6, 29)), ["Updates ended"]),
        (license_with(license_model=LicenseModel.TRIAL, expires_on=FUTURE), ["Trial"]),
        (
            license_with(license_model=LicenseModel.TRIAL, expires_on=TODAY, maintenance_until=PAST),
            ["Trial", "Expires within 30 days", "Updates ended"],
        ),
        (license_with(license_model=LicenseModel.SUBSCRIPTION, expires_on=FUTURE, maintenance_until=FUTURE), []),
    ],
)
def test_beside_the_status_stands_what_ends_soon(license: License, notices: list[str]) -> None:
    assert [str(notice.label) for notice in license.notices] == notices


@pytest.mark.parametrize(
    ("now", "status"),
    [
        (datetime(2026, 7, 1, 11, 59, 59, tzinfo=UTC), Status.PARTLY_ACTIVATED),
        (datetime(2026, 7, 1, 12, tzinfo=UTC), Status.EXPIRED),
    ],
)
def test_status_turns_to_expired_at_noon_utc_of_the_next_day(clock: Clock, now: datetime, status: Status) -> None:
    clock.move_to(now)
    assert license_with(in_use=1, expires_on=TODAY).status is status
