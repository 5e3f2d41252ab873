"""Saying *This was not me*: the link in every mail about a change of a way to sign in."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from accounts.audit import Actor
from accounts.mail import take_out, waiting
from accounts.models import AuditEvent, Mail, User
from accounts.not_me import UsedUp, say_not_me
from accounts.notices import read_token, tell
from accounts.own_address import Change, _state, change_address
from accounts.own_password import change_password, give_password
from tests.platform.page import PASSWORD

NEW = "brand new zebra 12"


def link_in_mail(to: str = "anna@acme.example") -> str:
    """Return the path of the link in the newest mail to that address."""
    mail = next(mail for mail in waiting().order_by("-pk") if mail.to == [to])
    found = re.search(r"http://127\.0\.0\.1:8000(/accounts/not-me/\S+)", take_out(mail)[0])
    assert found is not None
    return found[1]


@pytest.fixture
def link(anna: User) -> str:
    """Return the link in the mail about a changed password."""
    change_password(anna, NEW)
    return link_in_mail()


def connect(user: User) -> SocialAccount:
    """Let an identity sign `user` in."""
    return SocialAccount.objects.create(user=user, provider="google", uid=f"{SocialAccount.objects.count()}")


def test_opening_the_link_changes_nothing(client: Client, anna: User, link: str) -> None:
    for _time in range(2):
        assert "This was not you?" in client.get(link).content.decode()
    anna.refresh_from_db()
    assert anna.check_password(NEW)
    assert not AuditEvent.objects.filter(action="not_me").exists()


def test_button_signs_everybody_out_and_ends_the_password(client: Client, anna: User, link: str) -> None:
    thief = Client()
    thief.force_login(anna)
    page = client.post(link).content.decode()
    assert "Everybody is signed out" in page
    assert 'href="/accounts/password/reset/"' in page
    assert thief.get("/licenses/").status_code == 302
    anna.refresh_from_db()
    assert not anna.has_usable_password()
    assert anna.is_active


def test_who_presses_it_signed_in_is_signed_out_too(signed_in: Client, anna: User) -> None:
    tell(anna, "password_changed")
    signed_in.post(link_in_mail())
    assert signed_in.get("/licenses/").status_code == 302


def test_somebody_else_who_is_signed_in_there_stays(client: Client, staff: User, link: str) -> None:
    client.force_login(staff)
    assert client.post(link).status_code == 200
    assert client.get("/profile/").status_code == 200


def test_what_was_added_since_goes_and_what_was_there_stays(client: Client, anna: User) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=3), tick=False):
        old = connect(anna)
        own = Authenticator.objects.create(user=anna, type=Authenticator.Type.TOTP, data={})
    connect(anna)
    tell(anna, "identity_linked", provider="Google", name="")
    connect(anna)
    Authenticator.objects.create(user=anna, type=Authenticator.Type.WEBAUTHN, data={})
    client.post(link_in_mail())
    assert list(SocialAccount.objects.all()) == [old]
    assert list(Authenticator.objects.all()) == [own]


def test_recovery_codes_go_with_the_last_second_step(client: Client, anna: User) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=3), tick=False):
        Authenticator.objects.create(user=anna, type=Authenticator.Type.RECOVERY_CODES, data={})
    Authenticator.objects.create(user=anna, type=Authenticator.Type.TOTP, data={})
    tell(anna, "password_changed")
    client.post(link_in_mail())
    assert not Authenticator.objects.exists()


def test_given_password_is_of_no_more_use_and_no_duty_is_left(client: Client, anna: User, staff: User) -> None:
    give_password(anna, NEW, Actor.vendor(staff))
    client.post(link_in_mail())
    anna.refresh_from_db()
    assert not anna.has_usable_password()
    assert not anna.must_change_password


def test_link_works_once(client: Client, anna: User, link: str) -> None:
    assert client.post(link).status_code == 200
    anna.refresh_from_db()
    anna.set_password(PASSWORD)
    anna.save()
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 410
        assert "This link does not work any more" in answer.content.decode()
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


def test_each_mail_has_a_link_of_its_own(client: Client, anna: User, link: str) -> None:
    client.post(link)
    tell(anna, "password_changed")
    assert client.post(link_in_mail()).status_code == 200


def test_link_lives_seven_days(client: Client, anna: User, link: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23), tick=False):
        assert client.get(link).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        assert client.post(link).status_code == 410
    anna.refresh_from_db()
    assert anna.check_password(NEW)


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "W10:1tGx:AAAA", "a" * 3000])
def test_link_that_is_none_is_refused(client: Client, db: None, token: str) -> None:
    assert client.post(f"/accounts/not-me/{token}/").status_code in {400, 410}


def test_changed_token_is_refused(client: Client, link: str) -> None:
    assert client.post(link[:-3] + "xx/").status_code == 410


def test_link_of_somebody_who_is_gone_is_refused(client: Client, anna: User, link: str) -> None:
    User.objects.filter(pk=anna.pk).delete()
    assert client.post(link).status_code == 410


def test_it_is_written_down_and_support_is_told(client: Client, anna: User, link: str) -> None:
    Mail.objects.all().delete()
    client.post(link, REMOTE_ADDR="192.0.2.7")
    event = AuditEvent.objects.get(action="not_me")
    assert (event.target_id, event.address) == (anna.pk, "192.0.2.7")
    assert event.details["letter"] == "password_changed"
    assert link.split("/")[-2] not in str(event.details)
    mail = waiting().get()
    text, _html = take_out(mail)
    assert mail.to == ["support@vendor.example"]
    assert "anna@acme.example" in text
    assert f"/admin/accounts/user/{anna.pk}/change/" in text


def moved(anna: User) -> str:
    """Change Anna's address; return the link in the mail to the old one."""
    change_address(anna, Change(anna.pk.hex, "thief@evil.example", _state(anna)))
    anna.refresh_from_db()
    return link_in_mail("anna@acme.example")


