"""Which releases a license includes, and why: the rules of section 4, case by case."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from licenses.eligibility import (
    covered_by,
    covering,
    download_refusal,
    end_of_downloads,
    is_included,
    latest_eligible_release,
    release_refusal,
    releases_of,
    why,
)
from licenses.errors import Reason
from licenses.models import License, LicenseModel, Product, Release
from organizations.models import Customer
from tests.cast import make_license, make_product
from tests.licenses.moments import Clock
from tests.releases import make_release, make_release_file

DAY = date(2026, 3, 2)
YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """A release of 2 March 2026 and a license of 4.1, as they are unless a case says otherwise."""

    version: str = "4.2.0"
    released_on: date = DAY
    until: date | None = None
    model: LicenseModel = LicenseModel.PERMANENT
    expires_on: date | None = None
    is_revoked: bool = False
    is_draft: bool = False
    is_scheduled: bool = False
    is_withdrawn: bool = False


CASES: dict[str, tuple[Case, bool, Reason | None]] = {
    "own version, no maintenance": (Case("4.1.5"), True, None),
    "own version, maintenance ended long before": (Case("4.1.5", until=date(2020, 1, 1)), True, None),
    "own version, older than the license's maintenance": (Case("4.1.0", until=TOMORROW), True, None),
    "later version, no maintenance": (Case(), False, Reason.NOT_COVERED),
    "later version, maintenance until the day before": (Case(until=YESTERDAY), False, Reason.NOT_COVERED),
    "later version, maintenance until that very day": (Case(until=DAY), True, None),
    "later version, maintenance until the day after": (Case(until=TOMORROW), True, None),
    "later version, maintenance ended long ago but after it": (
        Case(released_on=date(2024, 1, 1), until=date(2024, 1, 1)),
        True,
        None,
    ),
    "later version, maintenance older than the own version": (Case(until=date(2019, 1, 1)), False, Reason.NOT_COVERED),
    "earlier version, no maintenance": (Case("3.9.9"), False, Reason.NOT_COVERED),
    "earlier version, came out within maintenance": (Case("3.9.9", until=DAY), True, None),
    "trial that runs": (Case("4.1.5", model=LicenseModel.TRIAL, expires_on=date(2026, 3, 10)), True, None),
    "trial whose last day has just ended everywhere": (
        Case("4.1.5", model=LicenseModel.TRIAL, expires_on=date(2026, 3, 9)),
        True,
        Reason.EXPIRED,
    ),
    "trial that expired": (Case("4.1.5", model=LicenseModel.TRIAL, expires_on=date(2026, 3, 1)), True, Reason.EXPIRED),
    "subscription that runs": (Case("4.1.5", model=LicenseModel.SUBSCRIPTION, expires_on=date(2026, 5, 1)), True, None),
    "subscription that expired keeps what it included": (
        Case("4.1.5", model=LicenseModel.SUBSCRIPTION, expires_on=date(2026, 1, 1)),
        True,
        None,
    ),
    "revoked": (Case("4.1.5", is_revoked=True), True, Reason.REVOKED),
    "draft": (Case("4.1.5", is_draft=True), False, Reason.NOT_COVERED),
    "published later": (Case("4.1.5", is_scheduled=True), False, Reason.NOT_COVERED),
    "withdrawn": (Case("4.1.5", is_withdrawn=True), False, Reason.WITHDRAWN),
    "withdrawn, and covered by maintenance": (Case(until=TOMORROW, is_withdrawn=True), False, Reason.WITHDRAWN),
}


def play(case: Case, anna: Customer) -> tuple[License, Release]:
    product = make_product("Spectra")
    fields = {"license_model": case.model, "expires_on": case.expires_on, "maintenance_until": case.until}
    license = make_license(customer=anna, product=product, **fields)
    if case.is_revoked:
        license.revoked_at = timezone.now()
        license.revoked_reason = "Refunded."
        license.save()
    release = make_release(
        product,
        case.version,
        released_on=case.released_on,
        is_draft=case.is_draft,
        published_at=timezone.now() + timedelta(hours=1) if case.is_scheduled else None,
        withdrawn="It deletes files." if case.is_withdrawn else "",
    )
    return license, release


@pytest.mark.parametrize("name", CASES)
def test_license_includes_and_downloads_what_the_rules_say(anna: Customer, name: str) -> None:
    case, included, reason = CASES[name]
    license, release = play(case, anna)
    assert is_included(license, release) is included
    refusal = release_refusal(license, release, None)
    assert (refusal.reason if refusal else None) == reason
    refused_file = download_refusal(license, make_release_file(release))
    assert (refused_file.reason if refused_file else None) == reason


@pytest.mark.parametrize("name", CASES)
def test_database_answers_as_the_rules_in_python_do(anna: Customer, name: str) -> None:
    license, release = play(CASES[name][0], anna)
    in_database = Release.objects.published().filter(covered_by(license), pk=release.pk).exists()
    assert in_database is is_included(license, release)
    if in_database:
        downloads = License.objects.filter(covering(release), pk=license.pk).exists()
        assert downloads is (release_refusal(license, release, None) is None)


@pytest.mark.parametrize("today", [date(2019, 1, 1), date(2026, 3, 2), date(2090, 1, 1)])
def test_what_is_included_does_not_depend_on_today(anna: Customer, today: date) -> None:
    license, release = play(Case(until=DAY), anna)
    release.published_at = datetime(2018, 1, 1, tzinfo=UTC)
    assert is_included(license, release, datetime(today.year, today.month, today.day, tzinfo=UTC))


def test_other_products_releases_are_not_the_licenses(anna: Customer) -> None:
    license, _release = play(Case("4.1.5"), anna)
    other = make_release(make_product("Other"), "4.1.9")
    assert other not in releases_of(license)
    assert not License.objects.filter(covering(other)).exists()


@pytest.fixture
def versions(product: Product, license: License) -> Iterable[Release]:
    """Releases of four product versions; Anna's license is of 4.1, and includes updates until 1 March 2026."""
    license.maintenance_until = date(2026, 3, 1)
    license.save()
    make_release(product, "3.4", released_on=date(2026, 2, 27))
    make_release(product, "4.1.9", released_on=date(2025, 6, 1))
    make_release(product, "4.1.10-rc.1", released_on=date(2025, 7, 1))
    make_release(product, "4.9", released_on=date(2026, 2, 1))
    make_release(product, "4.10-rc.1", released_on=date(2026, 2, 20))
    make_release(product, "4.10", released_on=date(2026, 3, 5))
    make_release(product, "4.11", released_on=date(2026, 2, 21), withdrawn="It deletes files.")
    return Release.objects.select_related("product_version__product")


