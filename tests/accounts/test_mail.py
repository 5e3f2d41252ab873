"""What is queued: letters, and requests for letters that are written when they are sent."""

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.management import CommandError, call_command
from django.db import transaction
from post_office.models import STATUS
from pytest_django import Settings

from accounts.letters import Letter, write_letter
from accounts.mail import Lane, ask_for, queue, queue_many, take_back, take_out, waiting
from accounts.mail_backend import QueueBackend
from accounts.models import Mail, User
from accounts.password_links import REQUEST
from accounts.people import create_person

TEMPLATE = "{{ 7|add:123456783 }}{% debug %}"
LETTER = Letter("About something", "Hello <you>.\n", "<p>Hello.</p>")
QUEUE = "accounts.mail_backend.QueueBackend"


@pytest.fixture
def anna(db: None) -> User:
    return create_person("anna@acme.example", "Anna Acme", password="correct horse 4711")


def test_mail_belongs_to_the_transaction_of_its_cause(transactional_db: None) -> None:
    with transaction.atomic():
        queue(LETTER, "anna@acme.example")
        transaction.set_rollback(True)
    assert not Mail.objects.exists()


def test_what_a_mail_says_lies_encrypted_in_the_database(db: None) -> None:
    mail = queue(LETTER, "anna@acme.example")
    row = Mail.objects.values().get()
    assert "Hello" not in str(row)
    assert take_out(mail) == (LETTER.text, LETTER.html)


def test_many_mails_are_queued_as_one_is(db: None, django_assert_num_queries: object) -> None:
    one = queue(LETTER, "one@acme.example", Lane.BULK)
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's own
        queue_many([(LETTER, f"{name}@acme.example") for name in ("two", "three")], Lane.BULK)
    of_one, *of_many = [
        {name: str(value) for name, value in row.items()} for row in Mail.objects.order_by("id").values()
    ]
    itself = {"id", "to", "message_id", "message", "html_message", "created", "last_updated", "expires_at"}
    for row in of_many:
        assert {name for name in row if row[name] != of_one[name]} == itself
    assert [take_out(mail) for mail in waiting()] == [take_out(one)] * 3
    assert [mail.to for mail in waiting().order_by("id")[1:]] == [["two@acme.example"], ["three@acme.example"]]


def test_of_many_mails_each_has_one_recipient(db: None) -> None:
    with pytest.raises(ValueError, match="one recipient"):
        queue_many([(LETTER, "one@acme.example"), (LETTER, "a@acme.example,b@evil.example")], Lane.BULK)
    assert not Mail.objects.exists()


def test_mail_is_taken_back_while_it_waits_and_others_go_out(db: None) -> None:
    for about in ("one", "other", ""):
        queue(LETTER, f"{about or 'plain'}@acme.example", about=about)
    take_back(["one", "unknown"])
    assert sorted(mail.to[0] for mail in waiting()) == ["other@acme.example", "plain@acme.example"]


def test_mail_that_was_sent_is_not_taken_back(db: None) -> None:
    mail = queue(LETTER, "anna@acme.example", about="one")
    Mail.objects.filter(pk=mail.pk).update(status=STATUS.sent)
    take_back(["one"])
    assert Mail.objects.exists()


def test_template_code_in_a_mail_is_text_and_nothing_else(db: None) -> None:
    queue(Letter(TEMPLATE, TEMPLATE, TEMPLATE), "anna@acme.example")
    mail = Mail.objects.get()
    assert (mail.subject, *take_out(mail)) == (TEMPLATE, TEMPLATE, TEMPLATE)


@pytest.mark.parametrize("several", ["a@acme.example,b@evil.example", "a@acme.example\nb@evil.example"])
def test_mail_has_one_recipient(db: None, several: str) -> None:
    with pytest.raises(ValueError, match="one recipient"):
        queue(LETTER, several)
    with pytest.raises(ValueError, match="one recipient"):
        ask_for(REQUEST, several)
    assert not Mail.objects.exists()


def test_request_that_waits_already_is_not_repeated(db: None) -> None:
    for address in ("anna@acme.example", "anna@acme.example", "bea@acme.example"):
        ask_for(REQUEST, address)
    assert [mail.to for mail in waiting().order_by("id")] == [["anna@acme.example"], ["bea@acme.example"]]


def test_what_django_sends_by_itself_is_queued_too(db: None) -> None:
    message = EmailMultiAlternatives("Subject", f"Hello {TEMPLATE} <b>", to=["a@acme.example"], bcc=["b@acme.example"])
    assert get_connection(QUEUE).send_messages([message]) == 1
    message.attach_alternative("<b>Hello</b>", "text/html")
    assert QueueBackend().send_messages([message]) == 1
    first, second, third, _fourth = Mail.objects.order_by("id")
    assert [first.to, second.to] == [["a@acme.example"], ["b@acme.example"]]
    assert take_out(first) == (f"Hello {TEMPLATE} <b>", f"<pre>Hello {TEMPLATE} &lt;b&gt;</pre>")
    assert take_out(third)[1] == "<b>Hello</b>"


def test_message_with_attachments_is_refused_and_not_sent_without_them(db: None) -> None:
    message = EmailMessage("Subject", "Hello", to=["a@acme.example"])
    message.attach("file.txt", "text", "text/plain")
    with pytest.raises(ValueError, match="attachments"):
        QueueBackend().send_messages([message])
    assert not Mail.objects.exists()


def test_the_packages_own_command_points_to_the_worker(db: None) -> None:
    with pytest.raises(CommandError, match=r"manage\.py worker"):
        call_command("send_queued_mail")


def test_letter_is_plain_text_and_the_same_in_html(anna: User) -> None:
    link = "http://127.0.0.1:8000/x/?a=1&b=2"
    letter = write_letter("password_changed", anna, link=link, at=anna.created_at)
    assert letter.subject == "Your password for License Portal was changed"
    assert letter.text.startswith("The password for anna@acme.example at http://127.0.0.1:8000 was changed on ")
    assert f"\n\n{link}\n\n" in letter.text
    assert letter.text.rstrip().endswith("Then write to support@vendor.example.")
    assert '<a href="http://127.0.0.1:8000/x/?a=1&amp;b=2">' in letter.html
    assert "<img" not in letter.html


def test_what_somebody_typed_is_no_markup_in_html_and_as_it_is_in_text(anna: User) -> None:
    anna.email = "a&<b>'@acme.example"
    letter = write_letter("password_changed", anna, link="http://127.0.0.1:8000/", at=anna.created_at)
    assert "a&<b>'@acme.example" in letter.text
    assert "a&amp;&lt;b&gt;&#x27;@acme.example" in letter.html


def test_letter_speaks_the_readers_time(anna: User) -> None:
    anna.time_zone = "Asia/Tokyo"
    letter = write_letter("password_changed", anna, link="http://127.0.0.1:8000/", at=anna.created_at)
    assert "(JST)" in letter.text


@pytest.mark.parametrize(
    ("support", "vendor", "told"),
    [
        ("help@vendor.example", "Northwind", "Then write to help@vendor.example."),
        ("", "Northwind", "Then tell Northwind."),
        ("", "", "Then tell whoever sold you your licenses."),
    ],
)
def test_letter_says_whom_to_tell(anna: User, settings: Settings, support: str, vendor: str, told: str) -> None:
    settings.PORTAL_SUPPORT_ADDRESS, settings.PORTAL_VENDOR = support, vendor
    assert told in write_letter("password_changed", anna, link="http://x/", at=anna.created_at).text
