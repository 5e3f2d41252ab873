"""The licenses of one order: their page, and their keys to download."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from licenses.models import Batch, License
from organizations.models import UserGroup
from tests.cast import make_group, make_member, make_staff
from tests.licenses.pages import words
from tests.licenses.reselling import P, Recipient, issue_by, make_reseller

pytestmark = pytest.mark.django_db


@pytest.fixture
def north() -> UserGroup:
    return make_reseller(P.CREATE, P.EDIT_CUSTOMERS, P.ACTIVATE)


@pytest.fixture
def batch(north: UserGroup) -> Batch:
    return issue_by(north, recipients=(Recipient("anna@buyer.example", "=Anna"),), number=3).batch


def page_of(batch: Batch) -> str:
    return reverse("licenses:batch", args=[batch.pk])


def keys_of(batch: Batch) -> str:
    return reverse("licenses:batch_keys", args=[batch.pk])


def test_members_see_the_licenses_of_the_order(client: Client, north: UserGroup, batch: Batch) -> None:
    client.force_login(make_member(north))
    page = words(client.get(page_of(batch)))
    assert "3 licenses of one order" in page
    assert "Download keys" in page


def test_whole_keys_are_downloaded_by_who_may_act_and_each_trail_tells(
    client: Client, north: UserGroup, batch: Batch
) -> None:
    client.force_login(make_member(north))
    answer = client.post(keys_of(batch))
    assert "no-store" in answer["Cache-Control"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    keys = set(License.objects.filter(batch=batch).values_list("activation_key", flat=True))
    assert {row["Activation key"] for row in rows} == keys
    assert {row["Licensee"] for row in rows} == {"'=Anna"}
    events = AuditEvent.objects.filter(action="license.key_shown")
    assert events.count() == 3
    assert not any(key in str(event.details) + event.target_label for event in events for key in keys)


def test_keys_are_not_for_who_may_not_act(client: Client, north: UserGroup, batch: Batch) -> None:
    UserGroup.objects.filter(pk=north.pk).update(privileges=[P.CREATE])
    client.force_login(make_member(north))
    assert "Download keys" not in words(client.get(page_of(batch)))
    assert client.post(keys_of(batch)).status_code == 403
    assert not AuditEvent.objects.filter(action="license.key_shown").exists()


def test_order_does_not_exist_for_others(client: Client, batch: Batch) -> None:
    license = License.objects.filter(batch=batch).select_related("customer__user").first()
    assert license is not None
    assert license.customer is not None
    for user in (make_member(make_group(P.CREATE, P.VIEW_ALL, name="South")), license.customer.user):
        client.force_login(user)
        assert client.get(page_of(batch)).status_code == client.post(keys_of(batch)).status_code == 404


def test_staff_see_every_order(client: Client, batch: Batch) -> None:
    client.force_login(make_staff("Stella", "view"))
    assert client.get(page_of(batch)).status_code == 200


def test_order_whose_licenses_were_moved_away_says_so(client: Client, north: UserGroup, batch: Batch) -> None:
    License.objects.filter(batch=batch).update(user_group=None)
    client.force_login(make_member(north))
    assert "None of its licenses is yours to see any more." in words(client.get(page_of(batch)))
