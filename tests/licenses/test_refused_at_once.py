"""Who wants what is gone is told so without the lock; what looks possible is decided again under it."""

from itertools import product as every
from typing import NoReturn

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.audit import SYSTEM, Actor
from licenses import activation as stories
from licenses import refusals
from licenses.activation import activate, deactivate
from licenses.errors import LicenseError, Reason
from licenses.issuing import revoke
from licenses.models import License
from licenses.refusals import certain_refusal
from licenses.views import activations as views
from organizations.models import Customer
from tests.cast import make_activation, make_license, make_product
from tests.licenses.moments import DAY, TODAY
from tests.licenses.pages import address, words

OVER = TODAY - 2 * DAY
FULL = "The one activation is in use."
LAPTOP = {"computer_id": "ID-1", "computer_name": "Anna’s laptop"}


@pytest.fixture
def full(anna: Customer) -> License:
    """Anna's license for one computer, in use on it."""
    return make_license(customer=anna, max_activations=1, computers=("OLD",))


def as_read(license: License) -> License:
    """Return the license as a page reads it now; it knows nothing of what happens later."""
    return License.objects.select_related("product_version__product").get(pk=license.pk)


def refused_by_the_story(license: License, actor: Actor, computer_id: str) -> LicenseError | None:
    try:
        activate(license.pk, actor, computer_id=computer_id)
    except LicenseError as refusal:
        return refusal
    return None


def test_in_every_state_the_refusal_without_the_lock_is_that_of_the_story(anna: Customer, actor: Actor) -> None:
    told = set()
    for is_revoked, ends, in_use, computer_id in every(
        (True, False), (None, OVER, TODAY), (("OLD",), ("OLD", "OTHER")), ("ID-OLD", "ID-NEW", "unusual")
    ):
        product = make_product(computer_id_pattern="ID-[A-Z]+")
        license = make_license(customer=anna, product=product, max_activations=2, computers=in_use)
        License.objects.filter(pk=license.pk).update(expires_on=ends)
        if is_revoked:
            revoke(license.pk, SYSTEM, reason="Unpaid")
        early = certain_refusal(as_read(license), computer_id, is_unusual_confirmed=False)
        late = refused_by_the_story(license, actor, computer_id)
        if early is not None:
            assert late is not None
            assert (early.reason, early.sentence) == (late.reason, late.sentence)
            told.add(early.reason)
        else:
            assert late is None or late.reason is Reason.UNUSUAL_COMPUTER_ID
    assert told == {Reason.REVOKED, Reason.EXPIRED, Reason.NONE_LEFT, Reason.UNUSUAL_COMPUTER_ID}


@pytest.mark.parametrize("state", ["full", "revoked", "expired"])
def test_who_wants_what_is_gone_is_told_so_without_the_story(
    browser_of_anna: Client, full: License, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if state == "revoked":
        revoke(full.pk, SYSTEM, reason="Unpaid")
    if state == "expired":
        License.objects.filter(pk=full.pk).update(expires_on=OVER)

    def not_needed(*_args: object, **_fields: object) -> NoReturn:
        raise AssertionError("the story was asked, and with it the lock")

    monkeypatch.setattr(stories, "activate", not_needed)
    page = browser_of_anna.post(address("activate", full), LAPTOP)
    sentences = {"full": FULL, "revoked": "This license was revoked.", "expired": "This license has expired."}
    assert page.status_code == 200
    assert sentences[state] in words(page)


def test_computer_in_use_gets_its_license_file_anew_on_a_full_license(browser_of_anna: Client, full: License) -> None:
    answer = browser_of_anna.post(address("activate", full), {"computer_id": "ID-OLD"})
    assert answer.status_code == 302
    assert full.activations.get().license_files.count() == 2


def test_what_was_read_before_an_activation_came_free_refuses_nobody(
    browser_of_anna: Client, full: License, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    outdated = as_read(full)
    deactivate(full.activations.get().pk, actor)
    monkeypatch.setattr(views, "visible_license", lambda *_asked: outdated)
    assert browser_of_anna.post(address("activate", full), LAPTOP).status_code == 302
    assert full.activations.in_use().get().computer_id == "ID-1"


def test_what_was_read_while_one_was_left_is_decided_again_under_the_lock(anna: Customer, actor: Actor) -> None:
    license = make_license(customer=anna, max_activations=1)
    outdated = as_read(license)
    make_activation(license, "QUICKER")
    assert certain_refusal(outdated, "ID-1", is_unusual_confirmed=False) is None
    with pytest.raises(LicenseError) as refused:
        activate(outdated.pk, actor, computer_id="ID-1")
    assert refused.value.reason is Reason.NONE_LEFT
    assert license.activations.in_use().count() == 1


def test_without_the_look_ahead_the_story_refuses_all_the_same(
    browser_of_anna: Client, full: License, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "certain_refusal", lambda *_asked: None)
    page = browser_of_anna.post(address("activate", full), LAPTOP)
    assert FULL in words(page)
    assert full.activations.in_use().get().label == "OLD"


def test_counter_and_computer_are_read_by_one_statement_and_only_where_it_looks_closed(
    anna: Customer, full: License
) -> None:
    seen, free = as_read(full), as_read(make_license(customer=anna))
    with CaptureQueriesContext(connection) as asked:
        assert certain_refusal(seen, "ID-1", is_unusual_confirmed=False)
    assert len(asked) == 1
    assert "FOR UPDATE" not in asked[0]["sql"]
    with CaptureQueriesContext(connection) as asked:
        assert certain_refusal(free, "ID-1", is_unusual_confirmed=False) is None
    assert len(asked) == 0


def test_page_of_who_is_refused_shows_what_was_found_last(
    browser_of_anna: Client, anna: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    license = make_license(customer=anna, max_activations=1, computers=("OLD",))
    outdated = as_read(license)
    License.objects.filter(pk=license.pk).update(max_activations=2)
    make_activation(license, "OTHER")
    monkeypatch.setattr(views, "visible_license", lambda *_asked: outdated)
    page = browser_of_anna.post(address("activate", license), LAPTOP)
    assert "All 2 activations are in use." in words(page)
    assert "Replace OTHER" in words(page)
