"""R1b for organizations: two things that cannot both be happen at once; one wins, and the other is told why."""

from collections.abc import Callable
from uuid import UUID

import pytest

from accounts.mail import waiting
from accounts.models import AuditEvent
from organizations.invitation_links import hash_of
from organizations.models import Customer, Invitation, Organization
from tests.cast import make_contact, make_customer, make_organization
from tests.invited import make_invitation
from tests.races.racing import press_at_once, pressing, rounds_of
from tests.support.portal_server import PortalServer
from tests.support.visitor import Answer, Visitor

ROUNDS = rounds_of(5)
AT_ONCE = 20


class Acme:
    """An organization with two contacts and a plain member, each before the portal."""

    def __init__(self, portal: PortalServer) -> None:
        self.portal = portal
        self.organization: Organization = make_organization()
        self.paula = make_contact(self.organization)
        self.samuel = make_contact(self.organization, is_secondary=True)
        self.mira = make_customer(organization=self.organization)

    def visitor(self, customer: Customer) -> Visitor:
        """Return a browser in which the person is signed in."""
        return self.portal.visitor(customer.user)

    def path(self, rest: str = "") -> str:
        """Return the path of a page of the organization."""
        return f"/organizations/{self.organization.pk}/{rest}"

    def naming(self, by: Customer, primary: Customer, secondary: Customer | None) -> Callable[[], Answer]:
        """Return the press of the button that names these two contacts."""
        fields = {
            "primary": str(primary.pk),
            "secondary": str(secondary.pk) if secondary else "",
            "was_primary": str(self.paula.pk),
            "was_secondary": str(self.samuel.pk),
        }
        return pressing(self.visitor(by), self.path("contacts/"), fields)

    def letting_go(self, member: Customer) -> Callable[[], Answer]:
        """Return the press of the button by which Paula lets a member leave."""
        return pressing(self.visitor(self.paula), self.path(f"users/{member.pk}/leave/"))

    def contacts(self) -> set[UUID | None]:
        """Return the ids of the contacts as they are now."""
        self.organization.refresh_from_db()
        return {self.organization.primary_contact_id, self.organization.secondary_contact_id} - {None}


@pytest.fixture
def new_acme(portal: PortalServer, transactional_db: None) -> Callable[[], Acme]:
    return lambda: Acme(portal)


def said(visitor: Visitor, answer: Answer) -> str:
    """Return what somebody reads in the end."""
    return visitor.get(answer.location).text if answer.status == 302 else answer.text


def test_two_contacts_who_remove_each_other_leave_one_of_them(new_acme: Callable[[], Acme]) -> None:
    for _ in range(ROUNDS):
        acme = new_acme()
        people = (acme.paula, acme.samuel)
        answers = [each.answer for each in press_at_once([acme.naming(each, each, None) for each in people])]
        [winner] = acme.contacts()
        assert winner in {acme.paula.pk, acme.samuel.pk}
        changed = AuditEvent.objects.filter(action="contacts.changed", organization_id=acme.organization.pk)
        assert changed.count() == 1
        loser, answer = next((each, answer) for each, answer in zip(people, answers, strict=True) if each.pk != winner)
        words = said(acme.visitor(loser), answer) if answer.status != 302 else answer.location
        assert answer.location == "/" or "Only the contacts of" in words
        assert acme.visitor(loser).get(acme.path("contacts/")).status == 403


