"""Headers that one mail has besides those of all: they arrive whole, however long (RFC 8058)."""

from email.message import EmailMessage

from accounts.delivery import deliver_due
from accounts.letters import Letter
from accounts.mail import queue
from organizations.mail_choices import unsubscribe_headers, unsubscribe_link
from tests.cast import make_customer
from tests.support.mail_server import MailServer

LETTER = Letter("About something", "Hello.\n", "<p>Hello.</p>")


def test_mail_programs_read_how_to_end_such_mails_with_one_click(db: None, mail_server: MailServer) -> None:
    link = unsubscribe_link(make_customer("Anna").pk)
    queue(LETTER, "anna@acme.example", headers=unsubscribe_headers(link))
    deliver_due()
    (taken,) = mail_server.taken
    assert isinstance(taken, EmailMessage)
    assert len(link) > 78
    as_sent = dict(taken.raw_items())
    assert str(as_sent["List-Unsubscribe"]).strip() == f"<{link}>"
    assert taken["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert taken["Auto-Submitted"] == "auto-generated"


def test_other_mails_have_no_such_headers(db: None, mail_server: MailServer) -> None:
    queue(LETTER, "anna@acme.example")
    deliver_due()
    assert mail_server.taken[0]["List-Unsubscribe"] is None
