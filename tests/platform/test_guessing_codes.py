"""Guessing a mailed code, asking for too many, and typing anything else instead."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts.provider_answers import Answers
from tests.bad_input.inputs import TEXTS
from tests.platform.page import PASSWORD
from tests.platform.test_mailed_code import ASK, WRONG, ask, is_signed_in, mailed_code, type_code
from tests.platform.test_matching import with_facebook


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_whatever_is_typed_instead_of_the_code_is_answered_with_a_sentence(
    client: Client, anna: User, text: str
) -> None:
    ask(client, anna.email)
    page = type_code(client, text)
    assert page.status_code == 200
    assert "field__errors" in page.content.decode()
    assert not is_signed_in(client)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_whatever_is_typed_instead_of_the_address_of_an_identity_is_answered_with_a_sentence(
    client: Client, answers: Answers, text: str
) -> None:
    with_facebook(client, answers, email="")
    page = client.post("/accounts/identity/address/", {"email": text})
    assert page.status_code == 200
    assert "field__errors" in page.content.decode()


def test_asking_is_slowed_down_per_address_whether_known_or_not(client: Client, anna: User) -> None:
    for address in (anna.email, "nobody@acme.example"):
        cache.clear()
        statuses = [client.post(ASK, {"email": address}).status_code for _ in range(6)]
        assert statuses == [302] * 5 + [429]


def test_stranger_does_not_use_up_what_the_owner_may_ask_for(client: Client, anna: User) -> None:
    stranger, owner = Client(REMOTE_ADDR="10.0.0.1"), Client(REMOTE_ADDR="10.0.0.2")
    assert [stranger.post(ASK, {"email": anna.email}).status_code for _ in range(6)] == [302] * 5 + [429]
    assert owner.post(ASK, {"email": anna.email}).status_code == 302


def test_crowd_of_strangers_fills_no_mailbox_and_keeps_no_owner_out(client: Client, anna: User) -> None:
    client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    client.post("/accounts/logout/")
    statuses = [
        Client(REMOTE_ADDR=f"10.0.1.{number}").post(ASK, {"email": anna.email}).status_code for number in range(21)
    ]
    assert statuses == [302] * 20 + [429]
    assert client.post(ASK, {"email": anna.email}).status_code == 302


def test_another_code_takes_the_place_of_the_first_without_typing_the_address_again(
    client: Client, anna: User, settings: Settings
) -> None:
    ask(client, anna.email)
    first = mailed_code(settings)
    assert type_code(client, "", action="another").status_code == 302
    second = mailed_code(settings)
    assert second not in {"", first}
    type_code(client, second)
    assert is_signed_in(client)


def test_guesses_are_counted_however_many_come_at_once(client: Client, anna: User) -> None:
    for _turn in range(4):
        ask(client, anna.email)
        assert [type_code(client, WRONG).status_code for _ in range(5)] == [200] * 4 + [302]
    ask(client, anna.email)
    assert type_code(client, WRONG).status_code == 429


def test_asking_is_slowed_down_per_client(client: Client, db: None) -> None:
    statuses = [client.post(ASK, {"email": f"nobody{n}@acme.example"}).status_code for n in range(11)]
    assert statuses == [302] * 10 + [429]
