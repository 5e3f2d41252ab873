"""Setting up, using and removing one's own second step, and what a thief of a session may do of it."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import second_step
from accounts.mail import take_out, waiting
from accounts.models import AuditEvent, User
from accounts.second_step_codes import use_code
from tests.platform.page import PASSWORD
from tests.platform.test_signing_in import is_signed_in, sign_in
from tests.support.second_step import SECRET, code, codes_of, give_app

INDEX = "/accounts/second-step/"
ADD, REMOVE = f"{INDEX}app/add/", f"{INDEX}app/remove/"
CODES, MAKE, DOWNLOAD = f"{INDEX}codes/", f"{INDEX}codes/make/", f"{INDEX}codes/download/"
CONFIRM, CONFIRM_BY_CODE = "/accounts/confirm/", f"{INDEX}confirm/"
SIX_MINUTES = timedelta(minutes=6)


@pytest.fixture
def at_home(client: Client, anna: User) -> Client:
    """Return a browser in which Anna has just signed in by password."""
    sign_in(client, anna.email)
    return client


def secret_on(page: str) -> str:
    """Return the secret that the page shows to an app."""
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    return found[1].replace(" ", "")


def set_up(client: Client) -> str:
    """Set up an authenticator app; return its secret."""
    secret = secret_on(client.get(ADD).content.decode())
    assert client.post(ADD, {"code": code(secret=secret)})["Location"] == CODES
    return secret


def test_person_sets_up_an_app_and_gets_recovery_codes(at_home: Client, anna: User) -> None:
    set_up(at_home)
    page = at_home.get(CODES).content.decode()
    assert "Your authenticator app is set up" in page
    assert all(each in page for each in codes_of(anna))
    assert len(codes_of(anna)) == 10
    elsewhere = Client()
    assert sign_in(elsewhere, anna.email)["Location"].endswith("/second-step/sign-in/")


def test_page_draws_the_secret_for_the_camera_and_is_not_kept(at_home: Client) -> None:
    answer = at_home.get(ADD)
    page = answer.content.decode()
    assert f"secret={secret_on(page)}&amp;issuer=License%20Portal" in page
    assert re.search(r'<svg class="qr-code" viewBox="0 0 (\d+) \1"', page)
    assert answer["Cache-Control"] == "private, no-store"


def test_code_that_set_it_up_does_not_sign_in(at_home: Client, anna: User) -> None:
    secret = set_up(at_home)
    assert use_code(anna, code(secret=secret)) is None
    assert use_code(anna, code(1, secret)) is not None


def test_wrong_code_sets_up_nothing_and_shows_the_same_secret_again(at_home: Client) -> None:
    secret = secret_on(at_home.get(ADD).content.decode())
    page = at_home.post(ADD, {"code": "000000"}).content.decode()
    assert "The app shows another code." in page
    assert secret_on(page) == secret
    assert not Authenticator.objects.exists()


def test_secret_is_another_each_time_and_never_readable_in_the_session(at_home: Client) -> None:
    first, second = (secret_on(at_home.get(ADD).content.decode()) for _time in range(2))
    assert first != second
    assert at_home.post(ADD, {"code": code(secret=first)}).status_code == 200
    assert second not in str(dict(at_home.session))


def test_other_sessions_end_and_this_one_goes_on(at_home: Client, anna: User) -> None:
    thief = Client()
    thief.force_login(anna)
    set_up(at_home)
    assert thief.get("/licenses/").status_code == 302
    assert at_home.get("/licenses/").status_code == 200


def test_it_is_written_down_and_mailed_with_the_way_to_undo_it(at_home: Client, anna: User) -> None:
    secret = set_up(at_home)
    event = AuditEvent.objects.get(action="second_step_added")
    assert (event.actor_id, event.target_id, event.details) == (anna.pk, anna.pk, {"kind": "app"})
    mail = waiting().latest("pk")
    text, _html = take_out(mail)
    assert mail.to == [anna.email]
    assert "An authenticator app was set up as second step" in text
    assert "/accounts/not-me/" in text
    assert secret not in text


def test_nothing_is_set_up_when_its_mail_cannot_be_queued(at_home: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_facts: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(second_step, "tell", full)
    secret = secret_on(at_home.get(ADD).content.decode())
    with pytest.raises(OSError, match="no space"):
        at_home.post(ADD, {"code": code(secret=secret)})
    assert not Authenticator.objects.exists()


def test_second_app_is_not_set_up(at_home: Client, anna: User) -> None:
    secret = secret_on(at_home.get(ADD).content.decode())
    give_app(anna)
    at_home.force_login(anna)
    assert at_home.get(ADD)["Location"] == INDEX
    assert at_home.post(ADD, {"code": code(secret=secret)})["Location"] == INDEX
    assert Authenticator.objects.filter(type="totp").count() == 1


def test_setting_up_may_take_longer_than_a_proof_stays_fresh_but_no_hour(at_home: Client) -> None:
    secret = secret_on(at_home.get(ADD).content.decode())
    with time_machine.travel(time.time() + 1200, tick=False):
        assert at_home.post(ADD, {"code": code(secret=secret)})["Location"] == CODES


def test_secret_left_for_an_hour_is_shown_to_nobody(at_home: Client) -> None:
    secret = secret_on(at_home.get(ADD).content.decode())
    with time_machine.travel(time.time() + 3600, tick=False):
        assert at_home.post(ADD, {"code": code(secret=secret)})["Location"].startswith(CONFIRM)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("path", [ADD, MAKE, REMOVE])
def test_thief_of_an_old_session_changes_nothing_without_the_second_step(client: Client, anna: User, path: str) -> None:
    give_app(anna)
    if path == ADD:
        Authenticator.objects.filter(type="totp").delete()
    client.force_login(anna)
    before = list(Authenticator.objects.values())
    with time_machine.travel(timezone.now() + SIX_MINUTES, tick=False):
        for answer in (client.get(path), client.post(path, {"code": code()})):
            assert answer["Location"].startswith(CONFIRM_BY_CODE)
    assert list(Authenticator.objects.values()) == before


def test_stolen_password_does_not_confirm_for_who_has_a_second_step(client: Client, anna: User) -> None:
    give_app(anna)
    client.force_login(anna)
    with time_machine.travel(timezone.now() + SIX_MINUTES, tick=False):
        assert client.post(CONFIRM, {"password": PASSWORD, "next": REMOVE})["Location"].startswith(CONFIRM_BY_CODE)
        assert client.get(REMOVE)["Location"].startswith(CONFIRM_BY_CODE)


def test_code_confirms_and_leads_back(client: Client, anna: User) -> None:
    give_app(anna)
    client.force_login(anna)
    with time_machine.travel(timezone.now() + SIX_MINUTES, tick=False):
        page = client.get(REMOVE, follow=True).content.decode()
        assert "Confirm that it is you" in page
        assert "This code does not work" in client.post(CONFIRM_BY_CODE, {"code": "000000"}).content.decode()
        answer = client.post(CONFIRM_BY_CODE, {"code": code(), "next": REMOVE})
        assert answer["Location"] == REMOVE
        assert client.get(REMOVE).status_code == 200


def test_guessing_at_confirming_counts_with_guessing_at_signing_in(client: Client, anna: User) -> None:
    give_app(anna)
    client.force_login(anna)
    statuses = [client.post(CONFIRM_BY_CODE, {"code": "000000"}).status_code for _attempt in range(6)]
    assert statuses == [200] * 5 + [429]


def test_password_confirms_for_who_has_no_second_step(client: Client, anna: User) -> None:
    client.force_login(anna)
    with time_machine.travel(timezone.now() + SIX_MINUTES, tick=False):
        assert client.get(ADD)["Location"].startswith(CONFIRM)
        assert "This is not your password" in client.post(CONFIRM, {"password": "x"}).content.decode()
        assert client.post(CONFIRM, {"password": PASSWORD, "next": ADD})["Location"] == ADD
        assert client.get(ADD).status_code == 200


def test_confirming_leads_to_no_other_site(client: Client, anna: User) -> None:
    client.force_login(anna)
    answer = client.post(CONFIRM, {"password": PASSWORD, "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_person_removes_the_app_and_signs_in_without(at_home: Client, anna: User) -> None:
    set_up(at_home)
    assert "It is your last second step" in at_home.get(REMOVE).content.decode()
    assert at_home.post(REMOVE)["Location"] == INDEX
    assert not Authenticator.objects.exists()
    assert at_home.get("/licenses/").status_code == 200
    assert AuditEvent.objects.filter(action="second_step_removed", target_id=anna.pk).count() == 1
    text, _html = take_out(waiting().latest("pk"))
    assert "signing in asks for none now" in text
    assert sign_in(Client(), anna.email)["Location"] == "/"


def test_removing_what_is_gone_says_so(at_home: Client) -> None:
    assert at_home.get(REMOVE)["Location"] == INDEX
    assert at_home.post(REMOVE)["Location"] == INDEX


def test_recovery_codes_are_shown_only_where_and_when_they_were_made(at_home: Client, anna: User) -> None:
    set_up(at_home)
    elsewhere, code_of_hers = Client(), codes_of(anna)[0]
    anna.refresh_from_db()
    elsewhere.force_login(anna)
    assert code_of_hers in at_home.get(CODES).content.decode()
    assert code_of_hers in at_home.get(DOWNLOAD).content.decode()
    assert code_of_hers not in elsewhere.get(CODES).content.decode()
    assert elsewhere.get(DOWNLOAD)["Location"] == CODES
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert "10 codes are left." in at_home.get(CODES).content.decode()
        assert code_of_hers not in at_home.get(CODES).content.decode()
        assert at_home.get(DOWNLOAD)["Location"] == CODES


def test_download_is_a_plain_text_that_nobody_keeps(at_home: Client, anna: User) -> None:
    set_up(at_home)
    answer = at_home.get(DOWNLOAD)
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content.decode().split()[-10:] == codes_of(anna)


def test_new_recovery_codes_end_the_old_ones_and_are_mailed(at_home: Client, anna: User) -> None:
    set_up(at_home)
    old = codes_of(anna)
    assert at_home.post(MAKE)["Location"] == CODES
    assert not set(old) & set(codes_of(anna))
    assert use_code(anna, old[0]) is None
    assert all(each in at_home.get(CODES).content.decode() for each in codes_of(anna))
    assert AuditEvent.objects.filter(action="recovery_codes_made").count() == 1
    text, html = take_out(waiting().latest("pk"))
    assert "New recovery codes were made" in text
    assert not any(each in text + html for each in codes_of(anna))


def test_without_a_second_step_there_are_no_recovery_codes(at_home: Client) -> None:
    assert [at_home.get(path)["Location"] for path in (CODES, MAKE, DOWNLOAD)] == [INDEX] * 3
    assert at_home.post(MAKE)["Location"] == INDEX
    assert not Authenticator.objects.exists()


def test_page_tells_what_there_is(at_home: Client, anna: User) -> None:
    assert "Set up an app" in at_home.get(INDEX).content.decode()
    set_up(at_home)
    page = at_home.get(INDEX).content.decode()
    assert "Remove the app" in page
    assert "10 codes are left." in page


def test_pages_need_sign_in(client: Client, anna: User) -> None:
    for path in (INDEX, ADD, REMOVE, CODES, MAKE, DOWNLOAD, CONFIRM, CONFIRM_BY_CODE):
        assert client.get(path)["Location"] == f"/accounts/login/?next={path}"
        assert client.post(path).status_code == 302
    assert not is_signed_in(client)


def test_secret_that_no_key_opens_any_more_is_made_anew(at_home: Client, settings: Settings) -> None:
    at_home.get(ADD)
    settings.PORTAL_ENCRYPTION_KEYS = ["YW5vdGhlciBrZXkgb2YgdGhlIHRlc3RzIG9mIGl0ISE="]
    assert at_home.post(ADD, {"code": code(secret=SECRET)}).status_code == 200
