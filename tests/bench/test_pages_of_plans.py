"""Which pages the plans are read of: every address, and what each page offers."""

import pytest
from django.test import override_settings
from django.urls import include, path
from django.views.generic import RedirectView

from bench import addresses as table
from bench.addresses import YARDSTICK, Address, addresses, unknown_parts
from bench.page_parts import MOST_OF_A_KIND, parts_of
from tests.access_matrix.checks import url_names

urlpatterns = [
    path("new/<int:unheard_of_id>/", RedirectView.as_view(url="/"), name="new"),
    path("", include("qlmportal.urls")),
]
OF_THE_BENCH = {"floor", "bare", "nothing", "limits"}
PAGE = """
<a href="?order=expires">Expires</a> <a href="/licenses/?after=1&amp;order=expires">Next</a>
<a href="/computers/?q=x">Elsewhere</a>
<a href="https://elsewhere.example/licenses/?a=b">Elsewhere</a>
<select name="status"><option value="">Any</option><option value="revoked">Revoked</option></select>
<input name="q">
"""


def test_every_address_is_asked_or_left_out_for_a_reason() -> None:
    asked = {address.name for address in addresses()}
    left_out = set(table.NOTHING_TO_READ) - {"admin:(without a name)", *OF_THE_BENCH}
    assert asked | left_out == {name for name, _path in url_names() if name}
    assert not asked & left_out


def test_each_part_of_an_address_has_something_to_put_in() -> None:
    assert unknown_parts() == set()


@pytest.mark.urls(__name__)
def test_control_new_part_of_an_address_is_noticed() -> None:
    assert unknown_parts() == {"unheard_of_id"}


def test_path_names_things_and_rows_of_the_administration() -> None:
    things = {"license_id": "018f0000-0000-7000-8000-000000000000", "licenses_license": "7"}
    assert Address("licenses:detail", ("license_id",)).path(things) == f"/licenses/{things['license_id']}/"
    assert Address("admin:licenses_license_change", ("object_id",)).path(things) == "/admin/licenses/license/7/change/"
    assert Address("licenses:batch", ("batch_id",)).path(things) is None


def test_page_is_asked_for_what_it_offers() -> None:
    parts = parts_of(PAGE, "/licenses/")
    assert parts.variants == ["?order=expires", "?after=1&order=expires", "?status=revoked"]
    assert parts.is_searchable


def test_of_many_choices_some_are_asked_for() -> None:
    options = "".join(f'<option value="{number}">' for number in range(50))
    assert len(parts_of(f'<select name="product">{options}</select>', "/licenses/").variants) == MOST_OF_A_KIND


@override_settings(ROOT_URLCONF="bench.urls")
def test_yardsticks_are_not_asked_for() -> None:
    names = {address.name for address in addresses()}
    assert not OF_THE_BENCH & names
    assert not [name for name in names if name.startswith(f"{YARDSTICK}:")]
    assert unknown_parts() == set()
