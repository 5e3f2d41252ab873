"""Issuing license files anew, and which ones are out of date."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from accounts.audit import Actor
from accounts.models import AuditEvent
from licenses.activation import activate, deactivate, rename_computer, replace
from licenses.errors import LicenseError, Reason
from licenses.issuing import edit, reinstate, revoke
from licenses.license_files import issue_license_file, issue_outdated_license_files
from licenses.locking import locked_activation, locked_license
from licenses.models import Activation, Feature, License, LicenseFile, LicenseModel, Product, ProductVersion
from organizations.models import Customer
from tests.cast import make_activation, make_customer, make_group, make_license, make_organization, make_product
from tests.licenses.moments import DAY, HOUR, NOW, TODAY, Clock

Change = Callable[[License], object]


def outdated(license: License) -> list[str]:
    """Return the names of the computers that need a new license file, by the query and by the row alike."""
    rows = license.activations.select_related("license").in_use()
    by_row = sorted(activation.label for activation in rows if activation.needs_license_file)
    by_query = sorted(activation.label for activation in license.activations.needing_license_file())
    assert by_row == by_query
    return by_row


def fresh(license: License) -> License:
    return License.objects.get(pk=license.pk)


def test_new_file_has_an_id_and_a_moment_of_its_own_and_uses_nothing_up(
    license: License, actor: Actor, clock: Clock
) -> None:
    activation = make_activation(license, "LAPTOP")
    clock.pass_by(HOUR)
    anew = issue_license_file(activation.pk, actor)
    assert anew.license_file_id != activation.license_file_id
    assert anew.license_file_issued_at == NOW + HOUR
    assert fresh(license).activations_in_use == 1
    assert activation.license_files.count() == 2
    assert AuditEvent.objects.latest("id").action == "license.file_issued"


def test_every_issued_file_is_kept_as_it_was_signed(license: License, actor: Actor) -> None:
    activation = make_activation(license)
    first = activation.license_files.get()
    issue_license_file(activation.pk, actor)
    assert LicenseFile.objects.get(pk=first.pk).text == first.text


def test_no_file_is_issued_for_revoked_expired_or_deactivated(anna: Customer, actor: Actor) -> None:
    license = make_license(customer=anna, computers=("ONE", "TWO"))
    one, two = license.activations.order_by("pk")
    deactivate(one.pk, actor)
    assert reason_of_refusal(one, actor) is Reason.NOT_IN_USE
    License.objects.filter(pk=license.pk).update(expires_on=TODAY - 2 * DAY)
    assert reason_of_refusal(two, actor) is Reason.EXPIRED
    revoke(license.pk, actor, reason="Unpaid")
    assert reason_of_refusal(two, actor) is Reason.REVOKED


def reason_of_refusal(activation: Activation, actor: Actor) -> Reason:
    files = LicenseFile.objects.count()
    with pytest.raises(LicenseError) as refused:
        issue_license_file(activation.pk, actor)
    assert LicenseFile.objects.count() == files
    return refused.value.reason


def set_and_edit(**changes: object) -> Change:
    def change(license: License) -> None:
        for name, value in changes.items():
            setattr(license, name, value)
        edit(license, Actor.person(make_customer().user))

    return change


def of_version(license: License) -> None:
    version = ProductVersion.objects.create(product=license.product, major=5, minor=0, released_on=date(2026, 2, 1))
    set_and_edit(product_version=version)(license)


def of_organization(license: License) -> None:
    set_and_edit(organization=make_organization("Acme"))(license)


def with_feature(license: License) -> None:
    feature = Feature.objects.create(product=license.product, code="export", name="Export")
    edit(license, Actor.person(make_customer().user), features=(feature,))


def of_another_customer(license: License) -> None:
    set_and_edit(customer=make_customer())(license)


def of_a_user_group(license: License) -> None:
    set_and_edit(user_group=make_group())(license)


def with_the_same_features(license: License) -> None:
    edit(license, Actor.person(make_customer().user), features=())


CONTAINED: dict[str, Change] = {
    "renewed by date": set_and_edit(expires_on=date(2030, 1, 1)),
    "renewed by maintenance": set_and_edit(maintenance_until=date(2030, 1, 1)),
    "activations allowed": set_and_edit(max_activations=9),
    "floating seats": set_and_edit(floating_seats=9),
    "license model": set_and_edit(license_model=LicenseModel.TRIAL, expires_on=date(2030, 1, 1)),
    "licensee": set_and_edit(licensee="Acme Holding"),
    "product version": of_version,
    "organization": of_organization,
    "features": with_feature,
}
NOT_CONTAINED: dict[str, Change] = {
    "nothing": set_and_edit(),
    "comment": set_and_edit(comment="Called on Monday"),
    "order id": set_and_edit(order_id="4711"),
    "quota": set_and_edit(deactivations_allowed=1, deactivation_days=30),
    "customer": of_another_customer,
    "user group": of_a_user_group,
    "same features": with_the_same_features,
}


@pytest.mark.parametrize("name", CONTAINED)
def test_edit_of_what_files_contain_puts_them_out_of_date(license: License, clock: Clock, name: str) -> None:
    make_activation(license, "ONE")
    make_activation(license, "TWO")
    clock.pass_by(HOUR)
    assert outdated(license) == []
    CONTAINED[name](fresh(license))
    assert outdated(license) == ["ONE", "TWO"]


@pytest.mark.parametrize("name", NOT_CONTAINED)
def test_edit_of_anything_else_leaves_files_up_to_date(license: License, clock: Clock, name: str) -> None:
    make_activation(license, "ONE")
    clock.pass_by(HOUR)
    NOT_CONTAINED[name](fresh(license))
    assert outdated(license) == []


def test_activations_deactivations_and_revoking_leave_files_up_to_date(
    license: License, actor: Actor, clock: Clock
) -> None:
    make_activation(license, "ONE")
    clock.pass_by(HOUR)
    two = make_activation(license, "TWO")
    replace(two.pk, actor, computer_id="ID-THREE", computer_name="THREE")
    revoke(license.pk, actor, reason="Unpaid")
    reinstate(license.pk, actor)
    assert outdated(license) == []


def test_renaming_puts_out_of_date_the_file_of_that_computer_alone(
    license: License, actor: Actor, clock: Clock
) -> None:
    one, _two = make_activation(license, "ONE"), make_activation(license, "TWO")
    clock.pass_by(HOUR)
    rename_computer(one.pk, actor, name="FIRST", was="ONE")
    assert outdated(license) == ["FIRST"]


def test_days_that_begin_with_the_first_activation_leave_its_file_up_to_date(anna: Customer, actor: Actor) -> None:
    license = make_license(customer=anna, license_model=LicenseModel.TRIAL, expires_after_days=30)
    activate(license.pk, actor, computer_id="ID-1")
    assert outdated(fresh(license)) == []


def test_file_whose_own_days_are_over_is_out_of_date(anna: Customer, clock: Clock) -> None:
    product = make_product("Sonar", license_file_days=14)
    license = make_license(customer=anna, product=product, computers=("ONE",))
    ends_at = license.activations.get().license_file_ends_at
    assert ends_at is not None
    clock.move_to(ends_at - timedelta(seconds=1))
    assert outdated(license) == []
    clock.move_to(ends_at)
    assert outdated(license) == ["ONE"]


def test_all_that_are_out_of_date_are_issued_anew_and_no_others(license: License, actor: Actor, clock: Clock) -> None:
    one, two = make_activation(license, "ONE"), make_activation(license, "TWO")
    gone = make_activation(license, "GONE")
    deactivate(gone.pk, actor)
    clock.pass_by(HOUR)
    rename_computer(two.pk, actor, name="SECOND", was="TWO")
    issued = issue_outdated_license_files(license.pk, actor)
    assert [activation.label for activation in issued] == ["SECOND"]
    assert outdated(license) == []
    assert [files_of(activation) for activation in (one, two, gone)] == [1, 2, 1]
    assert fresh(license).activations_in_use == 2


def files_of(activation: Activation) -> int:
    return LicenseFile.objects.filter(activation=activation).count()


def test_when_all_are_up_to_date_none_is_issued(license: License, actor: Actor) -> None:
    make_activation(license)
    assert issue_outdated_license_files(license.pk, actor) == []
    assert LicenseFile.objects.count() == 1


@pytest.mark.parametrize("reason", [Reason.REVOKED, Reason.EXPIRED])
def test_none_is_issued_for_a_revoked_or_expired_license(
    license: License, actor: Actor, clock: Clock, reason: Reason
) -> None:
    make_activation(license)
    clock.pass_by(HOUR)
    set_and_edit(licensee="Acme Holding", expires_on=TODAY - 2 * DAY)(fresh(license))
    if reason is Reason.REVOKED:
        revoke(license.pk, actor, reason="Unpaid")
    with pytest.raises(LicenseError) as refused:
        issue_outdated_license_files(license.pk, actor)
    assert refused.value.reason is reason
    assert LicenseFile.objects.count() == 1


def test_file_issued_in_the_very_moment_of_an_edit_is_up_to_date(license: License, actor: Actor) -> None:
    activation = make_activation(license, "ONE")
    set_and_edit(licensee="Acme Holding")(fresh(license))
    issue_license_file(activation.pk, actor)
    assert outdated(license) == []


def test_edit_that_waited_while_a_file_was_issued_puts_that_file_out_of_date(
    license: License, actor: Actor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    activation = make_activation(license, "ONE")

    def wait_for_somebody_who_issues(license_id: UUID) -> License:
        clock.pass_by(HOUR)
        issue_license_file(activation.pk, actor)
        clock.pass_by(HOUR)
        return locked_license(license_id)

    monkeypatch.setattr("licenses.issuing.locked_license", wait_for_somebody_who_issues)
    set_and_edit(licensee="Acme Holding")(fresh(license))
    assert outdated(license) == ["ONE"]


def test_file_that_waited_for_an_edit_is_up_to_date(
    license: License, actor: Actor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    activation = make_activation(license, "ONE")

    def wait_for_somebody_who_edits(activation_id: UUID) -> Activation:
        clock.pass_by(HOUR)
        set_and_edit(licensee="Acme Holding")(fresh(license))
        clock.pass_by(HOUR)
        return locked_activation(activation_id)

    monkeypatch.setattr("licenses.license_files.locked_activation", wait_for_somebody_who_edits)
    issue_license_file(activation.pk, actor)
    assert outdated(license) == []


def test_when_one_file_cannot_be_signed_none_is_issued(
    license: License, product: Product, actor: Actor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_activation(license, "ONE")
    make_activation(license, "TWO")
    clock.pass_by(HOUR)
    set_and_edit(licensee="Acme Holding")(fresh(license))
    ids: list[datetime | None] = []

    def second_fails(issued_license: License, issued_at: datetime) -> None:
        ids.append(issued_at)
        if len(ids) == 2:
            raise RuntimeError("out of order")

    monkeypatch.setattr("licenses.license_files.license_file_end", second_fails)
    with pytest.raises(RuntimeError, match="out of order"):
        issue_outdated_license_files(license.pk, actor)
    assert outdated(license) == ["ONE", "TWO"]
    assert LicenseFile.objects.count() == 2
