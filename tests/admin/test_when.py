"""Staff narrow lists down to a period."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from accounts.admin.when import periods
from accounts.audit import SYSTEM
from accounts.ids import first_id, uuid7
from accounts.models import AuditEvent
from licenses.issuing import issue
from licenses.models import License, LicenseModel
from tests.admin.pages import address
from tests.cast import make_license, make_product

AT = datetime(2026, 3, 1, 0, 0, 0, 123000, tzinfo=UTC)


def test_the_first_id_of_a_moment_lies_between_those_before_and_after() -> None:
    assert uuid7(AT - timedelta(milliseconds=1)) < first_id(AT) <= uuid7(AT)
    assert (first_id(AT).version, first_id(AT).variant) == (7, uuid7(AT).variant)
    assert isinstance(first_id(AT), UUID)


def test_months_follow_one_another_without_a_gap() -> None:
    months = [period for name, period in periods(AT).items() if name[0].isdigit() and "days" not in name]

    assert len(months) == 12
    assert (months[0][1].month, months[1][1].month, months[-1][1].month) == (3, 2, 4)
    for later, earlier in pairwise(months):
        assert earlier[2] == later[1]


@pytest.mark.parametrize("days", [0, 5, 40])
def test_licenses_and_events_are_found_by_when_they_were_made(days: int, everything: Client) -> None:
    now = timezone.now() - timedelta(days=days)
    version = make_product().versions.get()
    issued = issue(
        License(product_version=version, license_model=LicenseModel.PERMANENT, licensee="Somebody"), SYSTEM, now=now
    )
    other = make_license()
    License.objects.filter(pk=other.pk).update(id=uuid7(timezone.now() - timedelta(days=400)))

    expected = {"today": days == 0, "7-days": days <= 7, f"{now:%Y-%m}": True, "nonsense": True}
    for name, is_found in expected.items():
        licenses = everything.get(address(License, "changelist"), {"when": name}).context["cl"].result_list
        assert (issued in licenses) is is_found, name
        events = everything.get(address(AuditEvent, "changelist"), {"when": name, "target": "license"})
        targets = {event.target_id for event in events.context["cl"].result_list}
        assert (issued.pk in targets) is is_found, name
