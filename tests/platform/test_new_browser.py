"""A sign-in from a browser that a person has not used is mailed; one of theirs counts failed attempts for itself."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.browsers import MOST_PEOPLE, Browser
from accounts.mail import take_out, waiting
from accounts.models import Mail, User
from accounts.password_links import password_link
from accounts.people import create_person
from accounts.sessions import end_every_session
from tests.platform.page import PASSWORD, Page
from tests.platform.test_first_password import NEW, open_link, set_password

SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1"


def sign_in(client: Client, user: User, password: str = PASSWORD) -> Page:
    """Send the sign-in form."""
    return client.post("/accounts/login/", {"login": user.email, "password": password})


def sign_out(client: Client) -> None:
    """Leave."""
    client.post("/accounts/logout/")


def notices() -> list[str]:
    """Return the texts of all mails about new browsers, and forget them."""
    texts = [take_out(mail)[0] for mail in waiting().order_by("pk") if "new browser" in mail.subject]
    Mail.objects.all().delete()
    return texts


def test_first_sign_in_from_a_browser_is_mailed_with_a_way_to_say_this_was_not_me(anna: User) -> None:
    client = Client(headers={"User-Agent": SAFARI}, REMOTE_ADDR="198.51.100.9")
    sign_in(client, anna)
    [text] = notices()
    assert "Safari on iPhone" in text
    assert "198.51.100.9" in text
    assert "/accounts/not-me/" in text


def test_second_sign_in_from_it_is_not(client: Client, anna: User) -> None:
    sign_in(client, anna)
    assert len(notices()) == 1
    sign_out(client)
    sign_in(client, anna)
    assert notices() == []
    sign_in(Client(), anna)
    assert len(notices()) == 1


def test_failed_sign_in_is_not_mailed_and_makes_no_browser_known(client: Client, anna: User) -> None:
    sign_in(client, anna, "wrong password")
    assert notices() == []
    assert settings.BROWSER_COOKIE_NAME not in client.cookies


def test_browser_of_somebody_else_is_new_to_me(client: Client, anna: User) -> None:
    bea = create_person("bea@acme.example", "Bea", password=PASSWORD)
    sign_in(client, anna)
    sign_out(client)
    notices()
    sign_in(client, bea)
    assert len(notices()) == 1
    sign_out(client)
    sign_in(client, anna)
    assert notices() == []


def test_browser_in_which_the_password_was_just_set_is_not_mailed(client: Client, anna: User) -> None:
    set_password(client, open_link(client, anna))
    notices()
    sign_in(client, anna, NEW)
    assert notices() == []


def test_somebody_else_s_sign_in_there_is(client: Client, anna: User) -> None:
    bea = create_person("bea@acme.example", "Bea", password=PASSWORD)
    set_password(client, open_link(client, anna))
    notices()
    sign_in(client, bea)
    assert len(notices()) == 1


def test_opening_the_link_only_is_not_enough(client: Client, anna: User) -> None:
    client.get(password_link(anna).removeprefix("http://127.0.0.1:8000"))
    sign_in(client, anna)
    assert len(notices()) == 1


def test_after_every_session_ended_each_browser_is_new_again(client: Client, anna: User) -> None:
    sign_in(client, anna)
    notices()
    end_every_session(anna)
    sign_in(client, anna)
    assert len(notices()) == 1


def test_browser_that_signs_out_all_others_stays_known(client: Client, anna: User) -> None:
    sign_in(client, anna)
    client.post("/accounts/sessions/", {"end": "others"})
    sign_out(client)
    notices()
    sign_in(client, anna)
    assert notices() == []


@pytest.mark.parametrize("forged", ["", "x", "WyJhIiwiYiJd:1tGx:forged", "a" * 5000])
def test_forged_cookie_is_no_known_browser(client: Client, anna: User, forged: str) -> None:
    client.cookies[settings.BROWSER_COOKIE_NAME] = forged
    assert sign_in(client, anna).status_code == 302
    assert len(notices()) == 1


def test_cookie_names_nobody_and_no_script_reads_it(client: Client, anna: User) -> None:
    answer = sign_in(client, anna)
    cookie = answer.cookies[settings.BROWSER_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["max-age"] > 31_000_000
    assert anna.email not in cookie.value
    assert anna.pk.hex not in cookie.value


def test_browser_remembers_the_latest_people_only(anna: User) -> None:
    browser = Browser("number", ("a",) * 1)
    for number in range(MOST_PEOPLE + 5):
        browser = browser.with_person(User(email=f"p{number}@acme.example"))
    assert len(browser.marks) == MOST_PEOPLE
    known = browser.with_person(anna)
    assert known.with_person(anna) == known


def test_stranger_who_guesses_cannot_shut_the_owner_out_of_a_known_browser(client: Client, anna: User) -> None:
    sign_in(client, anna)
    sign_out(client)
    thief = Client(REMOTE_ADDR="203.0.113.66")
    assert [sign_in(thief, anna, "guess").status_code for _try in range(6)] == [200] * 5 + [429]
    assert sign_in(Client(REMOTE_ADDR="203.0.113.67"), anna).status_code == 429
    assert sign_in(client, anna).status_code == 302


def test_known_browser_has_no_endless_attempts(client: Client, anna: User) -> None:
    sign_in(client, anna)
    sign_out(client)
    assert [sign_in(client, anna, "guess").status_code for _try in range(6)] == [200] * 5 + [429]


def test_cookie_of_one_person_gives_no_attempts_at_another(client: Client, anna: User) -> None:
    bea = create_person("bea@acme.example", "Bea", password=PASSWORD)
    sign_in(client, bea)
    sign_out(client)
    for _try in range(5):
        sign_in(Client(REMOTE_ADDR="203.0.113.66"), anna, "guess")
    assert sign_in(client, anna, "guess").status_code == 429
