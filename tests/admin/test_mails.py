"""Mails in Django's admin: whom they are for, what became of them, and never what they say."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib import admin
from django.test import Client
from django.utils import timezone
from post_office.models import STATUS, Attachment, Email, EmailTemplate, Log
from pytest_django import Settings

from accounts.delivery import deliver_due
from accounts.letters import Letter
from accounts.mail import ask_for, queue
from accounts.models import Mail
from accounts.password_links import REQUEST
from qlmportal.mail import mail_server as parse
from tests.admin.pages import address, told
from tests.support.mail_server import running_mail_server

LETTER = Letter("About something", "The secret is 4711.\n", "<p>The secret is 4711.</p>")


@pytest.fixture
def refused(db: None, settings: Settings) -> Mail:
    """Return a mail whose recipient the mail server did not know."""
    with running_mail_server() as server:
        server.refusals["RCPT"] = "550 no such person, and the secret is 4711"
        settings.PORTAL_MAIL_SERVER = parse(server.address)
        mail = queue(LETTER, "typo@acme.example")
        deliver_due()
    mail.refresh_from_db()
    return mail


def test_staff_read_which_mail_was_not_taken_and_why(looking: Client, refused: Mail) -> None:
    page = looking.get(address(Mail, "changelist") + "?state=failed").content.decode()
    assert "typo@acme.example" in page
    assert "not sent" in page
    one = looking.get(address(Mail, "change", refused.pk)).content.decode()
    assert "SMTPRecipientsRefused 550" in one
    assert "4711" not in page + one


def test_what_a_mail_says_is_not_shown_while_it_waits(everything: Client) -> None:
    mail = queue(LETTER, "anna@acme.example")
    one = everything.get(address(Mail, "change", mail.pk)).content.decode()
    assert "About something" in one
    assert "waiting" in one
    assert "4711" not in one
    assert mail.message not in one


def test_request_for_a_link_shows_no_link(everything: Client) -> None:
    ask_for(REQUEST, "anna@acme.example")
    one = everything.get(address(Mail, "change", Mail.objects.get().pk)).content.decode()
    assert "(written when it is sent)" in one
    assert "first-password" not in one


@pytest.mark.parametrize(
    ("state", "found"), [("waiting", {"b@"}), ("sent", {"c@"}), ("failed", {"a@"}), ("", {"a@", "b@", "c@"})]
)
def test_list_is_filtered_by_what_became_of_them(looking: Client, state: str, found: set[str]) -> None:
    for name, status in (("a@", STATUS.failed), ("b@", STATUS.queued), ("c@", STATUS.sent)):
        mail = queue(LETTER, f"{name}acme.example")
        Mail.objects.filter(pk=mail.pk).update(status=status)
    page = looking.get(address(Mail, "changelist"), {"state": state} if state else {}).content.decode()
    assert {name for name in ("a@", "b@", "c@") if f"{name}acme.example" in page} == found


def test_mail_is_found_by_its_recipient(looking: Client) -> None:
    queue(LETTER, "anna@acme.example")
    queue(LETTER, "bea@acme.example")
    page = looking.get(address(Mail, "changelist"), {"q": "bea"}).content.decode()
    assert "bea@acme.example" in page
    assert "anna@acme.example" not in page


def test_the_packages_own_pages_are_not_there() -> None:
    assert not any(admin.site.is_registered(model) for model in (Email, Log, EmailTemplate, Attachment))


def test_first_page_says_when_mails_do_not_go_out(looking: Client, settings: Settings) -> None:
    assert told(looking.get("/admin/")) == ""
    mail = queue(LETTER, "anna@acme.example")
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert "Mails are waiting" in told(looking.get("/admin/"))
    Mail.objects.filter(pk=mail.pk).update(status=STATUS.failed)
    assert "Some mails of the last days could not be sent" in told(looking.get("/admin/"))
    settings.PORTAL_MAIL_SERVER = None
    assert "No mail server is set" in told(looking.get("/admin/"))