def test_from_the_old_address_nobody_gets_in_until_staff_have_looked(client: Client, anna: User) -> None:
    link = moved(anna)
    assert "until the vendor’s staff have looked into it" in client.get(link).content.decode()
    page = client.post(link).content.decode()
    assert "Nobody, you neither, can sign in as you" in page
    assert "password/reset" not in page
    anna.refresh_from_db()
    assert not anna.is_active
    assert "mailboxes contradict each" in take_out(waiting().latest("pk"))[0]


def test_every_older_mail_to_the_old_address_does_the_same(client: Client, anna: User, link: str) -> None:
    moved(anna)
    client.post(link)
    anna.refresh_from_db()
    assert not anna.is_active


@pytest.mark.parametrize("is_staff", [True, False])
def test_mailbox_does_not_get_around_a_second_step(client: Client, staff: User, is_staff: bool) -> None:
    User.objects.update(is_staff=is_staff, is_superuser=is_staff)
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={})
    tell(staff, "second_step_added")
    client.post(link_in_mail(staff.email))
    staff.refresh_from_db()
    assert not staff.is_active


def test_who_was_switched_off_is_not_switched_on_by_it(client: Client, anna: User, link: str) -> None:
    User.objects.update(is_active=False)
    client.post(link)
    anna.refresh_from_db()
    assert not anna.is_active


def test_of_two_who_press_it_at_once_one_is_told(anna: User, link: str) -> None:
    notice = read_token(link.split("/")[-2])
    assert notice is not None
    assert say_not_me(notice)
    with pytest.raises(UsedUp):
        say_not_me(notice)
    assert AuditEvent.objects.filter(action="not_me").count() == 1


def test_links_that_wait_end_with_it(client: Client, anna: User, link: str) -> None:
    before = Change(anna.pk.hex, "thief@evil.example", _state(anna))
    client.post(link)
    anna.refresh_from_db()
    assert not before.is_for(anna)