def newest(license: License, versions: Iterable[Release]) -> str:
    found = latest_eligible_release(license, versions)
    return found.version if found else ""


def test_latest_eligible_update_is_the_highest_included_version(license: License, versions: Iterable[Release]) -> None:
    assert newest(license, versions) == "4.10-rc.1"
    license.maintenance_until = date(2026, 3, 5)
    assert newest(license, versions) == "4.10"
    license.maintenance_until = date(2026, 2, 1)
    assert newest(license, versions) == "4.9"
    license.maintenance_until = None
    assert newest(license, versions) == "4.1.10-rc.1"


def test_license_that_includes_nothing_has_no_latest_update(license: License, product: Product) -> None:
    make_release(product, "4.2")
    assert newest(license, Release.objects.all()) == ""
    assert latest_eligible_release(license, []) is None


def test_reason_says_what_came_out_when_updates_ended_and_what_is_the_newest(
    license: License, product: Product, clock: Clock
) -> None:
    license.maintenance_until = date(2026, 2, 28)
    included, later = make_release(product, "4.1.3"), make_release(product, "4.2")
    assert why(license, later, included) == (
        "4.2 came out on 2 Mar 2026, your updates ended on 28 Feb 2026; the newest included is 4.1.3. "
        "Updates included until 2 Mar 2026 or later would cover it."
    )
    assert why(license, later, None) == (
        "4.2 came out on 2 Mar 2026, your updates ended on 28 Feb 2026. "
        "Updates included until 2 Mar 2026 or later would cover it."
    )


def test_reason_says_why_something_is_included(license: License, product: Product) -> None:
    license.maintenance_until = date(2026, 12, 24)
    own, later = make_release(product, "4.1.3"), make_release(product, "4.2")
    assert why(license, own, own) == "It belongs to 4.1, the version of this license."
    assert why(license, later, own) == "It came out on 2 Mar 2026; updates are included until 24 Dec 2026."


def test_reason_tells_a_license_without_updates_from_one_whose_updates_go_on(
    license: License, product: Product, clock: Clock
) -> None:
    own, later = make_release(product, "4.1.3"), make_release(product, "4.2", released_on=date(2027, 1, 1))
    assert why(license, later, own).startswith(
        "4.2 came out on 1 Jan 2027, this license includes no updates beyond 4.1; the newest included is 4.1.3."
    )
    license.maintenance_until = date(2026, 12, 24)
    assert why(license, later, own).startswith(
        "4.2 came out on 1 Jan 2027, your updates are included until 24 Dec 2026; the newest included is 4.1.3."
    )


def test_refusal_of_a_file_says_the_same_as_the_page(license: License, product: Product) -> None:
    own, later = make_release(product, "4.1.3"), make_release(product, "4.2")
    refusal = download_refusal(license, make_release_file(later))
    assert refusal is not None
    assert refusal.sentence == why(license, later, own)


def test_end_of_downloads_comes_first(anna: Customer) -> None:
    license, release = play(replace(CASES["withdrawn"][0], is_revoked=True), anna)
    refusal = release_refusal(license, release, None)
    assert refusal is not None
    assert refusal.reason is Reason.REVOKED
    assert end_of_downloads(license) is not None
