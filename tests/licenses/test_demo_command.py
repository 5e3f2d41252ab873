"""`manage.py demo` fills an empty database, and no other."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import demo
from accounts.models import AuditEvent, DemoMark, User
from licenses.demo.loading import LICENSES
from licenses.demo.moments import in_order, moment
from licenses.models import Activation, License
from organizations.models import Organization
from tests.cast import make_organization, make_person

A_SUNDAY = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    demo.forget()
    yield
    demo.forget()


def run_demo() -> str:
    said = StringIO()
    call_command("demo", stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_an_empty_database_is_filled_and_marked_and_a_second_run_changes_nothing() -> None:
    def counts() -> list[int]:
        return [rows.count() for rows in (User.objects, License.objects, Activation.objects, AuditEvent.objects)]

    assert not demo.is_demo()
    assert "Loaded the demo data" in run_demo()
    assert demo.is_demo()
    before = counts()
    assert "nothing was changed" in run_demo()
    assert counts() == before
    assert License.objects.count() == 40


@pytest.mark.django_db
def test_a_database_with_people_of_its_own_is_refused() -> None:
    anna = make_person("Anna")
    with pytest.raises(CommandError, match="data of its own"):
        run_demo()
    assert list(User.objects.all()) == [anna]
    assert not DemoMark.objects.exists()


@pytest.mark.django_db
def test_a_database_with_an_organization_but_no_people_is_refused() -> None:
    make_organization("Initech")
    with pytest.raises(CommandError, match="data of its own"):
        run_demo()
    assert Organization.objects.count() == 1


@pytest.mark.django_db
def test_a_failure_half_way_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise CommandError("no more")

    monkeypatch.setattr("licenses.demo.loading.LICENSES", LICENSES[:1])
    monkeypatch.setattr("licenses.management.commands.demo.mark_as_demo", fail)
    with pytest.raises(CommandError, match="no more"):
        run_demo()
    assert not User.objects.exists()


def test_nothing_happens_on_a_weekend_or_in_the_future() -> None:
    for ago in range(1, 60):
        at = moment(A_SUNDAY, ago, "a computer")
        assert at.weekday() < 5
        assert 7 <= at.hour < 17
        assert timedelta(0) < A_SUNDAY - at < timedelta(days=ago + 3)
    assert moment(A_SUNDAY, 0, "a computer") < A_SUNDAY


def test_what_follows_on_the_same_day_is_later() -> None:
    moments = in_order(A_SUNDAY, [9, 8, 8, 8, 7, 6, 1, 1], "a license")
    assert moments == sorted(set(moments))
