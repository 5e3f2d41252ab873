"""S1: who gets which status from which address, for every method; and that the table forgets nothing.

Each check has a control: with one rule of the portal taken away, the very same check must find something.
"""

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import include, path
from django.views.generic import RedirectView

from licenses.querysets import LicenseQuerySet
from organizations.access import Rule
from organizations.viewer import Viewer
from tests.access_matrix import checks, table
from tests.cast import Cast, make_cast

urlpatterns = [path("forgotten/", RedirectView.as_view(url="/"), name="forgotten"), path("", include("qlmportal.urls"))]

SIGN_IN_REQUIRED = "django.contrib.auth.middleware.LoginRequiredMiddleware"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_every_license_address_answers_every_person_as_the_table_says(cast: Cast) -> None:
    assert checks.license_differences(cast) == []


def test_every_open_address_answers_every_person_as_the_table_says(cast: Cast) -> None:
    assert checks.open_differences(cast) == []


def test_hidden_and_missing_are_the_same_bytes_for_every_person(cast: Cast) -> None:
    assert list(checks.invisible_differences(cast)) == []


def test_refusals_name_who_can(cast: Cast) -> None:
    assert checks.refusal_differences(cast) == []


def test_table_knows_every_address_and_every_person(cast: Cast) -> None:
    assert checks.table_gaps(cast) == []


def test_control_table_without_a_role_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    without = [line for line in table.ACCESS.splitlines() if not line.startswith("other contact")]
    monkeypatch.setattr(table, "ACCESS", "\n".join(without))
    assert checks.table_gaps(cast) == ["the table lacks the role other contact"]


@pytest.mark.urls(__name__)
def test_control_new_address_is_noticed(cast: Cast) -> None:
    assert checks.table_gaps(cast) == ["the table lacks the address forgotten"]


def test_control_address_that_is_gone_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(table.OPEN, "gone", {table.ANYBODY: table.READING})
    assert checks.table_gaps(cast) == ["the table names the address gone, which does not exist"]


@pytest.fixture
def _everything_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    def everything(rows: LicenseQuerySet, viewer: Viewer) -> LicenseQuerySet:
        return rows.all()

    monkeypatch.setattr(LicenseQuerySet, "visible_to", everything)


@pytest.mark.usefixtures("_everything_visible")
def test_control_without_visible_to_strangers_are_noticed(cast: Cast) -> None:
    found = checks.license_differences(cast, ["other contact", "plain member"], ["detail"])
    assert "other contact: GET detail is 403, not 404" in found
    assert "plain member: GET detail is 403, not 404" in found
    assert any(checks.invisible_differences(cast, ["other contact"]))


def test_control_without_the_action_table_unprivileged_people_are_noticed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rule, "allows", lambda *_: True)
    roles, addresses = ["north", "south, view_all", "staff with view"], ["activate", "deactivate", "file"]
    found = checks.license_differences(cast, roles, addresses)
    assert "north: POST activate is 302, not 403" in found
    assert "south, view_all: GET deactivate is 200, not 403" in found
    assert "staff with view: GET file is 200, not 403" in found
    assert checks.refusal_differences(cast)


def test_control_without_the_need_to_sign_in_anonymous_people_are_noticed(cast: Cast) -> None:
    without = [each for each in settings.MIDDLEWARE if each != SIGN_IN_REQUIRED]
    with override_settings(MIDDLEWARE=without):
        assert checks.license_differences(cast, ["anonymous"])


def test_control_closing_an_open_address_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(table.OPEN, "licenses:jwks", {table.ANYBODY: dict.fromkeys(table.METHODS, 302)})
    assert "anonymous: GET licenses:jwks is 200, not 302" in checks.open_differences(cast, ["anonymous"])
