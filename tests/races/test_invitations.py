"""R1b for invitations: one mail a day to an address holds, however many organizations invite it at the same moment.

A portal that does not hold the address loses the same race.
"""

from itertools import pairwise

import pytest
from django.db import connection
from django.utils import timezone

from accounts.mail import due, waiting
from organizations.models import Invitation
from tests.cast import make_contact, make_organization
from tests.races.racing import Press, press_at_once, pressing, rounds_of
from tests.support.portal_server import PortalServer

ROUNDS, AT_ONCE = rounds_of(5), 8


def inviting(portal: PortalServer, rest: str, fields: dict[str, str]) -> Press:
    """Return the press of the button by which the contact of a new organization invites."""
    organization = make_organization()
    contact = make_contact(organization)
    return pressing(portal.visitor(contact.user), f"/organizations/{organization.pk}/users/{rest}", fields)


def race_for_the_mail(portal: PortalServer, address: str) -> int:
    """Let AT_ONCE organizations invite the address at the same moment; return how many mails go out at once."""
    fields = {"full_name": "Nina New", "email": address}
    answers = press_at_once([inviting(portal, "add/", fields) for _ in range(AT_ONCE)])
    assert {each.answer.status for each in answers} == {302}
    assert Invitation.objects.filter(email=address).count() == AT_ONCE
    return due(timezone.now()).filter(to=address).count()


@pytest.mark.usefixtures("transactional_db")
def test_address_invited_by_many_organizations_at_once_gets_one_mail_a_day(portal: PortalServer) -> None:
    for number in range(ROUNDS):
        address = f"nina{number}@new.example"
        assert race_for_the_mail(portal, address) == 1
        turns = sorted(each.scheduled_time for each in waiting().filter(to=address) if each.scheduled_time)
        gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(turns)]
        assert len(turns) == AT_ONCE - 1
        assert all(gap > 86_000 for gap in gaps), gaps


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one write at a time; the run on PostgreSQL tests it"
)
@pytest.mark.usefixtures("transactional_db")
def test_unguarded_portal_mails_an_address_more_than_once(unguarded_portal: PortalServer) -> None:
    races = (race_for_the_mail(unguarded_portal, f"nina{number}@new.example") for number in range(ROUNDS))
    assert any(mails > 1 for mails in races)


@pytest.mark.usefixtures("transactional_db")
def test_lists_of_the_same_people_in_any_order_do_not_stand_in_each_others_way(portal: PortalServer) -> None:
    for number in range(ROUNDS):
        addresses = [f"person{number}.{each}@new.example" for each in range(20)]
        lists = ["\n".join(addresses), "\n".join(reversed(addresses))]
        presses = [inviting(portal, "add/many/", {"text": text, "do": "invite"}) for text in lists]
        assert {each.answer.status for each in press_at_once(presses)} == {302}
        assert due(timezone.now()).filter(to__in=addresses).count() == len(addresses)