def test_address_invited_many_times_at_once_is_invited_once(new_acme: Callable[[], Acme]) -> None:
    acme = new_acme()
    fields = {"full_name": "Nina New", "email": "nina@new.example"}
    visitors = [acme.visitor(acme.paula), acme.visitor(acme.samuel)] * (AT_ONCE // 2)
    answers = press_at_once([pressing(each, acme.path("users/add/"), fields) for each in visitors])
    assert Invitation.objects.count() == 1
    assert waiting().filter(to="nina@new.example").count() == 1
    assert any(each.answer.status == 302 for each in answers)
    told = [each.answer.text for each in answers if each.answer.status == 200]
    assert all("Nina New was mailed within the last 24 hours" in each for each in told)


def test_invitation_that_is_accepted_and_withdrawn_at_once_is_one_of_both(new_acme: Callable[[], Acme]) -> None:
    for number in range(ROUNDS):
        acme, sol = new_acme(), make_customer()
        invitation = make_invitation(acme.organization, acme.paula.user)
        token = f"token-{number}"
        Invitation.objects.filter(pk=invitation.pk).update(email=sol.user.email, token_hash=hash_of(token))
        contact = acme.visitor(acme.paula)
        accepting = pressing(acme.visitor(sol), f"/invitations/{token}/", {"answer": "accept"})
        withdrawing = pressing(contact, acme.path(f"invitations/{invitation.pk}/withdraw/"))
        accepted, withdrawn = (each.answer for each in press_at_once([accepting, withdrawing]))
        invitation.refresh_from_db()
        sol.refresh_from_db()
        assert (invitation.accepted_at is None) is not (invitation.withdrawn_at is None)
        assert (sol.organization == acme.organization) is (invitation.accepted_at is not None)
        assert withdrawn.status == 302
        if invitation.accepted_at is None:
            assert accepted.status == 410
            assert "This invitation does not work any more" in accepted.text
        else:
            assert accepted.status == 302
            assert "has accepted the invitation meanwhile" in contact.get(withdrawn.location).text


def test_who_leaves_while_becoming_contact_does_one_of_both(new_acme: Callable[[], Acme]) -> None:
    for _ in range(ROUNDS):
        acme = new_acme()
        naming = acme.naming(acme.samuel, acme.paula, acme.mira)
        left, named = (each.answer for each in press_at_once([acme.letting_go(acme.mira), naming]))
        acme.mira.refresh_from_db()
        is_member = acme.mira.organization == acme.organization
        assert (acme.mira.pk in acme.contacts()) is is_member
        if is_member:
            assert "contact of" in left.text
        else:
            assert acme.contacts() == {acme.paula.pk, acme.samuel.pk}
            words = said(acme.visitor(acme.samuel), named)
            assert "can be its contacts" in words or "Select a valid choice" in words or named.location


def test_who_leaves_while_joining_elsewhere_belongs_there_in_the_end(new_acme: Callable[[], Acme]) -> None:
    for number in range(ROUNDS):
        acme, globex = new_acme(), new_acme()
        token = f"elsewhere-{number}"
        invitation = make_invitation(globex.organization, globex.paula.user)
        Invitation.objects.filter(pk=invitation.pk).update(email=acme.mira.user.email, token_hash=hash_of(token))
        joining = pressing(acme.visitor(acme.mira), f"/invitations/{token}/", {"answer": "accept"})
        joined, left = (each.answer for each in press_at_once([joining, acme.letting_go(acme.mira)]))
        acme.mira.refresh_from_db()
        assert (joined.status, acme.mira.organization) == (302, globex.organization)
        assert left.status in {200, 302, 404}


def test_two_invitations_accepted_at_once_lead_to_one_organization(new_acme: Callable[[], Acme]) -> None:
    for number in range(ROUNDS):
        sol, joining = make_customer(), []
        for name in ("one", "other"):
            acme = new_acme()
            token = f"{name}-{number}"
            invitation = make_invitation(acme.organization, acme.paula.user)
            Invitation.objects.filter(pk=invitation.pk).update(email=sol.user.email, token_hash=hash_of(token))
            joining.append(pressing(acme.visitor(sol), f"/invitations/{token}/", {"answer": "accept"}))
        press_at_once(joining)
        sol.refresh_from_db()
        joined = Invitation.objects.filter(accepted_by=sol).values_list("organization_id", flat=True)
        assert sol.organization_id in joined
