"""Opening, reading and downloading change nothing: only buttons do."""

import pytest
from django.db import connection
from django.test import Client

from accounts.audit import Actor
from licenses.activation import deactivate
from licenses.models import License
from tests.cast import make_activation
from tests.licenses.pages import address

KEPT_ABOUT_BROWSERS = {"django_session", "portal_cache"}


def everything_stored() -> dict[str, list[str]]:
    """Return the rows of every table but sessions and cache."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - KEPT_ABOUT_BROWSERS
        stored: dict[str, list[str]] = {}
        for table in sorted(tables):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            stored[table] = sorted(map(repr, cursor.fetchall()))
    return stored


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_no_page_changes_anything_when_it_is_only_opened(
    browser_of_anna: Client, license: License, actor: Actor, method: str
) -> None:
    laptop, freed = make_activation(license, "LAPTOP"), make_activation(license, "FREED")
    deactivate(freed.pk, actor)
    pages = [
        "/",
        "/licenses/",
        address("detail", license),
        address("activate", license) + "?computer_id=ID-NEW&computer_name=NEW",
        *(address(name, each) for each in (laptop, freed) for name in ("deactivate", "rename", "replace")),
        *(address("license_file", each) + query for each in (laptop, freed) for query in ("", "?download=1")),
        address("license_files", license),
        "/.well-known/jwks.json",
        f"/license-files/{freed.license_file_id}/",
    ]
    before = everything_stored()
    for page in pages:
        assert getattr(browser_of_anna, method)(page).status_code < 500
        assert everything_stored() == before, page
