"""What a user group and the vendor do to the same license, one after the other or at the same moment."""

import pytest

from accounts.audit import Actor, Kind
from accounts.models import AuditEvent
from licenses.activation import activate
from licenses.admin.license_bulk import _is_given
from licenses.bulk import chosen, without_revoked
from licenses.errors import LicenseError, Reason
from licenses.issuing import delete, edit, reinstate, revoke
from licenses.models import License
from organizations.access import Action, viewer_for
from organizations.models import UserGroup
from tests.cast import make_customer, make_group, make_license, make_staff
from tests.licenses.reselling import P, actor_of, make_reseller

pytestmark = pytest.mark.django_db
VENDOR = Actor(Kind.VENDOR, None, "Stella")


@pytest.fixture
def north() -> UserGroup:
    return make_reseller(P.REVOKE, P.DELETE)


@pytest.fixture
def license(north: UserGroup) -> License:
    return make_license(user_group=north)


def test_vendor_keeps_the_group_from_reinstating_what_it_revoked_itself(license: License, north: UserGroup) -> None:
    group = actor_of(north)
    assert revoke(license.pk, group, reason="Moving")
    license.refresh_from_db()
    revoked_at = license.revoked_at
    assert revoke(license.pk, VENDOR, reason="Fraud")
    license.refresh_from_db()
    assert (license.revoked_at, license.revoked_as, license.revoked_reason) == (revoked_at, "vendor", "Fraud")
    with pytest.raises(LicenseError) as refused:
        reinstate(license.pk, group)
    assert refused.value.reason is Reason.REVOKED_BY_VENDOR
    assert AuditEvent.objects.filter(action="license.revoked", target_id=license.pk).count() == 2


def test_what_the_vendor_revoked_is_revoked_already_for_everybody(license: License, north: UserGroup) -> None:
    assert revoke(license.pk, VENDOR, reason="Fraud")
    assert not revoke(license.pk, actor_of(north), reason="Unpaid")
    assert not revoke(license.pk, VENDOR, reason="Fraud again")
    license.refresh_from_db()
    assert (license.revoked_as, license.revoked_reason) == ("vendor", "Fraud")


def test_staff_who_select_what_a_group_revoked_may_revoke_it_too(license: License, north: UserGroup) -> None:
    revoke(license.pk, actor_of(north), reason="Moving")
    license.refresh_from_db()
    stella = viewer_for(make_staff("Stella Berg", "view", "change"))
    selected = without_revoked(chosen(stella, [license], Action.REVOKE))
    assert [part.license for part in selected.possible] == [license]


def test_license_that_was_deleted_a_moment_ago_activates_nothing(license: License, north: UserGroup) -> None:
    """Whoever opened its page before still has the button."""
    assert delete(license.pk, actor_of(north))
    with pytest.raises(LicenseError) as refused:
        activate(license.pk, VENDOR, computer_id="ID-LATE")
    assert refused.value.reason is Reason.DELETED
    assert not license.activations.exists()


def test_giving_to_a_group_undoes_nothing_that_happened_meanwhile(license: License) -> None:
    seen = License.objects.get(pk=license.pk)
    changed = License.objects.get(pk=license.pk)
    changed.customer = make_customer("Mira Lindholm")
    edit(changed, VENDOR)
    with pytest.raises(LicenseError) as refused:
        _is_given(seen, make_group(name="South"), VENDOR)
    assert refused.value.reason is Reason.STALE
    license.refresh_from_db()
    assert license.customer == changed.customer
