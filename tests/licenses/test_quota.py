"""The deactivation quota: whose it is, what counts, and when the next one comes back."""

from datetime import datetime, timedelta

import pytest

from accounts.audit import Actor
from licenses.activation import activate, deactivate
from licenses.errors import Reason
from licenses.models import License, QuotaPer
from licenses.quota import Quota, quota_of, quota_refusal, quota_terms
from organizations.models import Customer
from organizations.privileges import Privilege
from tests.cast import make_activation, make_group, make_license, make_product
from tests.licenses.moments import DAY, HOUR, INSTANT, NOW, Clock
from tests.licenses.reselling import actor_of

PERIOD = 30 * DAY


def license_with_quota(customer: Customer, allowed: int, *, max_activations: int = 10) -> License:
    return make_license(
        customer=customer,
        max_activations=max_activations,
        deactivations_allowed=allowed,
        deactivation_days=30,
        deactivations_per=QuotaPer.LICENSE,
    )


def quota(license: License) -> Quota:
    found = quota_of(License.objects.get(pk=license.pk))
    assert found is not None
    return found


def use_one(license: License, actor: Actor) -> None:
    """Activate a further computer and deactivate it again."""
    deactivate(make_activation(license).pk, actor)


@pytest.mark.parametrize(
    ("of_product", "of_license", "terms"),
    [
        ((None, None, QuotaPer.LICENSE), (None, None, QuotaPer.LICENSE), None),
        ((2, 30, QuotaPer.LICENSE), (None, None, QuotaPer.ACTIVATION), (2, 30)),
        ((2, 30, QuotaPer.ACTIVATION), (None, None, QuotaPer.LICENSE), (10, 30)),
        ((2, 30, QuotaPer.LICENSE), (4, 365, QuotaPer.LICENSE), (4, 365)),
        ((2, 30, QuotaPer.LICENSE), (4, 365, QuotaPer.ACTIVATION), (20, 365)),
        ((None, None, QuotaPer.LICENSE), (1, 7, QuotaPer.ACTIVATION), (5, 7)),
        ((2, 30, QuotaPer.LICENSE), (0, 30, QuotaPer.LICENSE), (0, 30)),
    ],
)
def test_own_quota_comes_before_the_products_and_no_quota_is_no_limit(
    anna: Customer,
    of_product: tuple[int | None, int | None, QuotaPer],
    of_license: tuple[int | None, int | None, QuotaPer],
    terms: tuple[int, int] | None,
) -> None:
    product = make_product(
        default_deactivations_allowed=of_product[0],
        default_deactivation_days=of_product[1],
        default_deactivations_per=of_product[2],
    )
    license = make_license(
        customer=anna,
        product=product,
        max_activations=5,
        deactivations_allowed=of_license[0],
        deactivation_days=of_license[1],
        deactivations_per=of_license[2],
    )
    assert quota_terms(license) == terms


def test_without_a_quota_computers_are_deactivated_without_end(license: License, actor: Actor) -> None:
    for _ in range(10):
        use_one(license, actor)
    assert quota_of(license) is None
    assert quota_refusal(None) is None


def test_each_deactivation_uses_one_up_and_the_page_says_so(anna: Customer, actor: Actor) -> None:
    license = license_with_quota(anna, 2)
    assert quota(license).text == "2 of 2 deactivations within 30 days are left."
    use_one(license, actor)
    assert quota(license).text == "1 of 2 deactivations within 30 days is left."
    use_one(license, actor)
    assert quota(license).left == 0
    assert license_with_quota_text(anna) == "1 of 1 deactivations within 30 days is left."


def license_with_quota_text(customer: Customer) -> str:
    return quota(license_with_quota(customer, 1)).text


def test_used_up_quota_says_when_the_next_one_comes_back(anna: Customer, actor: Actor) -> None:
    license = license_with_quota(anna, 1)
    use_one(license, actor)
    refusal = quota_refusal(quota(license))
    assert refusal is not None
    assert refusal.reason is Reason.QUOTA_USED_UP
    assert refusal.sentence == (
        "No deactivation is left: 1 of 1 were used within 30 days. The next one comes back on 9 Apr 2026."
    )


def test_quota_of_none_at_all_says_whom_to_ask(anna: Customer) -> None:
    refusal = quota_refusal(quota(license_with_quota(anna, 0)))
    assert refusal is not None
    assert refusal.sentence == ("People cannot deactivate computers of this license themselves. Ask whoever serves it.")


@pytest.mark.parametrize(("later", "used"), [(PERIOD - INSTANT, 1), (PERIOD, 0), (PERIOD + INSTANT, 0)])
def test_deactivation_counts_until_its_period_is_over(
    anna: Customer, actor: Actor, clock: Clock, later: timedelta, used: int
) -> None:
    license = license_with_quota(anna, 1)
    use_one(license, actor)
    clock.move_to(NOW + later)
    assert quota(license).used == used


