"""Orders: licenses made many at once, all or none, within what the user group may issue."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.audit import Actor
from accounts.models import AuditEvent
from licenses import activation_key
from licenses.errors import LicenseError, Reason
from licenses.models import Batch, Feature, License
from licenses.orders import MOST_AT_ONCE, Recipient, place
from organizations.models import Customer, UserGroup
from tests.cast import make_customer, make_organization, make_product, make_staff
from tests.licenses.reselling import (
    ANNA,
    PERMANENT,
    SUBSCRIPTION,
    TRIAL,
    P,
    actor_of,
    in_days,
    issue_by,
    issued_by,
    make_reseller,
    order_of,
)

pytestmark = pytest.mark.django_db
MAY = (P.CREATE, P.EDIT_CUSTOMERS)


def test_reseller_enters_a_customer_and_ten_licenses_at_once() -> None:
    north = make_reseller(*MAY, max_permanent=12)
    product = make_product("Spectra")
    export = Feature.objects.create(product=product, code="export", name="Export")
    placed = issue_by(north, product=product, number=10, max_activations=2, features=(export,), order_id="N-1")
    licenses = list(License.objects.filter(batch=placed.batch))
    assert len(licenses) == 10
    assert len({each.folded_key for each in licenses}) == 10
    assert all(activation_key.has_valid_checksum(each.activation_key) for each in licenses)
    assert {each.customer and each.customer.user.email for each in licenses} == {"anna@buyer.example"}
    assert {(each.licensee, each.order_id, each.max_activations) for each in licenses} == {("Anna Buyer", "N-1", 2)}
    assert all(list(each.features.all()) == [export] for each in licenses)
    assert {each.user_group_id for each in licenses} == {north.pk}
    north.refresh_from_db()
    assert (north.issued_permanent, north.issued) == (10, 10)
    assert AuditEvent.objects.filter(action="license.issued", user_group_id=north.pk).count() == 10


def test_what_the_order_makes_can_be_found_by_licensee_order_and_key() -> None:
    license = issued_by(make_reseller(*MAY), order_id="N 17")
    assert license.folded_licensee == "anna buyer"
    assert license.folded_order_id == "n 17"
    assert license.key_tail == license.activation_key[-5:]


def test_everybody_in_a_list_gets_licenses_of_their_own() -> None:
    north = make_reseller(*MAY)
    placed = issue_by(north, recipients=(ANNA, Recipient("ben@buyer.example", "Ben Buyer")), number=2)
    found = sorted(each.customer.user.email for each in placed.licenses if each.customer)
    assert found == ["anna@buyer.example"] * 2 + ["ben@buyer.example"] * 2


def test_same_form_sent_twice_has_one_effect() -> None:
    north = make_reseller(*MAY)
    actor, order = actor_of(north), order_of()
    first, second = place(order, north.pk, actor), place(order, north.pk, actor)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.batch == second.batch
    assert License.objects.count() == 1
    north.refresh_from_db()
    assert north.issued == 1


def test_form_of_somebody_else_with_the_same_token_is_another_form() -> None:
    north, order = make_reseller(*MAY), order_of()
    place(order, north.pk, actor_of(north))
    assert place(order, north.pk, actor_of(north)).is_new


def test_organization_of_the_customer_gets_the_license_too() -> None:
    north = make_reseller(*MAY)
    acme = make_organization("Acme", user_group=north)
    make_customer("Mira", organization=acme, user_group=north, email="mira@acme.example")
    license = issued_by(north, recipients=(Recipient("mira@acme.example"),))
    assert license.organization == acme
    assert license.licensee == "Acme"


def test_licenses_can_be_made_for_an_organization_without_a_customer() -> None:
    north = make_reseller(*MAY)
    acme = make_organization("Acme", user_group=north)
    license = issued_by(north, recipients=(), organization=acme)
    assert (license.customer, license.organization, license.licensee) == (None, acme, "Acme")


def test_licenses_can_be_made_in_stock_for_a_licensee() -> None:
    license = issued_by(make_reseller(*MAY), recipients=(), licensee="Stock of North")
    assert (license.customer, license.licensee) == (None, "Stock of North")


def test_license_for_nobody_at_all_is_refused() -> None:
    refused(make_reseller(*MAY), Reason.UNKNOWN_CUSTOMER, recipients=())


def test_somebody_whom_another_group_serves_gets_the_license_and_stays_with_whom_they_are() -> None:
    north = make_reseller(*MAY)
    globex = make_organization("Globex")
    hana = make_customer("Hana Secret", organization=globex, email="hana@globex.example")
    license = issued_by(north, recipients=(Recipient("hana@globex.example", "H. at Globex"),))
    hana.refresh_from_db()
    assert license.customer == hana
    assert (hana.user_group, hana.organization) == (None, globex)
    assert (license.licensee, license.organization) == ("H. at Globex", None)


def test_group_that_may_not_enter_customers_issues_to_those_it_serves() -> None:
    north = make_reseller(P.CREATE)
    make_customer("Mira", user_group=north, email="mira@acme.example")
    assert issued_by(north, recipients=(Recipient("mira@acme.example"),)).licensee == "Mira"
    refused(north, Reason.UNKNOWN_CUSTOMER)


def test_group_issues_only_the_products_that_staff_chose_for_it() -> None:
    spectra, bench = make_product("Spectra"), make_product("Bench")
    north = make_reseller(*MAY, product=spectra)
    assert issued_by(north, product=spectra).product == spectra
    refused(north, Reason.NOT_OFFERED, product=bench)


def test_group_that_lost_the_privilege_meanwhile_makes_nothing() -> None:
    nothing_made(make_reseller(P.EDIT_CUSTOMERS), PermissionDenied)


def test_group_that_was_switched_off_meanwhile_makes_nothing() -> None:
    nothing_made(make_reseller(*MAY, is_active=False), Http404)


def test_trials_and_subscriptions_begin_with_the_groups_days() -> None:
    north = make_reseller(*MAY, default_expiry_days=30)
    assert issued_by(north, license_model=TRIAL).expires_after_days == 30
    assert issued_by(north, license_model=SUBSCRIPTION, expires_on=in_days(90)).expires_after_days is None
    assert issued_by(north, license_model=PERMANENT).expires_after_days is None


def test_trial_without_an_end_is_refused() -> None:
    refused(make_reseller(*MAY), Reason.NEEDS_DATE, license_model=TRIAL)


def test_updates_are_included_as_the_group_usually_does() -> None:
    north = make_reseller(*MAY, default_has_maintenance=True, default_maintenance_days=365)
    assert issued_by(north).maintenance_until == in_days(365)
    assert issued_by(north, maintenance_until=in_days(10)).maintenance_until == in_days(10)


def test_trial_begins_with_no_more_days_than_it_may_last() -> None:
    north = make_reseller(*MAY, default_expiry_days=365, longest_trial_days=60)
    assert issued_by(north, license_model=TRIAL).expires_after_days == 60
    assert issued_by(north, license_model=SUBSCRIPTION).expires_after_days == 365


def test_license_of_days_expires_on_the_latest_date_however_late_it_is_activated() -> None:
    north = make_reseller(*MAY, latest_expiry_on=in_days(400))
    license = issued_by(north, license_model=SUBSCRIPTION, expires_after_days=365)
    assert (license.expires_on, license.expires_after_days) == (in_days(400), 365)


def test_more_than_a_thousand_at_once_are_refused() -> None:
    refused(make_reseller(*MAY), Reason.LIMIT_OF_NUMBER, number=MOST_AT_ONCE + 1)


def test_staff_make_licenses_for_customers_without_any_limit() -> None:
    stella = make_staff("Stella", "view", "add")
    make_customer("Sol", email="sol@home.example")
    order = order_of(recipients=(Recipient("sol@home.example"),), number=3)
    placed = place(order, None, Actor.vendor(stella))
    assert {each.user_group_id for each in placed.licenses} == {None}
    with pytest.raises(LicenseError, match="No customer has the address"):
        place(order_of(), None, Actor.vendor(stella))


def refused(north: UserGroup, reason: Reason, **changed: object) -> None:
    """Tell that the order is refused for that reason, and that nothing of it is there."""
    order, actor = order_of(**changed), actor_of(north)
    before = rows()
    with pytest.raises(LicenseError) as refusal:
        place(order, north.pk, actor)
    assert refusal.value.reason is reason
    assert rows() == before


def nothing_made(north: UserGroup, error: type[Exception]) -> None:
    """Tell that somebody who had the form open gets the page of whoever may not open it, and nothing is there."""
    order, actor = order_of(), actor_of(north)
    before = rows()
    with pytest.raises(error):
        place(order, north.pk, actor)
    assert rows() == before


def rows() -> list[int]:
    return [model.objects.count() for model in (License, Batch, Customer, AuditEvent)]
