"""Deactivating several computers at once, and undoing it: all of it or nothing, within each license's quota."""

from collections.abc import Iterable
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit import Actor
from accounts.models import AuditEvent
from licenses.activation import activate, deactivate
from licenses.deactivating import activate_again, deactivate_several
from licenses.errors import LicenseError, Reason
from licenses.issuing import revoke
from licenses.locking import locked_licenses
from licenses.models import Activation, License
from licenses.quota import quota_of
from organizations.models import Customer
from tests.cast import make_license
from tests.licenses.moments import DAY, HOUR, INSTANT, NOW, TODAY, Clock
from tests.licenses.selecting import in_use, make_limited


def computers_of(*licenses: License) -> list[UUID]:
    """Return the ids of the computers in use."""
    return list(Activation.objects.in_use().filter(license__in=licenses).values_list("pk", flat=True))


def by(actor: Actor, *licenses: License) -> dict[UUID, Actor]:
    """Let the actor act on all these licenses."""
    return {license.pk: actor for license in licenses}


def left(license: License) -> int:
    """Return how many deactivations are left."""
    license.refresh_from_db()
    quota = quota_of(license)
    assert quota is not None
    return quota.left


def test_computers_of_several_licenses_are_freed_at_one_moment(anna: Customer, actor: Actor) -> None:
    two, one = make_license(customer=anna, computers=("A", "B")), make_limited(anna, 2, "C", "D", "E")
    chosen = [*computers_of(two), one.activations.get(computer_name="D").pk]
    done = deactivate_several(chosen, by(actor, two, one))
    assert {each.pk for each in done.activations} == set(chosen)
    assert in_use(two, one) == [0, 2]
    freed = Activation.objects.filter(pk__in=chosen)
    assert set(freed.values_list("deactivated_at", "deactivated_by", "counts_for_quota")) == {
        (done.at, actor.user_id, True)
    }
    assert done.at == NOW
    assert left(one) == 1


def test_trail_tells_of_each_computer_as_when_it_is_deactivated_alone(anna: Customer, actor: Actor) -> None:
    first, second = make_license(customer=anna, computers=("A", "B")), make_license(customer=anna, computers=("C",))
    deactivate_several(computers_of(first, second), by(actor, first, second))
    events = AuditEvent.objects.filter(action="license.deactivated").order_by("id")
    told = {(event.target_id, event.details["computer"], event.details["activation"]) for event in events}
    rows = Activation.objects.all()
    assert told == {(row.license_id, row.computer_name, str(row.pk)) for row in rows}
    assert {(event.actor_name, event.customer_id, event.at) for event in events} == {("Anna Acme", anna.pk, NOW)}


def test_one_license_whose_quota_does_not_reach_leaves_everything_as_it_is(anna: Customer, actor: Actor) -> None:
    free, limited = make_license(customer=anna, computers=("A", "B")), make_limited(anna, 1, "C", "D")
    events = AuditEvent.objects.count()
    for licenses in ((free, limited), (limited, free)):
        with pytest.raises(LicenseError) as refused:
            deactivate_several(computers_of(*licenses), by(actor, *licenses))
        assert refused.value.reason is Reason.QUOTA_USED_UP
        assert refused.value.sentence == (
            "1 of 1 deactivations within 30 days is left. Of the 2 selected computers, 1 can be deactivated now."
        )
    assert in_use(free, limited) == [2, 2]
    assert AuditEvent.objects.count() == events


def test_quota_has_to_reach_for_all_computers_of_a_license(anna: Customer, actor: Actor) -> None:
    license = make_limited(anna, 2, "A", "B", "C")
    with pytest.raises(LicenseError):
        deactivate_several(computers_of(license), by(actor, license))
    deactivate_several(computers_of(license)[:2], by(actor, license))
    assert (in_use(license), left(license)) == ([1], 0)


def test_staff_need_no_quota(anna: Customer) -> None:
    license = make_limited(anna, 1, "A", "B", "C")
    deactivate_several(computers_of(license), by(Actor.vendor(anna.user), license))
    assert (in_use(license), left(license)) == ([0], 1)


def test_what_is_free_already_stays_as_it_is(anna: Customer, actor: Actor, clock: Clock) -> None:
    license = make_limited(anna, 2, "A", "B")
    chosen = computers_of(license)
    deactivate(chosen[0], actor)
    clock.pass_by(HOUR)
    done = deactivate_several(chosen, by(actor, license))
    assert [each.pk for each in done.activations] == chosen[1:]
    assert Activation.objects.get(pk=chosen[0]).deactivated_at == NOW
    again = deactivate_several(chosen, by(actor, license))
    assert again.activations == []
    assert AuditEvent.objects.filter(action="license.deactivated").count() == 2


