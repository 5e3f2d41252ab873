"""An order of a thousand licenses asks no more questions than a small one; `python -m bench run` measures it (P3)."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from licenses.models import Feature, License
from tests.cast import make_customer, make_member, make_product
from tests.licenses.reselling import P, Recipient, actor_of, make_reseller, order_of, place

pytestmark = pytest.mark.django_db
ANY_OTHER = 12


def test_a_thousand_licenses_take_as_many_questions_as_two() -> None:
    product = make_product()
    feature = Feature.objects.create(product=product, code="export", name="Export")
    north = make_reseller(P.CREATE, max_licenses=5_000, max_licenses_per_customer=5_000)
    make_customer("Mira", user_group=north, email="mira@acme.example")
    actor, found = actor_of(north), []
    for number in (2, 1_000):
        order = order_of(product, number=number, features=(feature,), recipients=(Recipient("mira@acme.example"),))
        with CaptureQueriesContext(connection) as queries:
            place(order, north.pk, actor)
        asked = [each["sql"] for each in queries if not each["sql"].startswith("INSERT")]
        found.append((len(asked), {each["sql"].partition("(")[0] for each in queries} - set(asked)))
    assert [number for number, _written in found] == [found[0][0]] * 2
    assert License.objects.count() == AuditEvent.objects.filter(action="license.issued").count() == 1_002


@pytest.mark.parametrize("name", ["create", "edit", "renew", "revoke", "delete", "batch"])
def test_pages_that_make_and_change_licenses_ask_few_questions(client: Client, name: str) -> None:
    north = make_reseller(*P, max_licenses=5_000, max_permanent=5_000)
    placed = place(order_of(number=40), north.pk, actor_of(north))
    client.force_login(make_member(north))
    about = {"create": [], "batch": [placed.batch.pk]}.get(name, [placed.licenses[0].pk])
    page = reverse(f"licenses:{name}", args=about)
    client.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    assert len(queries) <= ANY_OTHER, [each["sql"] for each in queries]
