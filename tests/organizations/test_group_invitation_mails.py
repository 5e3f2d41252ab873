"""The mail of an invitation into a user group: none with a dead link or a message, one a day from anywhere."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.mail import due, take_out, waiting
from accounts.models import User
from organizations.access import viewer_for
from organizations.activity import recent_activity
from organizations.groups.invitations import invite, resend, withdraw
from organizations.groups.joining import accept, decline
from organizations.invitation_links import LIFETIME, MAILS_A_DAY
from organizations.membership import invitations as of_organizations
from organizations.membership.managing import Refused
from organizations.models import GroupInvitationBlock, UserGroup
from organizations.viewer import Viewer
from tests.cast import make_contact, make_group, make_member, make_organization, make_person

TOKEN = re.compile(r"/group/invitations/([\w-]+)/")
NEW = "nora@new.example"


@pytest.fixture
def north(db: None) -> UserGroup:
    return make_group(name="North")


@pytest.fixture
def rasmus(north: UserGroup) -> User:
    """The manager of North."""
    return make_member(north, "Rasmus North", is_manager=True)


def seeing(user: User) -> Viewer:
    return viewer_for(User.objects.get(pk=user.pk))


def token_of_the_mail() -> str:
    return TOKEN.findall(take_out(waiting().get())[0])[0]


def test_mail_of_a_withdrawn_invitation_goes_out_no_more(rasmus: User) -> None:
    invite(seeing(rasmus), "other@new.example", "Otto Other")
    invitation = invite(seeing(rasmus), NEW, "Nora New")
    withdraw(seeing(rasmus), invitation.pk)
    assert [mail.to for mail in waiting()] == [["other@new.example"]]


@pytest.mark.parametrize("is_accepted", [True, False])
def test_mail_of_an_answered_invitation_goes_out_no_more(rasmus: User, *, is_accepted: bool) -> None:
    invite(seeing(rasmus), NEW, "Nora New")
    token = token_of_the_mail()
    if is_accepted:
        accept(token, None)
    else:
        decline(token, None)
    assert not waiting().filter(context__about__isnull=False).exists()


def test_newer_mail_takes_the_place_of_the_one_that_waits(rasmus: User, north: UserGroup) -> None:
    now = timezone.now()
    invitation = invite(seeing(rasmus), NEW, "Nora New", now - timedelta(days=2))
    dead = token_of_the_mail()
    manager = make_member(north, "Mona North", is_manager=True)
    resend(seeing(manager), invitation.pk, now)
    text, _html = take_out(waiting().get())
    assert dead not in text
    assert "Mona North" in text, "who mails it now invites"


def test_no_mail_goes_out_after_the_invitation_has_expired(rasmus: User) -> None:
    now = timezone.now()
    invite(seeing(rasmus), NEW, "Nora New", now)
    mail = waiting().get()
    assert mail.expires_at == now + LIFETIME


def test_address_is_mailed_once_a_day_whoever_invites_it_into_whatever(rasmus: User) -> None:
    paula, now = make_contact(make_organization("Acme"), "Paula Brandt"), timezone.now()
    assert paula.organization_id is not None
    of_organizations.invite(seeing(paula.user), paula.organization_id, NEW, "Nora New", now=now)
    invite(seeing(rasmus), NEW, "Nora New", now)
    assert [mail.subject.split()[0] for mail in due(now)] == ["Paula"]
    assert sorted(mail.scheduled_time or now for mail in waiting()) == [now, now + timedelta(days=1)]


def test_name_that_is_a_message_is_mailed_to_nobody(rasmus: User) -> None:
    User.objects.filter(pk=rasmus.pk).update(full_name="You won! Call +49 170 1234567 or see prize.example")
    invite(seeing(rasmus), NEW, "Nora New")
    mail = waiting().get()
    text, html = take_out(mail)
    assert all("prize" not in each for each in (mail.subject, text, html))
    assert "Somebody who looks after North" in text
    page = Client().get(f"/group/invitations/{token_of_the_mail()}/").content.decode()
    assert "prize" not in page
    assert "Somebody who looks after North" in page


def test_person_who_signs_in_here_reads_who_invites(rasmus: User) -> None:
    known = make_person("Kim Known")
    invite(seeing(rasmus), known.email, "Kim Typed")
    page = Client().get(f"/group/invitations/{token_of_the_mail()}/").content.decode()
    assert "Rasmus North invites" in page


def test_invitation_that_was_mailed_today_has_no_button_to_mail_it_again(rasmus: User) -> None:
    client = Client()
    client.force_login(rasmus)
    invite(seeing(rasmus), NEW, "Nora New")
    assert "Mail again" not in client.get("/group/").content.decode()


def later(**duration: int) -> datetime:
    return timezone.now() + timedelta(**duration)


def test_who_blocked_the_group_gets_no_mail_and_nobody_is_told(rasmus: User, north: UserGroup) -> None:
    invite(seeing(rasmus), NEW, "Nora New")
    decline(token_of_the_mail(), None, is_blocking=True)
    again = invite(seeing(rasmus), NEW, "Nora New", now=later(days=2))
    assert again.state(later(days=2)).value == "open"
    assert not waiting().exists()
    resend(seeing(rasmus), again.pk, now=later(days=4))
    assert not waiting().exists()
    south = make_member(make_group(name="South"), "Vera Costa", is_manager=True)
    invite(seeing(south), NEW, "Nora New", now=later(days=14))
    assert waiting().count() == 1, "only North is blocked"


def test_block_of_a_group_is_on_the_page_and_its_managers_read_the_same_as_of_declining(rasmus: User) -> None:
    read = []
    for number, answer in enumerate(("decline", "block")):
        invite(seeing(rasmus), f"nora{number}@new.example", "Nora New")
        [path] = re.findall(r"/group/invitations/[\w-]+/", take_out(waiting().get())[0])
        assert 'value="block"' in Client().get(path).content.decode()
        assert Client().post(path, {"answer": answer}).status_code == 200
        read.append([(each.actor, each.sentence) for each in recent_activity(seeing(rasmus), 1)])
    assert read[0] == read[1]
    assert GroupInvitationBlock.objects.get().email == "nora1@new.example"


def test_group_mails_no_more_invitations_a_day_than_an_organization(rasmus: User) -> None:
    for number in range(MAILS_A_DAY):
        invite(seeing(rasmus), f"nora{number}@new.example", "Nora New")
    with pytest.raises(Refused, match="50 of 50 invitation mails were sent within 24 hours"):
        invite(seeing(rasmus), NEW, "Nora New")
    assert invite(seeing(rasmus), NEW, "Nora New", now=later(days=1, minutes=1)).email == NEW


def test_withdrawing_and_inviting_anew_mails_nobody_twice_a_day(rasmus: User) -> None:
    withdraw(seeing(rasmus), invite(seeing(rasmus), NEW, "Nora New").pk)
    invite(seeing(rasmus), NEW, "Nora New")
    assert waiting().filter(scheduled_time__gt=later(hours=23)).count() == waiting().count() == 1
