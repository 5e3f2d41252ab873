"""Section 2: the database itself holds what must always be true. Each test goes around forms and stories."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Model
from django.utils import timezone

from accounts.audit import Kind
from accounts.models import DemoMark, User
from licenses.models import Activation, Feature, License, LicenseModel, Product, ProductVersion, SigningKey
from organizations.models import Customer, GroupMember, Organization, OrganizationDomain, OrganizationTenant, UserGroup
from tests.cast import Cast, make_cast

NOW = timezone.now()
KEY = "ABCDE-23456-FGHJK-789MN-PQRST"
TENANT = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def person(email: str) -> object:
    return User.objects.bulk_create([User(email=email, full_name="Somebody")])


def change(row: Model, **values: object) -> object:
    return type(row)._default_manager.filter(pk=row.pk).update(**values)


def organization(name: str, group: UserGroup | None = None) -> Organization:
    return Organization.objects.bulk_create([Organization(name=name, user_group=group)])[0]


def domain(cast: Cast, name: str) -> object:
    return OrganizationDomain.objects.bulk_create([OrganizationDomain(organization=cast.acme, domain=name)])


def tenant(cast: Cast, tenant_id: str) -> object:
    return OrganizationTenant.objects.bulk_create([OrganizationTenant(organization=cast.acme, tenant_id=tenant_id)])


def license(cast: Cast, **values: object) -> License:
    facts = {
        "activation_key": KEY,
        "product_version": cast.license.product_version,
        "license_model": LicenseModel.PERMANENT,
        "licensee": "Acme",
    }
    return License.objects.bulk_create([License(**(facts | values))])[0]


def activation(cast: Cast, computer_id: str, file_id: str = "0" * 32, **values: object) -> object:
    facts = {"license_file_id": file_id, "license_file_issued_at": NOW, "activated_as": Kind.SYSTEM}
    return Activation.objects.bulk_create(
        [Activation(license=cast.license, computer_id=computer_id, **(facts | values))]
    )


def signing_key(cast: Cast, **values: object) -> object:
    facts = {"key_id": "another", "public_key": "x", "private_key": "x"}
    return SigningKey.objects.bulk_create([SigningKey(product=cast.license.product, **(facts | values))])


def feature(cast: Cast, code: str) -> object:
    return Feature.objects.bulk_create([Feature(product=cast.license.product, code=code, name="Reports")])


def version(cast: Cast, **values: object) -> object:
    facts = {"major": 5, "minor": 0, "released_on": date(2025, 1, 1)}
    return ProductVersion.objects.bulk_create([ProductVersion(product=cast.license.product, **(facts | values))])


def expires_on(day: date | None) -> dict[str, object]:
    return {"license_model": LicenseModel.TRIAL, "expires_on": day}


REFUSED: dict[str, Callable[[Cast], object]] = {
    "e-mail address in capitals": lambda cast: person("Anna@acme.example"),
    "e-mail domain in capitals": lambda cast: person("anna@ACME.example"),
    "e-mail address that is not ASCII": lambda cast: person("ännä@acme.example"),
    "e-mail domain that is not ASCII": lambda cast: person("anna@äcme.example"),
    "e-mail address that looks ASCII": lambda cast: person("аnna@acme.example"),
    "blank e-mail address": lambda cast: person(""),
    "e-mail address of blanks": lambda cast: person(" "),
    "e-mail address without @": lambda cast: person("anna"),
    "e-mail address with two @": lambda cast: person("anna@b@acme.example"),
    "e-mail address with a line break": lambda cast: person("anna@acme.example\n"),
    "e-mail address of somebody else": lambda cast: person(cast.secondary.user.email),
    "e-mail address changed to capitals": lambda cast: change(cast.secondary.user, email="SAM@people.example"),
    "second customer of a person": lambda cast: Customer.objects.bulk_create([Customer(user=cast.secondary.user)]),
    "second group of a member": lambda cast: GroupMember.objects.bulk_create(
        [GroupMember(user=cast.north.members.all()[0].user, user_group=cast.south)]
    ),
    "organization's name twice in a group": lambda cast: organization("acme", cast.north),
    "organization's name twice in a group, in wide letters": lambda cast: organization("ＡＣＭＥ", cast.north),
    "organization's name twice without a group": lambda cast: organization("GLOBEX"),
    "organization's name twice without a group, with blanks": lambda cast: organization(" globex "),
    "organization without a name": lambda cast: organization(" "),
    "one person in both contact roles": lambda cast: change(cast.acme, primary_contact=cast.secondary),
    "domain twice": lambda cast: [domain(cast, "acme.example"), domain(cast, "acme.example")],
    "domain in capitals": lambda cast: domain(cast, "Acme.example"),
    "domain that is not ASCII": lambda cast: domain(cast, "äcme.example"),
    "domain with a line break": lambda cast: domain(cast, "acme.example\n"),
    "domain without a dot": lambda cast: domain(cast, "acme"),
    "domain with @": lambda cast: domain(cast, "@acme.example"),
    "public mail domain": lambda cast: domain(cast, "gmail.com"),
    "another public mail domain": lambda cast: domain(cast, "outlook.com"),
    "tenant twice": lambda cast: [tenant(cast, TENANT), tenant(cast, TENANT)],
    "tenant in capitals": lambda cast: tenant(cast, TENANT.upper()),
    "tenant with a line break": lambda cast: tenant(cast, f"{TENANT[:-1]}\n"),
    "tenant by its name": lambda cast: tenant(cast, "acme.onmicrosoft.com"),
    "tenant that is open to anybody": lambda cast: tenant(cast, "9188040d-6c67-4c5b-b112-36a304b66dad"),
    "user group's name twice": lambda cast: UserGroup.objects.bulk_create([UserGroup(name="North")]),
    "user group without a name": lambda cast: change(cast.north, name=""),
    "product's slug twice": lambda cast: Product.objects.bulk_create([Product(name="Other", slug="spectra")]),
    "product without a slug": lambda cast: change(cast.license.product, slug=""),
    "product's quota without a period": lambda cast: change(cast.license.product, default_deactivations_allowed=1),
    "product's license file days of none": lambda cast: change(cast.license.product, license_file_days=0),
    "product version twice": lambda cast: version(cast, major=4, minor=1),
    "product version out of any calendar": lambda cast: version(cast, released_on=date(9999, 1, 1)),
    "feature's code twice": lambda cast: [feature(cast, "PRO"), feature(cast, "PRO")],
    "feature without a code": lambda cast: feature(cast, ""),
    "second active signing key": signing_key,
    "key id twice": lambda cast: signing_key(
        cast, key_id=cast.license.product.signing_keys.get().key_id, retired_at=NOW
    ),
    "activation key twice": lambda cast: [license(cast), license(cast)],
    "activation key twice, written otherwise": lambda cast: [license(cast), license(cast, activation_key=KEY.lower())],
    "activation key twice, with blanks": lambda cast: [
        license(cast),
        license(cast, activation_key=KEY.replace("-", " ")),
    ],
    "activation key of a deleted license": lambda cast: license(
        cast, activation_key=cast.deleted_license.activation_key
    ),
    "license without a key": lambda cast: license(cast, activation_key="---"),
    "more activations in use than allowed": lambda cast: change(cast.license, activations_in_use=4),
    "more activations in use by counting": lambda cast: change(
        cast.license, activations_in_use=F("activations_in_use") + 3
    ),
    "fewer activations allowed than in use": lambda cast: change(cast.license, max_activations=0),
    "fewer than no activation in use": lambda cast: change(
        cast.license, activations_in_use=F("activations_in_use") - 2
    ),
    "activations allowed below none": lambda cast: change(cast.globex_license, max_activations=-1),
    "unknown license model": lambda cast: change(cast.license, license_model="rented"),
    "trial that never expires": lambda cast: change(cast.license, license_model=LicenseModel.TRIAL),
    "subscription that never expires": lambda cast: license(cast, license_model=LicenseModel.SUBSCRIPTION),
    "trial whose expiry is taken away": lambda cast: change(
        license(cast, **expires_on(date(2027, 1, 1))), expires_on=None
    ),
    "date after the last one": lambda cast: license(cast, **expires_on(date(3000, 1, 1))),
    "date before the first one": lambda cast: license(cast, **expires_on(date(1989, 12, 31))),
    "updates included beyond the last date": lambda cast: change(cast.license, maintenance_until=date(3000, 1, 1)),
    "duration of no day": lambda cast: change(cast.license, expires_after_days=0),
    "deactivation quota without a period": lambda cast: change(cast.license, deactivations_allowed=1),
    "deactivation quota of no day": lambda cast: change(cast.license, deactivations_allowed=1, deactivation_days=0),
    "deactivation period without a number": lambda cast: change(cast.license, deactivation_days=30),
    "second open activation of a computer": lambda cast: activation(cast, cast.activation.computer_id),
    "activation without a computer ID": lambda cast: activation(cast, ""),
    "license file id twice": lambda cast: [activation(cast, "A"), activation(cast, "B")],
    "open activation that counts for the quota": lambda cast: change(cast.activation, counts_for_quota=True),
    "second demo mark": lambda cast: DemoMark.objects.bulk_create([DemoMark(pk=2)]),
}

ACCEPTED: dict[str, Callable[[Cast], object]] = {
    "e-mail address": lambda cast: person("anna@acme.example"),
    "organization": lambda cast: organization("Initech", cast.north),
    "domain": lambda cast: domain(cast, "acme.example"),
    "product version": version,
    "feature": lambda cast: feature(cast, "PRO"),
    "license": license,
    "activation": lambda cast: activation(cast, "A"),
    "quota": lambda cast: change(cast.license, deactivations_allowed=1, deactivation_days=30),
    "organization's name again in another group": lambda cast: organization("Acme", cast.south),
    "organization's name again without a group": lambda cast: organization("Acme"),
    "computer again after it was deactivated": lambda cast: [
        change(cast.activation, deactivated_at=NOW),
        activation(cast, cast.activation.computer_id),
    ],
    "retired signing key": lambda cast: signing_key(cast, retired_at=NOW - timedelta(days=1)),
    "trial with a duration": lambda cast: license(cast, license_model=LicenseModel.TRIAL, expires_after_days=30),
    "as many activations in use as allowed": lambda cast: change(cast.license, activations_in_use=3),
    "the last date": lambda cast: license(cast, **expires_on(date(2999, 12, 31))),
}

HISTORY: dict[str, Callable[[Cast], object]] = {
    "customer of a license": lambda cast: delete(Customer.objects.get(license=cast.license)),
    "person of a customer": lambda cast: delete(cast.secondary.user),
    "organization of a license": lambda cast: delete(cast.acme),
    "user group of a license": lambda cast: delete(cast.north),
    "license with activations": lambda cast: delete(cast.license),
    "activation with license files": lambda cast: delete(cast.activation),
    "version of a license": lambda cast: delete(cast.license.product_version),
    "product with versions": lambda cast: delete(cast.license.product),
}


def what_was_accepted(cast: Cast, changes: dict[str, Callable[[Cast], object]]) -> set[str]:
    """Try each change by itself, undo it, and return those that the database accepted."""
    accepted = set()
    for what, change_it in changes.items():
        with suppress(IntegrityError), transaction.atomic():
            change_it(cast)
            connection.check_constraints()
            accepted.add(what)
            transaction.set_rollback(True)
    return accepted


def test_database_refuses_what_must_never_be(cast: Cast) -> None:
    assert what_was_accepted(cast, REFUSED) == set()


def test_database_accepts_what_may_be(cast: Cast) -> None:
    assert what_was_accepted(cast, ACCEPTED) == set(ACCEPTED)


def test_database_keeps_what_history_hangs_on(cast: Cast) -> None:
    assert what_was_accepted(cast, HISTORY) == set()


def delete(row: Model) -> None:
    """Delete the row and look at nothing else, as a statement typed into the database would."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    rows._raw_delete(rows.db)


def test_licenses_are_found_by_index(db: None) -> None:
    with connection.cursor() as cursor:
        indexed = {
            tuple(each["columns"])
            for each in connection.introspection.get_constraints(cursor, License._meta.db_table).values()
            if each["index"] or each["unique"]
        }
    assert {("folded_key",), ("key_tail",)} <= indexed
    beginnings = {columns[:length] for columns in indexed for length in (2, 3)}  # then comes what is carried along
    for way in ("customer_id", "organization_id", "user_group_id"):
        assert {(way, "id"), (way, "expires_on", "id"), (way, "maintenance_until", "id")} <= beginnings
