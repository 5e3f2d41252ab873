"""Each limit of a user group, at its border, above and empty, on create, edit and renew."""

from collections.abc import Callable

import pytest
from django.db.models import F

from licenses.errors import LicenseError
from licenses.issuing import edit
from licenses.models import License
from licenses.renewing import Renewal, renew
from organizations.models import UserGroup
from tests.cast import make_customer, make_product
from tests.licenses.reselling import (
    PERMANENT,
    SUBSCRIPTION,
    TRIAL,
    P,
    Recipient,
    actor_of,
    in_days,
    issue_by,
    issued_by,
    make_reseller,
)

pytestmark = pytest.mark.django_db
MAY = (P.CREATE, P.EDIT_CUSTOMERS, P.EDIT, P.RENEW)
MODELS = {"permanent": PERMANENT, "trial": TRIAL, "subscription": SUBSCRIPTION}


def set_issued(group: UserGroup, **numbers: int) -> UserGroup:
    """Say how many licenses the group has issued, and return it."""
    UserGroup.objects.filter(pk=group.pk).update(**{f"issued_{name}": number for name, number in numbers.items()})
    group.refresh_from_db()
    return group


def told(do: Callable[[], object]) -> str:
    """Return the sentence with which it is refused; nothing where it is done."""
    try:
        do()
    except LicenseError as refusal:
        return refusal.sentence
    return ""


@pytest.mark.parametrize("name", MODELS)
def test_numbers_of_each_model_on_create(name: str) -> None:
    north = set_issued(make_reseller(*MAY, **{f"max_{name}": 20}), **{name: 18})
    model, product = MODELS[name], make_product()
    ordered = {"license_model": model, "expires_on": in_days(30) if model != PERMANENT else None, "product": product}
    words = {"permanent": "permanent licenses", "trial": "trial licenses", "subscription": "subscriptions"}[name]
    sentence = f"18 of 20 {words} issued; you asked for 3."
    assert told(lambda: issue_by(north, number=3, **ordered)) == sentence
    assert told(lambda: issue_by(north, number=2, **ordered)) == ""
    assert told(lambda: issue_by(north, number=1, **ordered)).startswith("20 of 20")


@pytest.mark.parametrize("name", MODELS)
def test_empty_limit_is_none_and_zero_allows_nothing(name: str) -> None:
    north, model, product = make_reseller(*MAY), MODELS[name], make_product()
    ordered = {"license_model": model, "expires_on": in_days(30) if model != PERMANENT else None, "product": product}
    assert told(lambda: issue_by(north, number=100, **ordered)) == ""
    UserGroup.objects.filter(pk=north.pk).update(**{f"max_{name}": 0, f"issued_{name}": 0})
    assert told(lambda: issue_by(north, **ordered)).startswith("0 of 0")


def test_licenses_in_all_on_create() -> None:
    north = set_issued(make_reseller(*MAY, max_licenses=10), permanent=4, trial=4)
    assert told(lambda: issue_by(north, number=3)) == "8 of 10 licenses issued; you asked for 3."
    assert told(lambda: issue_by(north, number=2)) == ""


def test_deleted_licenses_count_as_issued() -> None:
    north = make_reseller(*MAY, max_permanent=1)
    License.objects.filter(pk=issued_by(north).pk).update(deleted_at=F("created_at"))
    assert told(lambda: issue_by(north)) == "1 of 1 permanent licenses issued; you asked for 1."


def test_licenses_for_one_customer_on_create() -> None:
    north = make_reseller(*MAY, max_licenses_per_customer=2)
    issue_by(north)
    assert told(lambda: issue_by(north, number=2)) == "anna@buyer.example has 1 of 2 licenses; you asked for 2."
    assert told(lambda: issue_by(north)) == ""
    assert told(lambda: issue_by(north, recipients=(Recipient("ben@buyer.example", "Ben"),), number=2)) == ""


def test_licenses_of_others_say_nothing_about_a_customer() -> None:
    north = make_reseller(*MAY, max_licenses_per_customer=1)
    hana = make_customer("Hana", email="hana@globex.example")
    License.objects.filter(pk=issued_by(north).pk).update(customer=hana, user_group=None)
    assert told(lambda: issue_by(north, recipients=(Recipient("hana@globex.example", "Hana"),))) == ""


def test_activations_in_one_license_on_create_and_edit() -> None:
    north = make_reseller(*MAY, max_activations_per_license=5)
    sentence = "One license may allow at most 5 activations; you asked for 6."
    assert told(lambda: issue_by(north, max_activations=6)) == sentence
    license = issued_by(north, max_activations=5)
    assert told(lambda: edited(license, max_activations=6)) == sentence
    License.objects.filter(pk=license.pk).update(max_activations=9)
    assert told(lambda: edited(license, comment="Staff allowed nine")) == ""
    assert told(lambda: edited(license, max_activations=8)) == "", "what is lowered is not refused"