def test_next_one_comes_back_at_the_very_moment_that_was_said(anna: Customer, actor: Actor, clock: Clock) -> None:
    license = license_with_quota(anna, 2)
    use_one(license, actor)
    clock.pass_by(3 * DAY)
    use_one(license, actor)
    next_at = quota(license).next_at
    assert next_at == NOW + PERIOD
    clock.move_to(next_at - INSTANT)
    assert quota(license).left == 0
    clock.move_to(next_at)
    assert quota(license).left == 1
    assert quota(license).next_at == NOW + 3 * DAY + PERIOD


def test_after_the_quota_was_lowered_one_waits_until_fewer_than_allowed_count(
    anna: Customer, actor: Actor, clock: Clock
) -> None:
    license = license_with_quota(anna, 3)
    for _ in range(3):
        use_one(license, actor)
        clock.pass_by(DAY)
    License.objects.filter(pk=license.pk).update(deactivations_allowed=1)
    assert (quota(license).used, quota(license).left) == (3, 0)
    assert quota(license).next_at == NOW + 2 * DAY + PERIOD
    clock.move_to(NOW + 2 * DAY + PERIOD)
    assert quota(license).left == 1


def test_quota_per_activation_grows_with_the_activations_allowed(anna: Customer) -> None:
    license = make_license(customer=anna, max_activations=3, deactivations_allowed=2, deactivation_days=30)
    assert quota(license).allowed == 6
    License.objects.filter(pk=license.pk).update(max_activations=4)
    assert quota(license).allowed == 8


def test_what_staff_free_does_not_count(anna: Customer, actor: Actor) -> None:
    license = license_with_quota(anna, 1)
    use_one(license, Actor.vendor(anna.user))
    assert quota(license).used == 0
    use_one(license, actor)
    use_one(license, Actor.vendor(anna.user))
    assert quota(license).used == 1


def test_what_group_members_deactivate_counts(anna: Customer) -> None:
    group = make_group(Privilege.ACTIVATE, Privilege.DEACTIVATE, name="North")
    license = license_with_quota(anna, 1)
    License.objects.filter(pk=license.pk).update(user_group=group)
    use_one(license, actor_of(group))
    assert quota(license).left == 0


@pytest.mark.parametrize(
    ("later", "used"), [(timedelta(0), 0), (HOUR - INSTANT, 0), (HOUR, 1), (HOUR + INSTANT, 1), (DAY, 1)]
)
def test_computer_activated_again_within_an_hour_was_not_deactivated(
    anna: Customer, actor: Actor, clock: Clock, later: timedelta, used: int
) -> None:
    license = license_with_quota(anna, 1)
    activation = make_activation(license, "LAPTOP")
    deactivate(activation.pk, actor)
    activation.refresh_from_db()
    clock.move_to(NOW + later)
    assert activation.can_undo is (used == 0)
    activate(license.pk, actor, computer_id="ID-LAPTOP")
    assert quota(license).used == used


def test_another_computer_activated_within_the_hour_undoes_nothing(anna: Customer, actor: Actor) -> None:
    license = license_with_quota(anna, 1)
    deactivate(make_activation(license, "LAPTOP").pk, actor)
    activate(license.pk, actor, computer_id="ID-OTHER")
    assert quota(license).used == 1


def test_undoing_gives_back_one_and_not_what_other_computers_used(anna: Customer, actor: Actor) -> None:
    license = license_with_quota(anna, 3)
    for name in ("ONE", "TWO"):
        deactivate(make_activation(license, name).pk, actor)
    activate(license.pk, actor, computer_id="ID-ONE")
    assert quota(license).used == 1


def test_same_computer_on_another_license_undoes_nothing_here(anna: Customer, actor: Actor) -> None:
    license = license_with_quota(anna, 1)
    deactivate(make_activation(license, "LAPTOP").pk, actor)
    activate(license_with_quota(anna, 1).pk, actor, computer_id="ID-LAPTOP")
    assert quota(license).used == 1


def test_period_shorter_than_an_hours_undo_is_still_a_day(anna: Customer, actor: Actor, clock: Clock) -> None:
    license = make_license(customer=anna, deactivations_allowed=1, deactivation_days=1, deactivations_per="license")
    use_one(license, actor)
    clock.pass_by(DAY - INSTANT)
    assert quota(license).left == 0
    clock.pass_by(INSTANT)
    assert quota(license).left == 1


def test_moments_are_counted_and_not_days_of_the_calendar(anna: Customer, actor: Actor, clock: Clock) -> None:
    license = license_with_quota(anna, 1)
    clock.move_to(datetime(2026, 3, 10, 23, 59, tzinfo=NOW.tzinfo))
    use_one(license, actor)
    clock.move_to(datetime(2026, 4, 9, 0, 0, tzinfo=NOW.tzinfo))
    assert quota(license).left == 0
