"""P3 for updates: as few questions for a product with 200 releases as for one with a single release."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from licenses.models import Platform, Product
from tests.cast import Cast, make_cast, make_license, make_product
from tests.releases import make_download, make_release, make_release_file

pytestmark = pytest.mark.usefixtures("demo_mark_asked_for_once")

BUDGETS = {"overview": 12, "updates": 12, "detail": 10}
PEOPLE = ("customer", "primary contact", "north, every privilege", "staff with view and change", "superuser")
RELEASES = 200


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the cast, with a release that is new to everybody."""
    return make_cast()


def queries(cast: Cast) -> dict[str, int]:
    found = {}
    for person in PEOPLE:
        user = cast.enter(person)
        assert user is not None
        client = Client()
        client.force_login(user)
        for page in BUDGETS:
            address = reverse(f"licenses:{page}", args=[] if page == "overview" else [cast.license.pk])
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            found[f"{person}: {page}"] = len(asked)
    return found


def add_releases(product: Product) -> None:
    for number in range(1, RELEASES):
        release = make_release(product, f"4.{1 + number // 20}.{number + 10}", notes=f"## News\n- number {number}")
        make_release_file(release, Platform.LINUX)


def test_pages_ask_few_questions_and_no_more_for_two_hundred_releases(cast: Cast) -> None:
    with_few = queries(cast)
    assert {name: number for name, number in with_few.items() if number > BUDGETS[name.rpartition(": ")[2]]} == {}
    add_releases(cast.license.product)
    file = make_release_file(make_release(cast.license.product, "4.1.999", withdrawn="Broken."))
    make_download(cast.license, file, cast.mira)
    assert queries(cast) == with_few


def test_overview_of_many_products_asks_no_more(cast: Cast) -> None:
    with_few = queries(cast)
    for _ in range(5):
        product = make_product()
        make_license(customer=cast.mira, organization=cast.acme, product=product)
        make_release(product, "4.1.0")
    assert queries(cast) == with_few
