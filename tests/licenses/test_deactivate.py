"""Deactivating a computer: it gives its activation back, within the quota, once."""

import pytest

from accounts.audit import Actor
from accounts.models import AuditEvent
from licenses.activation import activate, deactivate
from licenses.errors import LicenseError, Reason
from licenses.issuing import revoke
from licenses.models import Activation, License
from licenses.refusals import deactivation_refusal
from organizations.models import Customer
from tests.cast import make_activation, make_license
from tests.licenses.moments import DAY, NOW, TODAY


def in_use(license: License) -> int:
    """Return the counter, which equals the open rows."""
    license.refresh_from_db()
    assert license.activations_in_use == license.activations.in_use().count()
    return license.activations_in_use


def test_deactivating_gives_the_activation_back(license: License, actor: Actor) -> None:
    activation = make_activation(license)
    assert in_use(license) == 1
    assert deactivate(activation.pk, actor)
    activation.refresh_from_db()
    assert in_use(license) == 0
    assert (activation.deactivated_at, activation.deactivated_by_id, activation.counts_for_quota) == (
        NOW,
        actor.user_id,
        True,
    )
    assert activation.license_files.count() == 1


def test_deactivating_twice_has_one_effect(license: License, actor: Actor) -> None:
    activation, _other = make_activation(license), make_activation(license)
    assert deactivate(activation.pk, actor)
    events = AuditEvent.objects.count()
    assert not deactivate(activation.pk, actor)
    assert in_use(license) == 1
    assert AuditEvent.objects.count() == events


def test_freed_computer_can_be_activated_again_as_a_new_activation(license: License, actor: Actor) -> None:
    first = make_activation(license, "LAPTOP")
    deactivate(first.pk, actor)
    outcome = activate(license.pk, actor, computer_id="ID-LAPTOP", computer_name="LAPTOP")
    assert outcome.is_new
    assert Activation.objects.count() == 2
    assert in_use(license) == 1


def test_freed_activation_serves_another_computer(anna: Customer, actor: Actor) -> None:
    license = make_license(customer=anna, max_activations=1)
    deactivate(make_activation(license, "OLD").pk, actor)
    assert activate(license.pk, actor, computer_id="ID-NEW").is_new


def quota_of_one(customer: Customer) -> License:
    return make_license(
        customer=customer,
        computers=("ONE", "TWO"),
        deactivations_allowed=1,
        deactivation_days=30,
        deactivations_per="license",
    )


def test_used_up_quota_refuses_and_changes_nothing(anna: Customer, actor: Actor) -> None:
    license = quota_of_one(anna)
    one, two = license.activations.order_by("pk")
    deactivate(one.pk, actor)
    events = AuditEvent.objects.count()
    with pytest.raises(LicenseError) as refused:
        deactivate(two.pk, actor)
    assert refused.value.reason is Reason.QUOTA_USED_UP
    two.refresh_from_db()
    assert two.is_in_use
    assert in_use(license) == 1
    assert AuditEvent.objects.count() == events


def test_refusal_before_the_click_is_the_refusal_after_it(anna: Customer, actor: Actor) -> None:
    license = quota_of_one(anna)
    one, two = license.activations.order_by("pk")
    assert deactivation_refusal(license, actor) is None
    deactivate(one.pk, actor)
    before = deactivation_refusal(license, actor)
    with pytest.raises(LicenseError) as after:
        deactivate(two.pk, actor)
    assert before is not None
    assert before.sentence == after.value.sentence


def test_deactivating_what_is_free_already_is_no_refusal_when_the_quota_is_used_up(
    anna: Customer, actor: Actor
) -> None:
    license = quota_of_one(anna)
    one = license.activations.earliest("pk")
    deactivate(one.pk, actor)
    assert not deactivate(one.pk, actor)


def test_staff_free_any_computer_and_it_does_not_count(anna: Customer, actor: Actor) -> None:
    license = quota_of_one(anna)
    one, two = license.activations.order_by("pk")
    deactivate(one.pk, actor)
    assert deactivate(two.pk, Actor.vendor(anna.user))
    two.refresh_from_db()
    assert not two.counts_for_quota


def test_computers_of_revoked_and_expired_licenses_can_be_deactivated(anna: Customer, actor: Actor) -> None:
    license = make_license(customer=anna, computers=("ONE", "TWO"))
    one, two = license.activations.order_by("pk")
    License.objects.filter(pk=license.pk).update(expires_on=TODAY - 9 * DAY)
    assert deactivate(one.pk, actor)
    revoke(license.pk, actor, reason="Unpaid")
    assert deactivate(two.pk, actor)


def test_trail_tells_who_deactivated_which_computer(license: License, actor: Actor) -> None:
    activation = make_activation(license, "LAPTOP")
    deactivate(activation.pk, actor)
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.actor_name) == ("license.deactivated", "Anna Acme")
    assert event.details == {"computer": "LAPTOP", "activation": str(activation.pk)}
