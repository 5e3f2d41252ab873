"""A mail that cannot be written, for want of a key or because of what it asks for, holds up no other one (R4)."""

import logging

import pytest
from cryptography.fernet import Fernet
from django.utils import timezone
from post_office.models import STATUS, Log
from pytest_django import Settings

from accounts import delivery, proof_codes, sign_in_codes
from accounts.delivery import deliver_due
from accounts.letters import Letter
from accounts.mail import ask_for, queue
from accounts.models import Mail, User
from accounts.people import create_person
from accounts.secret_box import seal
from tests.accounts.test_delivery import later
from tests.support.mail_server import MailServer

LETTER = Letter("About something", "Hello.\n", "<p>Hello.</p>")
CODES = (sign_in_codes.REQUEST, proof_codes.REQUEST)


@pytest.fixture
def anna(db: None) -> User:
    return create_person("anna@acme.example", "Anna Acme", password="correct horse 4711")


def ask_for_code(anna: User, request: str) -> Mail:
    """Let a code wait for Anna."""
    ask_for(request, anna.email, code=seal(b"ABCD-EFGH"), provider="", until=timezone.now().isoformat())
    return Mail.objects.get()


@pytest.mark.parametrize("request_name", CODES)
def test_code_that_no_key_opens_waits_for_the_key_and_the_others_go_out(
    anna: User, mail_server: MailServer, settings: Settings, request_name: str
) -> None:
    code, keys = ask_for_code(anna, request_name), settings.PORTAL_ENCRYPTION_KEYS
    settings.PORTAL_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    queue(LETTER, "ben@acme.example")
    assert deliver_due() == 2
    assert mail_server.recipients == ["ben@acme.example"]
    assert Log.objects.get(email_id=code.pk).exception_type == "SecretUnreadableError"
    settings.PORTAL_ENCRYPTION_KEYS = keys
    with later(minutes=4):
        assert deliver_due() == 1
    assert mail_server.recipients == ["ben@acme.example", "anna@acme.example"]


@pytest.mark.parametrize("request_name", CODES)
def test_code_that_no_key_opens_is_given_up_in_the_end_and_the_others_go_out(
    anna: User, mail_server: MailServer, settings: Settings, request_name: str
) -> None:
    code = ask_for_code(anna, request_name)
    settings.PORTAL_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with later(hours=2):
        queue(LETTER, "ben@acme.example")
        assert deliver_due() == 1
    code.refresh_from_db()
    assert (code.status, code.context) == (STATUS.failed, None)
    assert mail_server.recipients == ["ben@acme.example"]


def test_request_that_this_version_does_not_understand_is_given_up_at_once_and_the_log_says_only_why(
    anna: User, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    code = ask_for_code(anna, sign_in_codes.REQUEST)
    queue(LETTER, "ben@acme.example")
    Mail.objects.filter(pk=code.pk).update(context={"request": sign_in_codes.REQUEST, "code": code.context["code"]})
    with caplog.at_level(logging.WARNING):
        assert deliver_due() == 2
    assert mail_server.recipients == ["ben@acme.example"]
    code.refresh_from_db()
    assert code.status == STATUS.failed
    assert code.context is None
    assert f"The mail {code.pk} was not taken (KeyError); given up" in caplog.text


def test_control_a_database_that_is_lost_ends_the_round_and_gives_nothing_up(
    anna: User, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(_address: str, _facts: object) -> None:
        raise delivery.InterfaceError

    code = ask_for_code(anna, sign_in_codes.REQUEST)
    monkeypatch.setitem(delivery.WRITTEN_WHEN_SENT, sign_in_codes.REQUEST, lost)
    with pytest.raises(delivery.InterfaceError):
        deliver_due()
    code.refresh_from_db()
    assert code.status == STATUS.queued
