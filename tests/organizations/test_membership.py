"""Inviting, joining, leaving, contacts: what each story changes, and what it refuses (Product rules, section 4)."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.audit import Actor
from accounts.mail import take_out, waiting
from accounts.models import AuditEvent, User
from accounts.people import create_person
from licenses.assigning import assign
from licenses.errors import LicenseError
from licenses.models import License, ReservedLicense
from organizations.access import viewer_for
from organizations.invitation_links import MAILS_A_DAY
from organizations.licenses_of import Heirs, Several
from organizations.membership.contacts import Pair, change_contacts
from organizations.membership.invitations import OutsideDomains, invite, resend, withdraw
from organizations.membership.joining import NotForYou, accept, decline, invitation_for
from organizations.membership.leaving import Settlement, end_membership
from organizations.membership.managing import NoLongerYours, Refused, Task, may_manage
from organizations.models import Customer, Invitation, Organization, OrganizationDomain
from organizations.privileges import Privilege
from organizations.viewer import Viewer
from tests.cast import (
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_staff,
)

TOKEN = re.compile(r"/invitations/([\w-]+)/")
NEW = "nina@new.example"


def seeing(person: Customer | User) -> Viewer:
    """Return the person as a request would find them now."""
    pk = person.user_id if isinstance(person, Customer) else person.pk
    return viewer_for(User.objects.select_related("customer", "group_member__user_group").get(pk=pk))


def invited(by: Customer, address: str = NEW, **more: object) -> tuple[Invitation, str]:
    """Invite, and return the invitation with the token of its mail; none where no mail waits."""
    before = set(waiting().values_list("pk", flat=True))
    invitation = invite(seeing(by), by.organization_id, address, "Nina New", **more)
    mails = waiting().exclude(pk__in=before)
    return invitation, TOKEN.findall(take_out(mails.get())[0])[0] if mails else ""


def later(**delta: int) -> datetime:
    return timezone.now() + timedelta(**delta)


# inviting


def test_any_address_becomes_an_invitation_and_nothing_else(paula: Customer) -> None:
    known = make_customer("Gina Globex", organization=make_contact(make_organization("Globex")).organization)
    for address in (NEW, known.user.email):
        invited(paula, address)
    assert not User.objects.filter(email=NEW).exists()
    assert Customer.objects.filter(pk=known.pk, organization__name="Globex").exists()
    assert seeing(paula).contact_of == {paula.organization_id}
    assert not Customer.objects.visible_to(seeing(paula)).filter(pk=known.pk).exists()


def test_known_and_unknown_addresses_leave_the_same_behind(paula: Customer) -> None:
    known = make_customer("Gina Globex")
    rows = [invited(paula, address)[0] for address in (NEW, known.user.email)]
    assert len({(row.full_name, row.state(), row.organization_id, row.invited_by_id) for row in rows}) == 1
    assert waiting().count() == 2


def test_member_is_not_invited(paula: Customer, mira: Customer) -> None:
    with pytest.raises(Refused, match="Mira Lindholm belongs to Acme already"):
        invited(paula, mira.user.email)


def test_address_outside_of_the_domains_needs_a_second_confirmation(paula: Customer, acme: Organization) -> None:
    OrganizationDomain.objects.create(organization=acme, domain="acme.example")
    with pytest.raises(OutsideDomains, match=r"acme\.example"):
        invited(paula)
    assert invited(paula, "new@acme.example")[1]
    assert invited(paula, is_outside_meant=True)[1]


def test_inviting_again_mails_once_a_day(paula: Customer) -> None:
    first, old = invited(paula)
    assert invited(paula) == (first, ""), "the same form sent twice has one effect"
    with pytest.raises(Refused, match="once a day is enough"):
        invited(paula, now=later(minutes=2))
    again, new = invited(paula, now=later(days=1, minutes=1))
    assert (first.pk, Invitation.objects.count()) == (again.pk, 1)
    assert invitation_for(old) is None
    assert invitation_for(new) is not None


def test_organization_mails_fifty_invitations_a_day(paula: Customer) -> None:
    for number in range(MAILS_A_DAY):
        invite(seeing(paula), paula.organization_id, f"new{number}@people.example", "New")
    with pytest.raises(Refused, match="50 of 50 invitation mails were sent within 24 hours; you asked for 1 more"):
        invited(paula)
    assert invited(paula, now=later(days=1, minutes=1))


def test_address_gets_one_invitation_mail_a_day_from_anywhere_and_nobody_is_told(paula: Customer) -> None:
    invited(make_contact(make_organization("Globex")))
    invited(make_contact(make_organization("Umbrella")))
    _invitation, token = invited(paula)
    assert token
    assert waiting().filter(scheduled_time__gt=later(hours=23)).count() == 2
    assert waiting().filter(scheduled_time__gt=later(hours=47)).count() == 1


def test_who_blocked_the_organization_gets_no_mail_and_nobody_is_told(paula: Customer) -> None:
    _invitation, token = invited(paula)
    decline(token, None, is_blocking=True)
    again, token = invited(paula, now=later(days=2))
    assert token == ""
    assert again.state(later(days=2)).value == "open"
    greta = make_contact(make_organization("Globex"))
    assert invited(greta, now=later(days=4))[1]


def test_invitation_lives_seven_days(paula: Customer) -> None:
    _invitation, token = invited(paula)
    assert invitation_for(token, later(days=7, minutes=-1)) is not None
    assert invitation_for(token, later(days=7, minutes=1)) is None


def test_only_the_hash_of_the_token_is_kept(paula: Customer) -> None:
    invitation, token = invited(paula)
    assert token not in str(Invitation.objects.values().get())
    assert token not in str(list(AuditEvent.objects.values()))
    assert token not in str(waiting().values().get())
    assert len(invitation.token_hash) == 64


def test_withdrawn_invitation_lets_nobody_in(paula: Customer) -> None:
    invitation, token = invited(paula)
    withdraw(seeing(paula), paula.organization_id, invitation.pk)
    with pytest.raises(NotForYou):
        accept(token, None)
    with pytest.raises(Refused, match="ended meanwhile"):
        resend(seeing(paula), paula.organization_id, invitation.pk)


# joining


def test_unknown_person_comes_into_being_by_accepting(paula: Customer) -> None:
    _invitation, token = invited(paula)
    joined = accept(token, None)
    assert joined.is_new
    assert (joined.customer.user.email, joined.customer.organization_id) == (NEW, paula.organization_id)
    assert not joined.customer.user.has_usable_password()
    assert Customer.objects.visible_to(seeing(paula)).filter(pk=joined.customer.pk).exists()


def test_link_is_used_once(paula: Customer) -> None:
    _invitation, token = invited(paula)
    nina = accept(token, None).customer
    for user in (None, nina.user):
        with pytest.raises(NotForYou):
            accept(token, user)


def test_link_is_useless_to_anybody_else(paula: Customer) -> None:
    nina, stranger = create_person(NEW, "Nina"), make_customer("Sol Herrera")
    _invitation, token = invited(paula)
    for user in (None, stranger.user):
        with pytest.raises(NotForYou):
            accept(token, user)
        with pytest.raises(NotForYou):
            decline(token, user)
    assert accept(token, nina).customer.user == nina


def test_joining_moves_nothing_but_what_is_ticked(paula: Customer) -> None:
    sol = make_customer("Sol Herrera", email=NEW)
    kept, handed = make_license(customer=sol), make_license(customer=sol)
    others = make_license(customer=make_customer())
    _invitation, token = invited(paula)
    accept(token, sol.user, Several(frozenset({handed.pk, others.pk})))
    organizations = {each.pk: each.organization_id for each in License.objects.all()}
    assert organizations == {kept.pk: None, handed.pk: paula.organization_id, others.pk: None}


def test_person_who_joins_and_leaves_again_keeps_all_personal_licenses(paula: Customer) -> None:
    sol = make_customer("Sol Herrera", email=NEW)
    personal = make_license(customer=sol)
    _invitation, token = invited(paula)
    accept(token, sol.user)
    end_membership(seeing(paula), paula.organization_id, sol.pk, Settlement())
    assert list(License.objects.visible_to(seeing(sol))) == [personal]


def test_contact_of_another_organization_changes_contacts_there_first(paula: Customer) -> None:
    greta = make_contact(make_organization("Globex"), "Greta Novak")
    _invitation, token = invited(paula, greta.user.email)
    with pytest.raises(Refused, match="You are a contact of Globex"):
        accept(token, greta.user)
    assert Customer.objects.filter(pk=greta.pk, organization__name="Globex").exists()


def test_member_of_another_organization_moves_and_its_licenses_stay(paula: Customer) -> None:
    globex = make_organization("Globex")
    gina = make_customer("Gina Globex", organization=globex, email=NEW)
    license = make_license(customer=gina, organization=globex)
    _invitation, token = invited(paula)
    accept(token, gina.user)
    license.refresh_from_db()
    assert (license.organization, license.customer) == (globex, None)


# licenses of members


def test_contact_gives_a_license_to_a_member_and_takes_it_back(paula: Customer, mira: Customer) -> None:
    license, actor = make_license(organization=paula.organization), Actor.person(paula.user)
    assert [each.pk for each in assign([license.pk], paula.organization_id, mira, actor)] == [license.pk]
    assert list(License.objects.visible_to(seeing(mira))) == [license]
    assert assign([license.pk], paula.organization_id, mira, actor) == []
    assign([license.pk], paula.organization_id, None, actor)
    assert not License.objects.visible_to(seeing(mira)).exists()


def test_license_of_another_organization_is_not_given(paula: Customer, mira: Customer) -> None:
    own, foreign = make_license(organization=paula.organization), make_license(organization=make_organization())
    with pytest.raises(LicenseError, match="no longer belongs to this organization"):
        assign([own.pk, foreign.pk], paula.organization_id, mira, Actor.person(paula.user))
    assert License.objects.filter(customer=mira).count() == 0


def test_nobody_from_outside_gets_a_license(paula: Customer) -> None:
    license, sol = make_license(organization=paula.organization), make_customer("Sol Herrera")
    with pytest.raises(LicenseError, match="does not belong to this organization"):
        assign([license.pk], paula.organization_id, sol, Actor.person(paula.user))


def test_license_assigned_to_an_invitation_arrives_with_acceptance(paula: Customer) -> None:
    license = make_license(organization=paula.organization)
    invitation, token = invited(paula)
    assign([license.pk], paula.organization_id, invitation, Actor.person(paula.user))
    joined = accept(token, None)
    license.refresh_from_db()
    assert license.customer == joined.customer
    assert not ReservedLicense.objects.exists()


@pytest.mark.parametrize("ending", ["withdraw", "decline"])
def test_license_of_an_invitation_that_ended_is_nobodys(paula: Customer, ending: str) -> None:
    license = make_license(organization=paula.organization)
    invitation, token = invited(paula)
    assign([license.pk], paula.organization_id, invitation, Actor.person(paula.user))
    if ending == "withdraw":
        withdraw(seeing(paula), paula.organization_id, invitation.pk)
    else:
        decline(token, None)
    assert not ReservedLicense.objects.exists()
    with pytest.raises(LicenseError):
        assign([license.pk], paula.organization_id, invitation, Actor.person(paula.user))


# leaving


def test_who_leaves_takes_none_of_the_licenses_along(paula: Customer, mira: Customer) -> None:
    given, left = (make_license(customer=mira, organization=paula.organization, computers=("PC",)) for _ in range(2))
    personal = make_license(customer=mira)
    License.objects.filter(pk=personal.pk).update(organization=None)
    freed = frozenset(left.activations.values_list("pk", flat=True))
    sent, _token = invited_by_member(mira)
    settlement = Settlement(Heirs(named={given.pk: paula.pk}), Several(freed), Several(frozenset({sent.pk})))
    end_membership(seeing(paula), paula.organization_id, mira.pk, settlement)
    holders = {each.pk: (each.customer_id, each.activations_in_use) for each in License.objects.all()}
    assert holders == {given.pk: (paula.pk, 1), left.pk: (None, 0), personal.pk: (mira.pk, 0)}
    assert Customer.objects.get(pk=mira.pk).organization is None
    assert Invitation.objects.get(pk=sent.pk).withdrawn_at is not None
    assert Customer.objects.get(pk=mira.pk).user.is_active


def invited_by_member(member: Customer) -> tuple[Invitation, str]:
    """Return an invitation that a member sent when they were a contact."""
    theirs = Organization.objects.filter(members=member)
    theirs.update(secondary_contact=member)
    made = invited(member, "other@new.example")
    theirs.update(secondary_contact=None)
    return made


def test_contact_does_not_leave_before_contacts_change(paula: Customer, mira: Customer) -> None:
    with pytest.raises(Refused, match="Paula Brandt is a contact of Acme"):
        end_membership(seeing(paula), paula.organization_id, paula.pk, Settlement())


def test_nothing_is_half_done_when_a_quota_is_used_up(paula: Customer, mira: Customer) -> None:
    license = make_license(
        customer=mira, organization=paula.organization, computers=("PC",), deactivations_allowed=0, deactivation_days=30
    )
    freed = frozenset(license.activations.values_list("pk", flat=True))
    with pytest.raises(Refused):
        end_membership(seeing(paula), paula.organization_id, mira.pk, Settlement(freed=Several(freed)))
    license.refresh_from_db()
    assert (license.customer, license.activations_in_use) == (mira, 1)
    assert Customer.objects.get(pk=mira.pk).organization == paula.organization


# contacts


def test_contacts_change_hands_and_the_old_one_loses_sight_at_once(paula: Customer, mira: Customer) -> None:
    acme = paula.organization_id
    license = make_license(organization=paula.organization)
    change_contacts(seeing(paula), acme, Pair(mira.pk), Pair(paula.pk))
    assert not License.objects.visible_to(seeing(paula)).exists()
    assert list(License.objects.visible_to(seeing(mira))) == [license]
    assert sorted(mail.to[0] for mail in waiting()) == sorted([paula.user.email, mira.user.email])
    with pytest.raises(NoLongerYours):
        change_contacts(seeing_as_before(paula, acme), acme, Pair(paula.pk), Pair(mira.pk))


def seeing_as_before(person: Customer, organization_id: object) -> Viewer:
    """Return the person as a request found them that began before they were removed."""
    return Viewer(person.user, customer_id=person.pk, contact_of=frozenset({organization_id}))


@pytest.mark.parametrize(("primary", "secondary"), [(None, "mira"), ("mira", "mira"), ("sol", None)])
def test_contacts_are_two_members_and_primary_is_set(
    paula: Customer, mira: Customer, primary: str | None, secondary: str | None
) -> None:
    people = {None: None, "mira": mira.pk, "sol": make_customer("Sol Herrera").pk}
    with pytest.raises(Refused):
        change_contacts(seeing(paula), paula.organization_id, Pair(people[primary], people[secondary]), Pair(paula.pk))
    assert Organization.objects.get(members=mira).primary_contact == paula


def test_somebody_else_changed_the_contacts_meanwhile(paula: Customer, mira: Customer) -> None:
    acme = paula.organization_id
    change_contacts(seeing(paula), acme, Pair(paula.pk, mira.pk), Pair(paula.pk))
    with pytest.raises(Refused, match="Somebody changed the contacts meanwhile"):
        change_contacts(seeing(paula), acme, Pair(mira.pk), Pair(paula.pk))
    change_contacts(seeing(paula), acme, Pair(paula.pk, mira.pk), Pair(paula.pk))
    assert AuditEvent.objects.filter(action="contacts.changed").count() == 1


# who may


def test_who_may_look_after_an_organization(paula: Customer, mira: Customer) -> None:
    north = make_group(Privilege.MANAGE_ORGANIZATIONS, Privilege.EDIT_CUSTOMERS, name="North")
    Organization.objects.filter(members=paula).update(user_group=north)
    acme = Organization.objects.get(members=paula)
    everything = set(Task)
    of_group = {Task.SEE_USERS, Task.INVITE, Task.EDIT_USER, Task.EDIT, Task.NAME_CONTACT}
    may = {
        "contact": (seeing(paula), everything - {Task.EDIT, Task.NAME_CONTACT}),
        "member": (seeing(mira), set()),
        "group": (seeing(make_member(north)), of_group),
        "another group": (seeing(make_member(make_group(*Privilege, name="South"))), set()),
        "staff who look": (seeing(make_staff("Vic View", "view")), {Task.SEE_USERS}),
        "staff who change": (seeing(make_staff("Stella Berg", "view", "change")), everything),
    }
    assert {role: {task for task in Task if may_manage(viewer, acme, task)} for role, (viewer, _) in may.items()} == {
        role: tasks for role, (_, tasks) in may.items()
    }
