"""Managers invite and remove members, within the limit; a group that is switched off (Product rules, section 5)."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from accounts.mail import take_out, waiting
from accounts.models import User
from organizations.access import viewer_for
from organizations.groups.invitations import invite, resend, withdraw
from organizations.groups.joining import accept, decline, invitation_for
from organizations.groups.managing import NoLongerManager
from organizations.groups.members import remove_member
from organizations.membership.joining import NotForYou
from organizations.membership.managing import Refused
from organizations.models import GroupInvitation, GroupMember, UserGroup
from organizations.privileges import Privilege
from organizations.viewer import Viewer
from tests.cast import make_customer, make_group, make_license, make_member, make_person, make_staff

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


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def invited(by: User, address: str = NEW, now: datetime | None = None) -> tuple[GroupInvitation, str]:
    """Invite, and return the invitation with the token of its mail; none where no mail waits."""
    before = set(waiting().values_list("pk", flat=True))
    invitation = invite(seeing(by), address, "Nora New", now)
    mails = waiting().exclude(pk__in=before)
    return invitation, TOKEN.findall(take_out(mails.get())[0])[0] if mails else ""


def limit_members(group: UserGroup, number: int | None) -> None:
    UserGroup.objects.filter(pk=group.pk).update(max_members=number)


def test_any_address_becomes_an_invitation_and_nothing_else(rasmus: User) -> None:
    known = make_person("Kim Known")
    rows = [invited(rasmus, address)[0] for address in (NEW, known.email)]
    assert len({(row.full_name, row.state(), row.user_group_id) for row in rows}) == 1
    assert not User.objects.filter(email=NEW).exists()
    assert GroupMember.objects.count() == 1


def test_unknown_person_becomes_a_member_by_accepting_and_no_manager(rasmus: User, north: UserGroup) -> None:
    _invitation, token = invited(rasmus)
    joined = accept(token, None)
    assert joined.is_new
    assert (joined.member.user.email, joined.member.user_group, joined.member.is_manager) == (NEW, north, False)
    with pytest.raises(NotForYou):
        accept(token, None)


def test_known_person_accepts_signed_in_only(rasmus: User) -> None:
    kim, stranger = make_person("Kim Known", email=NEW), make_person("Sol")
    _invitation, token = invited(rasmus)
    for user in (None, stranger):
        with pytest.raises(NotForYou):
            accept(token, user)
    assert accept(token, kim).member.user == kim


def test_member_of_another_group_leaves_it_first(rasmus: User) -> None:
    vera = make_member(make_group(name="South"), "Vera Costa")
    _invitation, token = invited(rasmus, vera.email)
    with pytest.raises(Refused, match="You belong to the user group South already"):
        accept(token, vera)


@pytest.mark.parametrize(("limit", "is_taken"), [(None, True), (2, True), (1, False), (0, False)])
def test_limit_of_members_counts_open_invitations(
    rasmus: User, north: UserGroup, limit: int | None, *, is_taken: bool
) -> None:
    limit_members(north, limit)
    if is_taken:
        assert invited(rasmus)[1]
        return
    with pytest.raises(Refused, match=f"1 of {limit} places for members are taken.*you asked for 1 more"):
        invited(rasmus)


def test_place_is_free_again_once_an_invitation_ended(rasmus: User, north: UserGroup) -> None:
    limit_members(north, 2)
    first, _token = invited(rasmus)
    with pytest.raises(Refused, match="2 of 2 places"):
        invited(rasmus, "otto@new.example")
    withdraw(seeing(rasmus), first.pk)
    assert invited(rasmus, "otto@new.example")[1]


def test_limit_that_was_lowered_meanwhile_keeps_the_invited_out(rasmus: User, north: UserGroup) -> None:
    _invitation, token = invited(rasmus)
    limit_members(north, 1)
    with pytest.raises(Refused, match="1 of 1 places"):
        accept(token, None)
    assert not User.objects.filter(email=NEW).exists()


def test_inviting_again_mails_once_a_day(rasmus: User) -> None:
    first, old = invited(rasmus)
    assert invited(rasmus) == (first, "")
    with pytest.raises(Refused, match="once a day is enough"):
        resend(seeing(rasmus), first.pk)
    again, _new = invited(rasmus, now=timezone.now() + timedelta(days=1, minutes=1))
    assert again.pk == first.pk
    assert invitation_for(old) is None


def test_only_managers_invite_and_remove(rasmus: User, north: UserGroup) -> None:
    plain = make_member(north, "Petra Plain")
    own = GroupMember.objects.get(user=rasmus)
    for act in (lambda: invite(seeing(plain), NEW, "Nora"), lambda: remove_member(seeing(plain), own.pk)):
        with pytest.raises(NoLongerManager):
            act()
    client = browser(plain)
    assert client.get("/group/members/add/").status_code == 403
    assert client.post(f"/group/members/{own.pk}/remove/").status_code == 403


def test_manager_who_was_removed_a_moment_ago_decides_nothing_any_more(rasmus: User) -> None:
    viewer = seeing(rasmus)
    GroupMember.objects.filter(user=rasmus).delete()
    with pytest.raises(NoLongerManager):
        invite(viewer, NEW, "Nora")


def test_removed_member_sees_nothing_of_the_group_and_keeps_their_own(rasmus: User, north: UserGroup) -> None:
    customer = make_customer("Petra Plain")
    GroupMember.objects.create(user=customer.user, user_group=north)
    own, groups = make_license(customer=customer), make_license(user_group=north)
    client = browser(customer.user)
    assert client.get(groups.get_absolute_url()).status_code == 200
    remove_member(seeing(rasmus), GroupMember.objects.get(user=customer.user).pk)
    assert client.get(groups.get_absolute_url()).status_code == 404
    assert client.get("/group/").status_code == 404
    assert client.get(own.get_absolute_url()).status_code == 200
    assert waiting().filter(to=customer.user.email).count() == 1


def test_nobody_removes_themselves_or_a_member_of_another_group(rasmus: User) -> None:
    vera = make_member(make_group(name="South"), "Vera Costa")
    with pytest.raises(Refused, match="cannot remove yourself"):
        remove_member(seeing(rasmus), GroupMember.objects.get(user=rasmus).pk)
    with pytest.raises(Refused, match="does not belong to North"):
        remove_member(seeing(rasmus), GroupMember.objects.get(user=vera).pk)
    client = browser(rasmus)
    assert client.get(f"/group/members/{GroupMember.objects.get(user=vera).pk}/remove/").status_code == 404


def test_manager_sees_what_became_of_invitations_in_the_activity(rasmus: User) -> None:
    _invitation, token = invited(rasmus)
    decline(token, None)
    page = browser(rasmus).get("/activity/").content.decode()
    assert "invited somebody into the user group" in page
    assert "declined an invitation into the user group" in page


def test_address_that_was_invited_is_for_managers_and_staff_alone(rasmus: User, north: UserGroup) -> None:
    invited(rasmus, "secret.person@people.example")
    assert "secret.person@people.example" in browser(rasmus).get("/activity/").content.decode()
    assert "secret.person@people.example" in browser(make_staff("Stella", "view")).get("/activity/").content.decode()
    page = browser(make_member(north, "Plain Member")).get("/activity/").content.decode()
    assert "invited somebody into the user group" in page
    assert "secret.person" not in page


def test_group_page_says_what_it_may_do_and_how_much_is_used(rasmus: User, north: UserGroup) -> None:
    UserGroup.objects.filter(pk=north.pk).update(
        privileges=[Privilege.RENEW], max_trial=20, issued_trial=18, max_members=5, longest_trial_days=30
    )
    page = browser(rasmus).get("/group/").content.decode()
    for words in ("Renew licenses", "18 of 20", "1 of 5", "at most 30 days", "Rasmus North"):
        assert words in page, words


def test_people_of_a_group_that_is_switched_off_read_why(rasmus: User, north: UserGroup) -> None:
    _invitation, token = invited(rasmus)
    nina = make_customer("Nina", user_group=north)
    license = make_license(user_group=north, customer=nina)
    UserGroup.objects.filter(pk=north.pk).update(is_active=False)
    client = browser(rasmus)
    for path in ("/group/", "/customers/", "/organizations/", "/group/members/add/"):
        page = client.get(path)
        assert (page.status_code, "North was switched off" in page.content.decode()) == (403, True), path
    assert client.get(license.get_absolute_url()).status_code == 404
    assert "North" in client.get("/").content.decode()
    with pytest.raises(NotForYou):
        accept(token, None)
    assert browser(nina.user).get(license.get_absolute_url()).status_code == 200


def test_whoever_belongs_to_no_group_finds_no_such_pages(db: None) -> None:
    client = browser(make_customer("Sol").user)
    assert [client.get(path).status_code for path in ("/group/", "/customers/", "/organizations/")] == [404] * 3


def test_invitation_is_answered_on_its_page(rasmus: User, north: UserGroup) -> None:
    _invitation, token = invited(rasmus)
    page = Client().get(f"/group/invitations/{token}/")
    assert "North" in page.content.decode()
    answer = Client().post(f"/group/invitations/{token}/", {"answer": "accept"})
    assert answer.status_code == 302
    assert north.members.filter(user__email=NEW).exists()
    assert Client().get(f"/group/invitations/{token}/").status_code == 410


def test_customer_reads_who_serves_them_and_who_did_what(rasmus: User, north: UserGroup) -> None:
    nina = make_customer("Nina", user_group=north)
    license = make_license(user_group=north, customer=nina)
    UserGroup.objects.filter(pk=north.pk).update(privileges=[Privilege.ACTIVATE])
    browser(rasmus).post(f"{license.get_absolute_url()}activate/", {"computer_id": "ID-1", "computer_name": "NINAS-PC"})
    client = browser(nina.user)
    profile = client.get("/profile/").content.decode()
    assert "Served by" in profile
    assert north.email in profile
    page = client.get(license.get_absolute_url()).content.decode()
    assert "activated NINAS-PC" in page
    assert "North" in page
    assert "Rasmus" not in page


@override_settings(PORTAL_SUPPORT_ADDRESS="help@vendor.example")
def test_customers_of_a_group_that_is_switched_off_are_pointed_to_the_vendor(north: UserGroup) -> None:
    nina = make_customer("Nina", user_group=north)
    license = make_license(user_group=north, customer=nina, max_activations=1, computers=("NINAS-PC",))
    UserGroup.objects.filter(pk=north.pk).update(is_active=False)
    client = browser(nina.user)
    assert "North does not serve you any more" in client.get("/profile/").content.decode()
    page = client.get(license.get_absolute_url()).content.decode()
    assert "help@vendor.example" in page
    assert north.email not in page