def test_computers_of_licenses_where_nobody_was_named_to_act_are_left_alone(anna: Customer, actor: Actor) -> None:
    mine, other = make_license(customer=anna, computers=("A",)), make_license(computers=("B",))
    deactivate_several(computers_of(mine, other), by(actor, mine))
    assert in_use(mine, other) == [0, 1]


def test_licenses_are_locked_in_the_order_of_their_ids(anna: Customer) -> None:
    licenses = [make_license(customer=anna) for _ in range(4)]
    shuffled = [licenses[number].pk for number in (2, 0, 3, 1)]
    assert locked_licenses(shuffled) == licenses


def number_of_queries(license: License, actor: Actor, computers: Iterable[UUID]) -> int:
    with CaptureQueriesContext(connection) as queries:
        deactivate_several(computers, by(actor, license))
    return len(queries)


def test_fifty_computers_of_a_license_take_as_many_queries_as_one(anna: Customer, actor: Actor) -> None:
    one = make_limited(anna, 200, "SINGLE")
    many = make_limited(anna, 200, *(f"PC-{number}" for number in range(50)))
    single = number_of_queries(one, actor, computers_of(one))
    assert number_of_queries(many, actor, computers_of(many)) == single
    assert in_use(one, many) == [0, 0]


# Undo


def freed(actor: Actor, *licenses: License) -> list[UUID]:
    """Deactivate all computers of the licenses and return which."""
    done = deactivate_several(computers_of(*licenses), by(actor, *licenses))
    return [each.pk for each in done.activations]


def test_undo_activates_the_same_computers_and_takes_nothing_of_the_quota(
    anna: Customer, actor: Actor, clock: Clock
) -> None:
    first, second = make_limited(anna, 2, "A", "B"), make_limited(anna, 1, "C")
    chosen = freed(actor, first, second)
    clock.pass_by(HOUR - INSTANT)
    active = activate_again(chosen, by(actor, first, second))
    assert sorted(each.computer_id for each in active) == ["ID-A", "ID-B", "ID-C"]
    assert sorted(each.computer_name for each in active) == ["A", "B", "C"]
    assert in_use(first, second) == [2, 1]
    assert (left(first), left(second)) == (2, 1)
    events = AuditEvent.objects.filter(action="license.activated", details__undo=True)
    assert events.count() == 3


def test_after_an_hour_nothing_is_undone(anna: Customer, actor: Actor, clock: Clock) -> None:
    license = make_limited(anna, 2, "A", "B")
    chosen = freed(actor, license)
    clock.pass_by(HOUR)
    with pytest.raises(LicenseError, match="More than an hour has passed"):
        activate_again(chosen, by(actor, license))
    assert (in_use(license), left(license)) == ([0], 0)


def test_place_that_was_taken_meanwhile_is_named_and_nothing_is_undone(anna: Customer, actor: Actor) -> None:
    other, license = make_license(customer=anna, computers=("A", "B")), make_limited(anna, 1, "C")
    chosen = freed(actor, other, license)
    activate(license.pk, actor, computer_id="ID-NEW")
    with pytest.raises(LicenseError) as refused:
        activate_again(chosen, by(actor, other, license))
    assert refused.value.reason is Reason.NONE_LEFT
    assert refused.value.sentence.startswith(f"{license.product_version} ({license.key_tail}): The one activation")
    assert in_use(other, license) == [0, 1]


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_license_that_has_ended_meanwhile_is_not_activated_again(anna: Customer, actor: Actor, end: str) -> None:
    license = make_license(customer=anna, computers=("A",))
    chosen = freed(actor, license)
    if end == "revoked":
        revoke(license.pk, actor, reason="Unpaid")
    else:
        License.objects.filter(pk=license.pk).update(expires_on=TODAY - 9 * DAY)
    with pytest.raises(LicenseError, match=end):
        activate_again(chosen, by(actor, license))
    assert in_use(license) == [0]


def test_computer_that_is_active_again_already_is_left_as_it_is(anna: Customer, actor: Actor) -> None:
    license = make_license(customer=anna, computers=("A", "B"))
    chosen = freed(actor, license)
    back = activate(license.pk, actor, computer_id="ID-A", computer_name="A, renewed").activation
    active = activate_again(chosen, by(actor, license))
    assert [each.computer_id for each in active] == ["ID-B"]
    assert activate_again(chosen, by(actor, license)) == []
    assert in_use(license) == [2]
    back.refresh_from_db()
    assert (back.is_in_use, back.computer_name) == (True, "A, renewed")
