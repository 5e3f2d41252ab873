"""R5 for what user groups change: one form sent by ten members at once has one effect, and the others are told."""

from datetime import date

import pytest

from accounts.models import AuditEvent
from licenses.models import License, LicenseModel
from organizations.models import UserGroup
from organizations.privileges import Privilege
from tests.cast import make_group, make_license, make_member
from tests.races.racing import address, press_at_once, pressing
from tests.support.portal_server import PortalServer
from tests.support.visitor import Answer, Visitor

AT_ONCE = 10
ENDS = date(2030, 5, 31)


class North:
    """Members of one user group who may renew, revoke and delete a subscription of it."""

    def __init__(self, portal: PortalServer) -> None:
        group = make_group(Privilege.RENEW, Privilege.REVOKE, Privilege.DELETE, name="North")
        UserGroup.objects.filter(pk=group.pk).update(default_expiry_days=30)
        self.license = make_license(user_group=group, license_model=LicenseModel.SUBSCRIPTION, expires_on=ENDS)
        self.visitors: list[Visitor] = [portal.visitor(make_member(group)) for _number in range(AT_ONCE)]

    def all_send(self, name: str, fields: dict[str, str]) -> list[tuple[Visitor, Answer]]:
        """Let every member send the same form at the same moment."""
        path = address(self.license, None, name)
        answers = press_at_once([pressing(visitor, path, fields) for visitor in self.visitors])
        return [(visitor, each.answer) for visitor, each in zip(self.visitors, answers, strict=True)]

    def events(self, action: str) -> int:
        """Return how often something was written down about the license."""
        return AuditEvent.objects.filter(target_id=self.license.pk, action=action).count()


@pytest.fixture
def north(portal: PortalServer, transactional_db: None) -> North:
    return North(portal)


def test_license_revoked_by_ten_at_once_is_revoked_once_and_the_others_are_told(north: North) -> None:
    answers = north.all_send("revoke", {"reason": "Unpaid"})
    assert {answer.status for _visitor, answer in answers} == {302}
    assert north.events("license.revoked") == 1
    told = [visitor.get(answer.location).text for visitor, answer in answers]
    assert sum("The license is revoked." in page for page in told) == 1
    assert sum("The license was revoked before; nothing changed." in page for page in told) == AT_ONCE - 1


def test_license_renewed_by_ten_at_once_is_renewed_once_and_the_others_are_told(north: North) -> None:
    answers = north.all_send("renew", {"seen": north.license.edited_at.isoformat()})
    told = [answer.text for _visitor, answer in answers if answer.status == 200]
    assert len(told) == AT_ONCE - 1
    assert all("Somebody else changed this license meanwhile" in page for page in told)
    assert north.events("license.renewed") == 1
    assert License.objects.get(pk=north.license.pk).expires_on == date(2030, 6, 30)


def test_license_deleted_by_ten_at_once_is_deleted_once(north: North) -> None:
    answers = north.all_send("delete", {})
    assert {answer.status for _visitor, answer in answers} <= {302, 404}
    assert north.events("license.deleted") == 1
