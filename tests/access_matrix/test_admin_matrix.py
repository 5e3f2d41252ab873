"""S1 for Django admin: nobody but staff comes through its door, and behind it Django's permissions decide."""

import pytest
from django.contrib.admin import ModelAdmin

from qlmportal.staff import StaffSite
from tests.access_matrix import admin
from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_nobody_but_staff_comes_through_the_door(cast: Cast) -> None:
    assert admin.door_differences(cast) == []


def test_pages_open_to_staff_as_the_table_says(cast: Cast) -> None:
    assert admin.page_differences(cast) == []


def test_table_knows_every_address_of_the_family() -> None:
    assert admin.family_gaps() == []


def test_control_without_the_door_it_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StaffSite, "has_permission", lambda site, request: True)
    assert "primary contact: GET /admin/ is 200, not 404" in admin.door_differences(cast, ["primary contact"])


def test_control_without_djangos_permissions_it_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ModelAdmin, "has_view_permission", lambda model_admin, request, obj=None: True)
    found = admin.page_differences(cast, ["staff without permissions"])
    assert "staff without permissions: changelist of product is 200, not 403" in found


def test_control_model_that_is_new_in_admin_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(admin.MODELS, "licenses", admin.MODELS["licenses"][:-1])
    assert "licenses_feature_changelist" in admin.family_gaps()
