"""The mail of an invitation: none goes out whose link is dead, and none that carries somebody's own message."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.mail import due, take_out, waiting
from accounts.models import Mail, User
from organizations.access import viewer_for
from organizations.invitation_links import LIFETIME
from organizations.licenses_of import ALL
from organizations.membership.invitations import invite, resend, withdraw
from organizations.membership.joining import accept, decline
from organizations.membership.leaving import Settlement, end_membership
from organizations.models import Customer, Invitation
from organizations.viewer import Viewer
from tests.cast import make_contact, make_customer, make_organization

NEW = "nina@new.example"
TOKEN = re.compile(r"/invitations/([\w-]+)/")


@pytest.fixture
def paula(db: None) -> Customer:
    return make_contact(make_organization("Acme"), "Paula Brandt")


def seeing(person: Customer) -> Viewer:
    return viewer_for(User.objects.select_related("customer").get(pk=person.user_id))


def invited(by: Customer, address: str = NEW, now: datetime | None = None) -> Invitation:
    assert by.organization_id is not None
    return invite(seeing(by), by.organization_id, address, "Nina New", now=now)


def link_of(mail: Mail) -> str:
    return TOKEN.findall(take_out(mail)[0])[0]


# a mail that waits


def test_mail_of_a_withdrawn_invitation_goes_out_no_more(paula: Customer) -> None:
    others = invited(paula, "other@new.example")
    invitation = invited(paula)
    withdraw(seeing(paula), invitation.organization_id, invitation.pk)
    assert [mail.to[0] for mail in waiting()] == [others.email]


@pytest.mark.parametrize("answer", [accept, decline])
def test_mail_of_an_answered_invitation_goes_out_no_more(paula: Customer, answer: object) -> None:
    invited(paula)
    token = link_of(waiting().get())
    if answer is accept:
        accept(token, None)
    else:
        decline(token, None)
    assert not waiting().filter(to=NEW, context__about__isnull=False).exists()


def test_mail_of_an_invitation_withdrawn_when_its_sender_leaves_goes_out_no_more(paula: Customer) -> None:
    organization = paula.organization
    assert organization is not None
    samuel = make_contact(organization, "Samuel Okoro", is_secondary=True)
    invited(samuel)
    organization.secondary_contact = None
    organization.save()
    end_membership(seeing(paula), organization.pk, samuel.pk, Settlement(withdrawn=ALL))
    assert not waiting().exists()


def test_mail_that_still_waits_gives_way_to_the_one_sent_again(paula: Customer) -> None:
    invitation = invited(paula)
    old = link_of(waiting().get())
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    resend(seeing(paula), invitation.organization_id, invitation.pk, now=tomorrow)
    assert link_of(waiting().get()) != old


def test_mail_is_tried_until_the_invitation_expires_and_no_longer(paula: Customer) -> None:
    """Five organizations in a row: the last mail waits for days, and goes out while its link works."""
    for _ in range(5):
        invited(make_contact(make_organization()))
    invitation = invited(paula)
    mail = waiting().get(context__about=str(invitation.pk))
    assert mail.scheduled_time is not None
    assert mail.scheduled_time > timezone.now() + timedelta(days=4, hours=23)
    assert mail.expires_at == invitation.expires_at
    assert due(invitation.expires_at - timedelta(minutes=1)).filter(pk=mail.pk).exists()
    assert not due(invitation.expires_at).filter(pk=mail.pk).exists()
    assert invitation.expires_at - invitation.mailed_at == LIFETIME


def test_mail_sent_again_is_told_by_who_sent_it(paula: Customer) -> None:
    assert paula.organization is not None
    samuel = make_contact(paula.organization, "Samuel Okoro", is_secondary=True)
    invitation = invited(paula)
    resend(seeing(samuel), invitation.organization_id, invitation.pk, now=timezone.now() + timedelta(days=1, minutes=1))
    assert waiting().get().subject.startswith("Samuel Okoro invites you")
    assert Invitation.objects.get().invited_by == samuel.user


# whose name it carries


@pytest.mark.parametrize(
    "name",
    [
        "Win at casino.example",
        "https://evil.example/x",
        "evil@mail.example",
        "Call 0900 123456 now",
        "Free $$$ for you",
        "P" * 61,
        "Please do read this and answer to me today",
        "ｅｖｉｌ．ｅｘａｍｐｌｅ",
    ],
)
def test_name_that_is_a_message_is_mailed_to_no_stranger(paula: Customer, name: str) -> None:
    User.objects.filter(pk=paula.user_id).update(full_name=name)
    invited(paula)
    mail = waiting().get()
    assert mail.subject.startswith("Somebody who looks after Acme invites you to Acme")
    assert name not in "".join((mail.subject, *take_out(mail)))


@pytest.mark.parametrize(
    "name",
    [
        "Paula Brandt",
        "J. R. R. Tolkien",
        "Dr. Anna-Lena O’Neill (Acme)",
        "María del Carmen García y de la Fuente",
        "王小明",
        "Ngũgĩ wa Thiong'o",
        "Louis XIV",
        "अमित शर्मा",
    ],
)
def test_name_that_is_one_stands_in_the_mail(paula: Customer, name: str) -> None:
    User.objects.filter(pk=paula.user_id).update(full_name=name)
    invited(paula)
    assert waiting().get().subject.startswith(f"{name} invites you to Acme")


def test_page_of_the_invitation_names_the_inviter_as_the_mail_does(paula: Customer) -> None:
    User.objects.filter(pk=paula.user_id).update(full_name="Win at casino.example")
    for address in (NEW, make_customer("Sol Herrera").user.email):
        invited(paula, address)
        mail = waiting().get(to=address)
        page = Client().get(f"/invitations/{link_of(mail)}/").content.decode()
        assert "Somebody who looks after Acme invites" in page
        assert "casino" not in page
