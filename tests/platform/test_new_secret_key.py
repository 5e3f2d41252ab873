"""A new PORTAL_SECRET_KEY, the old one among the fallbacks: nobody is signed out; links, codes and browsers go on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.own_password import change_password
from accounts.password_links import password_link
from tests.platform import test_fresh, test_not_me, test_own_address
from tests.platform.test_first_password import NEW
from tests.platform.test_new_browser import notices, sign_in, sign_out

Rotate = Callable[[], None]


@pytest.fixture
def rotate(settings: Settings) -> Rotate:
    """Return what replaces the key, as portal-rotate does."""

    def put_in_front() -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        settings.SECRET_KEY = f"{len(settings.SECRET_KEY_FALLBACKS)}" * 60

    return put_in_front


def test_nobody_is_signed_out(client: Client, anna: User, rotate: Rotate) -> None:
    sign_in(client, anna)
    for _time in range(2):
        rotate()
        assert client.get("/profile/").status_code == 200


def test_link_that_says_this_was_not_me_goes_on_working(client: Client, anna: User, rotate: Rotate) -> None:
    change_password(anna, NEW)
    link = test_not_me.link_in_mail()
    for _time in range(2):
        rotate()
        assert "This was not you?" in client.get(link).content.decode()
    assert "Everybody is signed out" in client.post(link).content.decode()


def test_link_to_a_new_address_goes_on_working(client: Client, anna: User, rotate: Rotate) -> None:
    sign_in(client, anna)
    test_own_address.ask(client)
    link = test_own_address.link_in(test_own_address.letter())
    rotate()
    assert client.get(link).status_code == 200
    client.post(link)
    anna.refresh_from_db()
    assert anna.email == test_own_address.NEW


def test_link_to_a_new_address_is_written_though_it_was_asked_for_before(
    client: Client, anna: User, rotate: Rotate
) -> None:
    sign_in(client, anna)
    test_own_address.ask(client)
    rotate()
    assert test_own_address.letter() is not None


def test_control_such_a_link_still_ends_with_the_password(client: Client, anna: User, rotate: Rotate) -> None:
    sign_in(client, anna)
    test_own_address.ask(client)
    link = test_own_address.link_in(test_own_address.letter())
    rotate()
    change_password(anna, NEW)
    sign_in(client, anna, NEW)
    assert client.post(link).status_code == 410


def test_link_to_set_a_password_goes_on_working(client: Client, anna: User, rotate: Rotate) -> None:
    link = password_link(anna)
    rotate()
    assert client.get(link, follow=True).status_code == 200


def test_known_browser_is_no_new_one_and_is_known_by_the_new_key_afterwards(
    client: Client, anna: User, rotate: Rotate, settings: Settings
) -> None:
    sign_in(client, anna)
    notices()
    sign_out(client)
    rotate()
    sign_in(client, anna)
    sign_out(client)
    settings.SECRET_KEY_FALLBACKS = []
    sign_in(client, anna)
    assert notices() == []


def test_mailed_code_that_is_under_way_still_proves_who_is_there(client: Client, anna: User, rotate: Rotate) -> None:
    test_fresh.without_password(anna, client)
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        test_fresh.ask_for_code(client)
        rotate()
        answer = client.post(test_fresh.CODE, {"code": test_fresh.mailed_code(), "next": "/accounts/address/"})
        assert answer["Location"] == "/accounts/address/"


def test_control_without_the_old_key_everything_ends(
    client: Client, anna: User, rotate: Rotate, settings: Settings
) -> None:
    sign_in(client, anna)
    change_password(anna, NEW)
    link = test_not_me.link_in_mail()
    rotate()
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(link).status_code == 410
    assert client.get("/profile/").status_code == 302
    notices()
    sign_in(client, anna, NEW)
    assert len(notices()) == 1