@pytest.mark.parametrize(("days", "sentence"), [(30, ""), (31, "at most 30 days; you asked for 31")])
def test_longest_trial_on_create_edit_and_renew(days: int, sentence: str) -> None:
    north = make_reseller(*MAY, longest_trial_days=30)
    assert sentence in told(lambda: issue_by(north, license_model=TRIAL, expires_on=in_days(days)))
    assert sentence in told(lambda: issue_by(north, license_model=TRIAL, expires_after_days=days))
    dated = issued_by(north, license_model=TRIAL, expires_on=in_days(10))
    assert sentence in told(lambda: renew(dated.pk, actor_of(north), Renewal(expires_on=in_days(days))))
    lasting = issued_by(north, license_model=TRIAL, expires_after_days=10)
    assert sentence in told(lambda: edited(lasting, expires_after_days=days))


@pytest.mark.parametrize(("days", "sentence"), [(7, ""), (6, "at least 7 days; you asked for 6")])
def test_shortest_trial_on_create_and_edit(days: int, sentence: str) -> None:
    north = make_reseller(*MAY, shortest_trial_days=7)
    assert sentence in told(lambda: issue_by(north, license_model=TRIAL, expires_on=in_days(days)))
    license = issued_by(north, license_model=TRIAL, expires_after_days=10)
    assert sentence in told(lambda: edited(license, expires_after_days=days))


def test_trial_limits_are_for_trials_alone() -> None:
    north = make_reseller(*MAY, longest_trial_days=30, shortest_trial_days=7)
    assert told(lambda: issue_by(north, license_model=SUBSCRIPTION, expires_on=in_days(365))) == ""


def test_trial_cannot_be_renewed_again_and_again_beyond_the_longest() -> None:
    north = make_reseller(*MAY, longest_trial_days=30)
    license = issued_by(north, license_model=TRIAL, expires_on=in_days(20))
    assert told(lambda: renew(license.pk, actor_of(north), Renewal(expiry_days=10))) == ""
    assert "you asked for 31" in told(lambda: renew(license.pk, actor_of(north), Renewal(expiry_days=1)))


def test_latest_expiry_date_on_create_edit_and_renew() -> None:
    north = make_reseller(*MAY, latest_expiry_on=in_days(100))
    assert "at the latest" in told(lambda: issue_by(north, license_model=SUBSCRIPTION, expires_on=in_days(101)))
    assert "at the latest" in told(lambda: issue_by(north, license_model=SUBSCRIPTION, expires_after_days=101))
    license = issued_by(north, license_model=SUBSCRIPTION, expires_on=in_days(90))
    assert "at the latest" in told(lambda: renew(license.pk, actor_of(north), Renewal(expiry_days=11)))
    assert "at the latest" in told(lambda: edited(license, expires_on=in_days(101)))
    assert told(lambda: renew(license.pk, actor_of(north), Renewal(expires_on=in_days(100)))) == ""


def test_license_that_staff_let_last_longer_can_be_shortened() -> None:
    north = make_reseller(*MAY, latest_expiry_on=in_days(100))
    license = issued_by(north, license_model=SUBSCRIPTION, expires_on=in_days(90))
    License.objects.filter(pk=license.pk).update(expires_on=in_days(500))
    assert told(lambda: edited(license, expires_on=in_days(300))) == ""


def test_days_end_on_the_latest_date_whatever_is_edited() -> None:
    """Without a date of its own, a license would last so many days from whenever it is activated first."""
    north = make_reseller(*MAY, latest_expiry_on=in_days(100))
    license = issued_by(north, license_model=SUBSCRIPTION, expires_after_days=30)
    assert license.expires_on == in_days(100)
    assert edited(license, expires_on=None).expires_on == in_days(100)
    assert "at the latest" in told(lambda: edited(license, expires_on=in_days(101)))


def test_changed_model_counts_as_issuing_one_of_the_new_model() -> None:
    north = make_reseller(*MAY, max_permanent=1, max_licenses=3)
    trial = issued_by(north, license_model=TRIAL, expires_on=in_days(30))
    other = issued_by(north, license_model=TRIAL, expires_on=in_days(30))
    assert told(lambda: edited(trial, license_model=PERMANENT)) == ""
    north.refresh_from_db()
    assert (north.issued_trial, north.issued_permanent, north.issued) == (2, 1, 3)
    assert told(lambda: edited(other, license_model=PERMANENT)) == (
        "1 of 1 permanent licenses issued; you asked for 1."
    )


def test_refused_order_leaves_nothing() -> None:
    north = make_reseller(*MAY, max_licenses_per_customer=1)
    assert told(lambda: issue_by(north, number=2))
    north.refresh_from_db()
    assert (north.issued, License.objects.count()) == (0, 0)


def edited(license: License, **changed: object) -> License:
    """Edit the license as a member of its group."""
    license = License.objects.select_related("user_group", "product_version__product").get(pk=license.pk)
    assert license.user_group is not None
    for name, value in changed.items():
        setattr(license, name, value)
    return edit(license, actor_of(license.user_group))
