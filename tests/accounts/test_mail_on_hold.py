"""Mails on hold, which waited when a backup was made that was restored: nothing happens to them by itself."""

from io import StringIO

from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from post_office.models import STATUS

from accounts.delivery import deliver_due, give_up_expired
from accounts.letters import Letter
from accounts.mail import LIFETIME, ON_HOLD, Lane, mail_trouble, queue, take_back
from accounts.mail_on_hold import on_hold, release_held
from accounts.models import Mail
from tests.accounts.test_delivery import later
from tests.cast import make_person
from tests.support.mail_server import MailServer

LETTER = Letter("Your license", "Hello.\n", "<p>Hello.</p>")


def hold(about: str = "") -> Mail:
    """Put a mail on hold, as restoring does."""
    mail = queue(LETTER, "anna@acme.example", about=about)
    Mail.objects.filter(pk=mail.pk).update(status=ON_HOLD)
    return mail


def test_it_is_neither_sent_nor_given_up_until_staff_release_it_and_then_sent_once(
    db: None, mail_server: MailServer
) -> None:
    hold()
    with later(seconds=LIFETIME[Lane.NOTICE].total_seconds() + 60):
        give_up_expired(timezone.now())
        assert deliver_due() == 0
        assert release_held() == 1
        assert deliver_due() == 1
        assert deliver_due() == 0
    assert len(mail_server.taken) == 1


def test_it_goes_with_what_it_is_about(db: None) -> None:
    hold(about="invitation 1")
    take_back(["invitation 1"])
    assert not on_hold().exists()


def test_staff_are_told_on_the_first_page_and_in_the_list(db: None) -> None:
    hold()
    assert "manage.py mails_on_hold" in mail_trouble()
    client = Client()
    client.force_login(make_person("Stella Berg", is_staff=True, is_superuser=True))
    assert "on hold" in client.get("/admin/accounts/mail/?state=held").content.decode()
    assert Mail.objects.get().status not in {STATUS.sent, STATUS.failed}


def test_command_lists_them_without_what_they_say(db: None) -> None:
    hold()
    out = StringIO()
    call_command("mails_on_hold", stdout=out)
    assert "anna@acme.example  Your license" in out.getvalue()
    assert "Hello" not in out.getvalue()
    assert "1 mail is on hold." in out.getvalue()
