"""Lists of Django's admin ask the database as often for many rows as for one."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import demo
from accounts.letters import Letter
from accounts.mail import queue
from licenses.models import Feature
from tests.admin.pages import address
from tests.admin.test_pages import REGISTERED
from tests.cast import make_contact, make_group, make_license, make_member, make_organization, make_product

MOST = 12


def make_everything_once_more(number: int) -> None:
    group = make_group()
    make_member(group)
    organization = make_organization(user_group=group)
    contact = make_contact(organization)
    make_contact(organization, is_secondary=True)
    product = make_product()
    Feature.objects.create(product=product, code=f"feature-{number}", name="Feature")
    queue(Letter("About something", "Hello.", "<p>Hello.</p>"), "paula@people.example")
    make_license(customer=contact, user_group=group, product=product, computers=("PC",))


def queries(client: Client, page: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


def test_lists_take_as_many_queries_for_ten_rows_as_for_one(everything: Client) -> None:
    demo.forget()  # so that the minute for which the answer is believed begins now, and does not end between two pages
    pages = [address(model, "changelist") for model in REGISTERED]
    make_everything_once_more(0)
    everything.get("/admin/")
    before = {page: queries(everything, page) for page in pages}
    for number in range(1, 10):
        make_everything_once_more(number)
    demo.forget()
    everything.get("/admin/")
    after = {page: queries(everything, page) for page in pages}

    assert after == before
    assert max(after.values()) <= MOST, after
