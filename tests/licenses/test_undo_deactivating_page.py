"""Undoing that several computers were deactivated at once: offered for an hour, exactly what it was."""

import pytest
from django.test import Client

from licenses.models import Activation
from organizations.models import Customer
from organizations.privileges import Privilege
from tests.cast import make_contact, make_customer, make_group, make_license, make_member, make_organization
from tests.licenses.moments import HOUR, INSTANT, Clock
from tests.licenses.pages import Answer, message_after, words
from tests.licenses.selecting import LIST, UNDO, confirm, ids, in_use, make_limited


def moment_of(answer: Answer) -> str:
    return answer["Location"].partition("deactivated=")[2]


def test_undo_is_offered_for_an_hour_and_costs_nothing(browser_of_anna: Client, anna: Customer, clock: Clock) -> None:
    first, second = make_limited(anna, 2, "A", "B"), make_limited(anna, 1, "C")
    answer = confirm(browser_of_anna, ids(first, second))
    clock.pass_by(HOUR / 2)
    assert "Undo deactivating" in words(browser_of_anna.get(answer["Location"]))
    undone = browser_of_anna.post(UNDO, {"deactivated": moment_of(answer)})
    assert undone["Location"] == LIST
    assert message_after(browser_of_anna, undone) == (
        "3 computers are active again on 2 licenses and need their new license files."
    )
    assert in_use(first, second) == [2, 1]
    assert not Activation.objects.filter(counts_for_quota=True).exists()


def test_after_an_hour_undo_is_neither_offered_nor_done(browser_of_anna: Client, anna: Customer, clock: Clock) -> None:
    license = make_license(customer=anna, computers=("A",))
    answer = confirm(browser_of_anna, ids(license))
    clock.pass_by(HOUR - INSTANT)
    browser_of_anna.force_login(anna.user)
    assert "Undo deactivating" in words(browser_of_anna.get(answer["Location"]))
    clock.pass_by(INSTANT)
    assert "Undo deactivating" not in words(browser_of_anna.get(answer["Location"]))
    refused = browser_of_anna.post(UNDO, {"deactivated": moment_of(answer)})
    assert message_after(browser_of_anna, refused).startswith("Nothing was changed.")
    assert in_use(license) == [0]


def test_undo_sent_twice_has_one_effect(browser_of_anna: Client, anna: Customer) -> None:
    license = make_license(customer=anna, computers=("A",))
    moment = moment_of(confirm(browser_of_anna, ids(license)))
    browser_of_anna.get(browser_of_anna.post(UNDO, {"deactivated": moment})["Location"])
    again = browser_of_anna.post(UNDO, {"deactivated": moment})
    assert message_after(browser_of_anna, again) == "There is nothing to undo any more; nothing was changed."
    assert in_use(license) == [1]


def test_undo_takes_back_what_the_person_did_and_nothing_else(client: Client, db: None, clock: Clock) -> None:
    acme = make_organization("Acme")
    paula, samuel = make_contact(acme), make_contact(acme, is_secondary=True)
    license = make_license(organization=acme, computers=("A", "B"))
    one, two = ids(license)
    client.force_login(paula.user)
    confirm(client, [one])
    client.force_login(samuel.user)
    answer = confirm(client, [two])
    client.post(UNDO, {"deactivated": moment_of(answer)})
    assert [each.computer_name for each in license.activations.in_use()] == ["B"]


@pytest.mark.parametrize("text", ["", "x", "-1", "0", "9" * 30, "9" * 5_000, "1e9", "NaN", "１"])
def test_moment_that_is_none_undoes_nothing(browser_of_anna: Client, anna: Customer, text: str) -> None:
    license = make_license(customer=anna, computers=("A",))
    confirm(browser_of_anna, ids(license))
    assert "Undo deactivating" not in words(browser_of_anna.get(LIST, {"deactivated": text}))
    assert browser_of_anna.post(UNDO, {"deactivated": text}).status_code == 302
    assert in_use(license) == [0]


def test_undo_needs_the_right_to_activate(client: Client, db: None) -> None:
    group = make_group(Privilege.DEACTIVATE)
    license = make_license(user_group=group, customer=make_customer(user_group=group), computers=("A",))
    client.force_login(make_member(group))
    answer = confirm(client, ids(license))
    assert "Undo deactivating" not in words(client.get(answer["Location"]))
    assert client.post(UNDO, {"deactivated": moment_of(answer)}).status_code == 403
    assert in_use(license) == [0]
