"""R4: the mail server is down or refuses, workers are many or die; each mail goes out once, or staff read why not."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.utils import timezone
from post_office.models import STATUS, Log
from pytest_django import Settings

from accounts import delivery
from accounts.delivery import NotTaken, Unreachable, clean_up, deliver_due, pause_after
from accounts.demo import mark_as_demo
from accounts.letters import Letter
from accounts.mail import Lane, ask_for, mail_trouble, queue, readable_in_demo, take_back, take_out, waiting
from accounts.management.commands import worker
from accounts.models import DemoMark, Mail, User
from accounts.password_links import REQUEST
from accounts.people import create_person
from tests.support.mail_server import MailServer

LETTER = Letter("About something", "Hello.\n", "<p>Hello.</p>")


@pytest.fixture
def anna(db: None) -> User:
    return create_person("anna@acme.example", "Anna Acme", password="correct horse 4711")


def later(**of_time: float) -> time_machine.travel:
    """Return a while from now, as a context."""
    return time_machine.travel(timezone.now() + timedelta(**of_time), tick=True)


def test_mail_is_handed_over_as_it_was_written_and_then_forgotten(db: None, mail_server: MailServer) -> None:
    mail = queue(LETTER, "anna@acme.example")
    assert deliver_due() == 1
    (taken,) = mail_server.taken
    assert mail_server.envelopes == [("portal@vendor.example", ["anna@acme.example"])]
    assert (taken["Subject"], taken["To"]) == ("About something", "anna@acme.example")
    assert taken["From"] == "License Portal <portal@vendor.example>"
    assert (taken["Auto-Submitted"], taken["Message-ID"]) == ("auto-generated", mail.message_id)
    text, html = taken.iter_parts()
    assert (text.get_content().strip(), html.get_content().strip()) == ("Hello.", "<p>Hello.</p>")
    mail.refresh_from_db()
    assert (mail.status, mail.message, mail.html_message) == (STATUS.sent, "", "")
    assert deliver_due() == 0


def test_every_mail_goes_out_once_after_the_server_was_down(db: None, mail_server: MailServer) -> None:
    mail_server.stop()
    for number in range(5):
        queue(LETTER, f"anna{number}@acme.example")
    for _hour in range(3):
        with pytest.raises(Unreachable, match="ConnectionRefusedError"):
            deliver_due()
    assert waiting().filter(number_of_retries=None).count() == 5
    mail_server.start()
    assert deliver_due() == 5
    assert mail_server.recipients == [f"anna{number}@acme.example" for number in range(5)]
    assert deliver_due() == 0


def test_worker_asks_a_server_that_is_down_less_and_less_often(
    transactional_db: None, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mail_server.stop()
    queue(LETTER, "anna@acme.example")
    clock = [1000.0]
    monkeypatch.setattr(worker.time, "monotonic", lambda: clock[0])
    rounds = worker.rounds()
    with caplog.at_level(logging.WARNING):
        for _round in range(60):
            clock[0] += next(rounds)
    pauses = [record.args[1] for record in caplog.records if record.args]  # type: ignore[index]  # an error and a pause
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30][: len(pauses)]
    assert len(pauses) >= 6
    mail_server.start()
    for _round in range(20):
        clock[0] += next(rounds)
    assert mail_server.recipients == ["anna@acme.example"]


def test_ordinary_mail_is_tried_for_days(db: None, mail_server: MailServer) -> None:
    mail_server.stop()
    queue(LETTER, "anna@acme.example")
    with later(days=4, hours=23), pytest.raises(Unreachable):
        deliver_due()
    mail_server.start()
    with later(days=4, hours=23):
        assert deliver_due() == 1
    assert len(mail_server.taken) == 1


def test_mail_that_is_too_old_is_given_up_and_staff_read_so(db: None, mail_server: MailServer) -> None:
    mail = queue(LETTER, "anna@acme.example")
    with later(days=5, minutes=1):
        assert deliver_due() == 0
        assert "could not be sent" in mail_trouble()
    mail.refresh_from_db()
    assert (mail.status, mail.message, mail.logs.get().exception_type) == (STATUS.failed, "", "Expired")
    assert mail_server.taken == []


def test_sign_in_mail_that_is_an_hour_old_is_not_sent(anna: User, mail_server: MailServer) -> None:
    ask_for(REQUEST, anna.email)
    with later(minutes=61):
        assert deliver_due() == 0
    assert mail_server.taken == []
    assert Mail.objects.get().status == STATUS.failed


def test_who_waits_at_the_sign_in_page_comes_first_and_bulk_last(anna: User, mail_server: MailServer) -> None:
    queue(LETTER, "bulk@acme.example", Lane.BULK)
    queue(LETTER, "notice@acme.example")
    ask_for(REQUEST, anna.email)
    deliver_due()
    assert mail_server.recipients == [anna.email, "notice@acme.example", "bulk@acme.example"]


def test_two_workers_send_each_mail_once(transactional_db: None, mail_server: MailServer) -> None:
    mail_server.seconds_for_each = 0.02
    for number in range(30):
        queue(LETTER, f"anna{number}@acme.example")
    start = threading.Barrier(3)

    def work() -> None:
        start.wait()
        try:
            while waiting().filter(number_of_retries=None).exists():
                deliver_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as workers:
        for each in [workers.submit(work) for _ in range(3)]:
            each.result()
    assert sorted(mail_server.recipients) == sorted(f"anna{number}@acme.example" for number in range(30))
    assert not waiting().exists()


def test_control_two_workers_that_do_not_claim_send_twice(
    transactional_db: None, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(LETTER, "anna@acme.example")
    together = threading.Barrier(2)

    def without_claiming(now: object) -> Mail | None:
        mail = waiting().first()
        together.wait(5)
        return mail

    monkeypatch.setattr(delivery, "_claim", without_claiming)
    monkeypatch.setattr(delivery, "AT_ONCE", 1)

    def work() -> None:
        try:
            deliver_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        for each in [workers.submit(work) for _ in range(2)]:
            each.result()
    assert mail_server.recipients == ["anna@acme.example"] * 2


def test_mail_about_something_is_sent_as_it_was_written(db: None, mail_server: MailServer) -> None:
    queue(LETTER, "anna@acme.example", about="an invitation")
    assert deliver_due() == 1
    assert mail_server.recipients == ["anna@acme.example"]


def test_mail_that_is_taken_back_while_the_server_refuses_it_leaves_nothing_behind(
    transactional_db: None, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(LETTER, "anna@acme.example", about="an invitation")

    def refuse(*_: object) -> None:
        take_back(["an invitation"])
        raise NotTaken("SMTPRecipientsRefused", "550", is_final=True)

    monkeypatch.setattr(delivery, "_send", refuse)
    assert deliver_due() == 1
    assert not Mail.objects.exists()
    assert not Log.objects.exists()


def test_mail_of_a_worker_that_died_is_due_again_some_minutes_later(db: None, mail_server: MailServer) -> None:
    queue(LETTER, "anna@acme.example")
    assert delivery._claim(timezone.now()) is not None
    assert deliver_due() == 0
    with later(minutes=3, seconds=1):
        assert deliver_due() == 1
    assert mail_server.recipients == ["anna@acme.example"]


def test_address_that_the_server_does_not_know_is_given_up_at_once(
    db: None, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    mail_server.refusals["RCPT"] = "550 anna@acme.example unknown, about http://secret.example"
    mail = queue(LETTER, "anna@acme.example")
    with caplog.at_level(logging.WARNING):
        deliver_due()
    mail.refresh_from_db()
    note = mail.logs.get()
    assert (mail.status, note.exception_type, note.message) == (STATUS.failed, "SMTPRecipientsRefused", "550")
    assert f"The mail {mail.pk} was not taken (SMTPRecipientsRefused 550); given up" in caplog.text
    assert "anna@" not in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("command", "answer"), [("RCPT", "451 later"), ("MAIL", "550 who are you"), ("DATA", "554 no")]
)
def test_what_may_be_mended_is_tried_again_ever_more_slowly(
    db: None, mail_server: MailServer, command: str, answer: str
) -> None:
    mail_server.refusals[command] = answer
    queue(LETTER, "anna@acme.example")
    queue(LETTER, "bea@acme.example")
    assert deliver_due() == 2
    assert deliver_due() == 0
    with later(minutes=4):
        assert deliver_due() == 2
    with later(minutes=8):
        assert deliver_due() == 0
    mail_server.refusals.clear()
    with later(minutes=11):
        assert deliver_due() == 2
    assert sorted(mail_server.recipients) == ["anna@acme.example", "bea@acme.example"]
    assert Log.objects.count() == 4


def test_pauses_grow_to_an_hour() -> None:
    assert [pause_after(tries).total_seconds() / 60 for tries in (1, 2, 3, 5, 6, 500)] == [3, 6, 12, 48, 60, 60]


def test_mail_that_makes_the_server_hang_up_does_not_hold_up_the_others(db: None, mail_server: MailServer) -> None:
    queue(LETTER, "anna@acme.example")
    queue(LETTER, "bea@acme.example")
    mail_server.hangs_up_after_data = True
    with pytest.raises(Unreachable, match="SMTPServerDisconnected"):
        deliver_due()
    mail_server.hangs_up_after_data = False
    assert deliver_due() == 1
    assert mail_server.recipients == ["anna@acme.example", "bea@acme.example"]


def test_lost_database_after_handing_over_does_not_send_twice(
    db: None, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(LETTER, "anna@acme.example")
    finish, lost = delivery._finish, iter([True, True, False])

    def sometimes(mail: Mail, status: int) -> None:
        if next(lost):
            raise DatabaseError("server closed the connection")
        finish(mail, status)

    monkeypatch.setattr(delivery, "_finish", sometimes)
    monkeypatch.setattr(delivery, "MARK_SECONDS", 0)
    monkeypatch.setattr(delivery.connection, "close", lambda: None)
    assert deliver_due() == 1
    assert Mail.objects.get().status == STATUS.sent
    assert len(mail_server.taken) == 1


def test_worker_that_is_stopped_ends_after_the_mail_in_its_hands() -> None:
    stop, done = worker.Stop(), []

    def send() -> None:
        with stop.held_back():
            stop.on_signal(15, None)
            done.append("sent")

    with pytest.raises(SystemExit):
        send()
    assert done == ["sent"]
    with pytest.raises(SystemExit):
        stop.on_signal(15, None)


def test_without_a_mail_server_mails_wait_and_staff_read_so(anna: User, settings: Settings) -> None:
    settings.PORTAL_MAIL_SERVER = None
    queue(LETTER, anna.email)
    ask_for(REQUEST, anna.email)
    assert deliver_due() == 0
    assert waiting().count() == 2
    assert "No mail server is set" in mail_trouble()


def test_staff_read_when_mails_are_late(db: None, mail_server: MailServer) -> None:
    queue(LETTER, "anna@acme.example")
    assert mail_trouble() == ""
    with later(minutes=11):
        assert "Mails are waiting" in mail_trouble()


def test_mails_of_a_demo_stay_in_it(anna: User, mail_server: MailServer) -> None:
    mark_as_demo()
    queue(LETTER, anna.email)
    ask_for(REQUEST, anna.email)
    assert deliver_due() == 2
    assert mail_server.taken == []
    link, notice = readable_in_demo()
    assert take_out(notice) == (LETTER.text, LETTER.html)
    assert "/accounts/first-password/" in take_out(link)[0]


def test_demo_that_was_marked_a_moment_ago_sends_nothing(anna: User, mail_server: MailServer) -> None:
    deliver_due()
    queue(LETTER, anna.email)
    DemoMark.objects.create(pk=1)
    deliver_due()
    assert mail_server.taken == []


def test_request_for_a_stranger_or_somebody_switched_off_leaves_no_mail_and_no_row(
    anna: User, mail_server: MailServer
) -> None:
    User.objects.update(is_active=False)
    ask_for(REQUEST, "nobody@acme.example")
    ask_for(REQUEST, anna.email)
    assert deliver_due() == 2
    assert mail_server.taken == []
    assert not Mail.objects.exists()


def test_request_for_a_stranger_leaves_nothing_when_it_is_too_old_either(db: None, settings: Settings) -> None:
    ask_for(REQUEST, "nobody@acme.example")
    with later(minutes=61):
        deliver_due()
    assert not Mail.objects.exists()


def test_mail_that_no_key_opens_waits_for_the_key(db: None, mail_server: MailServer, settings: Settings) -> None:
    queue(LETTER, "anna@acme.example")
    keys = settings.PORTAL_ENCRYPTION_KEYS
    settings.PORTAL_ENCRYPTION_KEYS = ["b" * 43 + "="]
    assert deliver_due() == 1
    assert mail_server.taken == []
    settings.PORTAL_ENCRYPTION_KEYS = keys
    with later(minutes=4):
        assert deliver_due() == 1
    assert len(mail_server.taken) == 1


@pytest.fixture
def _sent_and_failed(db: None, mail_server: MailServer) -> None:
    queue(LETTER, "anna@acme.example")
    deliver_due()
    mail_server.refusals["RCPT"] = "550 unknown"
    queue(LETTER, "bea@acme.example")
    deliver_due()
    queue(LETTER, "carla@acme.example")


@pytest.mark.usefixtures("_sent_and_failed")
@pytest.mark.parametrize(("days", "left"), [(29, 3), (31, 2), (91, 1)])
def test_what_is_left_of_old_mails_is_cleaned_up(days: int, left: int) -> None:
    clean_up(timezone.now() + timedelta(days=days))
    assert Mail.objects.count() == left
