"""What the database itself holds, whatever a form or a story may forget."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from licenses.models import Activation, Feature, License, LicenseModel, Product, ProductVersion
from organizations.models import Customer
from tests.cast import make_activation, make_license
from tests.licenses.moments import NOW

Change = Callable[[License], object]


def set_to(**fields: object) -> Change:
    return lambda license: License.objects.filter(pk=license.pk).update(**fields)


FORBIDDEN: dict[str, Change] = {
    "more in use than allowed": set_to(activations_in_use=4),
    "fewer allowed than in use": set_to(activations_in_use=3, max_activations=2),
    "fewer than none in use": set_to(activations_in_use=-1),
    "trial without an end": set_to(license_model=LicenseModel.TRIAL),
    "subscription without an end": set_to(license_model=LicenseModel.SUBSCRIPTION),
    "unknown license model": set_to(license_model="rental"),
    "no key": set_to(activation_key="", folded_key=""),
    "half a quota": set_to(deactivations_allowed=1),
    "quota of no days": set_to(deactivations_allowed=1, deactivation_days=0),
    "date before all": set_to(expires_on=date(1989, 12, 31)),
    "date after all": set_to(maintenance_until=date(3000, 1, 1)),
    "duration of no days": set_to(expires_after_days=0),
    "product version of nothing": set_to(product_version_id=None),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_database_refuses_a_license_that_cannot_be(license: License, name: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        FORBIDDEN[name](license)


def copy(license: License, **fields: object) -> License:
    row = License.objects.get(pk=license.pk)
    row.pk = License().pk
    for field, value in fields.items():
        setattr(row, field, value)
    row.save(force_insert=True)
    return row


def test_two_licenses_never_have_one_key_however_it_is_written(license: License) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        copy(license, activation_key=license.activation_key.lower().replace("-", " "))
    assert copy(license, activation_key="ANOTHER-KEY").pk != license.pk


def new_activation(license: License, **fields: object) -> Activation:
    row = {
        "license": license,
        "computer_id": "ID-LAPTOP",
        "activated_as": "person",
        "license_file_id": "0" * 32,
        "license_file_issued_at": NOW,
    }
    return Activation.objects.create(**row | fields)


def test_one_computer_uses_a_license_once_at_a_time(license: License, anna: Customer) -> None:
    first = make_activation(license, "LAPTOP")
    with pytest.raises(IntegrityError), transaction.atomic():
        new_activation(license)
    Activation.objects.filter(pk=first.pk).update(deactivated_at=NOW)
    new_activation(license)
    new_activation(make_license(customer=anna), license_file_id="1" * 32)


@pytest.mark.parametrize("fields", [{"computer_id": ""}, {"counts_for_quota": True}, {"license_id": None}])
def test_database_refuses_an_activation_that_cannot_be(license: License, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        new_activation(license, **fields)


def test_two_activations_never_have_one_license_file(license: License) -> None:
    new_activation(license)
    with pytest.raises(IntegrityError), transaction.atomic():
        new_activation(license, computer_id="ID-OTHER")


def test_products_versions_and_features_are_unique(product: Product) -> None:
    version = product.versions.get()
    again: list[Callable[[], object]] = [
        lambda: Product.objects.create(name="Another", slug=product.slug),
        lambda: ProductVersion.objects.create(
            product=product, major=version.major, minor=version.minor, released_on=version.released_on
        ),
        lambda: Feature.objects.create(product=product, code="export", name="Export again"),
    ]
    Feature.objects.create(product=product, code="export", name="Export")
    for make in again:
        with pytest.raises(IntegrityError), transaction.atomic():
            make()


def test_nothing_that_history_hangs_on_can_be_deleted(license: License, anna: Customer) -> None:
    make_activation(license)
    for row in (license, license.product, license.product_version, anna, anna.user, license.activations.get()):
        with pytest.raises(ProtectedError), transaction.atomic():
            row.delete()
