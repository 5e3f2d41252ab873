"""R1 for the members of a user group: of many invitations at once, as many go out as places are left.

A portal that does not lock the group invites more.
"""

import pytest
from django.db import connection

from organizations.models import GroupInvitation, GroupMember
from tests.cast import make_group, make_member
from tests.races.racing import press_at_once, pressing, rounds_of
from tests.support.portal_server import PortalServer
from tests.support.visitor import Answer

ROUNDS = rounds_of(5)
AT_ONCE = 12


def race_for_the_last_place(portal: PortalServer) -> tuple[int, list[Answer]]:
    """Let two managers invite AT_ONCE people into a group with one place left; return how many are invited."""
    group = make_group()
    managers = [make_member(group, is_manager=True) for _number in range(2)]
    group.max_members = 3
    group.save()
    visitors = [portal.visitor(each) for each in managers] * (AT_ONCE // 2)
    fields = [{"full_name": "New", "email": f"new{number}.{group.pk}@new.example"} for number in range(AT_ONCE)]
    presses = [pressing(visitor, "/group/members/add/", each) for visitor, each in zip(visitors, fields, strict=True)]
    answers = [timed.answer for timed in press_at_once(presses)]
    return GroupInvitation.objects.filter(user_group=group).count(), answers


@pytest.mark.usefixtures("transactional_db")
def test_managers_who_invite_at_once_never_exceed_the_limit_of_members(portal: PortalServer) -> None:
    for _ in range(ROUNDS):
        invited, answers = race_for_the_last_place(portal)
        assert invited == 1
        assert sorted(answer.status for answer in answers) == [200] * (AT_ONCE - 1) + [302]
        assert all("3 of 3 places" in answer.text for answer in answers if answer.status == 200)


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one write at a time; the run on PostgreSQL tests it"
)
@pytest.mark.usefixtures("transactional_db")
def test_unguarded_portal_invites_more_than_there_are_places(unguarded_portal: PortalServer) -> None:
    assert any(race_for_the_last_place(unguarded_portal)[0] > 1 for _ in range(ROUNDS))


@pytest.mark.usefixtures("transactional_db")
def test_two_managers_who_remove_each_other_leave_one(portal: PortalServer) -> None:
    for _ in range(ROUNDS):
        group = make_group()
        first, second = (GroupMember.objects.get(user=make_member(group, is_manager=True)) for _number in range(2))
        presses = [
            pressing(portal.visitor(by.user), f"/group/members/{other.pk}/remove/", {})
            for by, other in ((first, second), (second, first))
        ]
        statuses = [timed.answer.status for timed in press_at_once(presses)]
        assert group.members.count() == 1
        assert all(status < 500 for status in statuses)
