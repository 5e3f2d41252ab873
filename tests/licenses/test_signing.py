"""Signing keys: made with the product, rotated, encrypted at rest, and what they sign."""

from datetime import UTC, date, datetime

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from accounts.audit import SYSTEM, Actor
from accounts.models import AuditEvent
from accounts.secret_box import SecretUnreadableError, open_sealed
from licenses import license_file
from licenses.activation import activate
from licenses.models import Activation, Feature, License, LicenseModel, Product, SigningKey
from licenses.signing import license_file_end, rotate_signing_key, signed_license_file, signer_of
from organizations.models import Customer
from tests.cast import make_activation, make_license, make_organization, make_product
from tests.licenses.moments import NOW


def verify(text: str, product: Product, issuer: str = "http://127.0.0.1:8000") -> dict[str, license_file.Claim]:
    keys = {key.key_id: license_file.public_key(key.public_key) for key in SigningKey.objects.filter(product=product)}
    return license_file.verify(text, keys, product=product.slug, issuer=issuer)


def test_every_product_has_one_signing_key_from_the_start(product: Product) -> None:
    key = SigningKey.objects.get(product=product)
    signer = signer_of(product)
    assert key.retired_at is None
    assert key.key_id == license_file.thumbprint(key.public_key) == signer.key_id
    assert license_file.public_text(signer.private_key.public_key()) == key.public_key


def test_products_have_keys_of_their_own(product: Product) -> None:
    other = make_product("Sonar")
    assert signer_of(product).key_id != signer_of(other).key_id


def test_a_second_active_key_is_refused_by_the_database(product: Product) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKey.objects.create(product=product, key_id="second", public_key="x", private_key="y")


def test_rotation_retires_the_key_before_and_signs_with_the_new_one(product: Product, actor: Actor) -> None:
    old = signer_of(product)
    new = rotate_signing_key(product, actor)
    assert signer_of(product).key_id == new.key_id != old.key_id
    assert SigningKey.objects.get(key_id=old.key_id).retired_at == NOW
    assert SigningKey.objects.filter(product=product, retired_at=None).get() == new


def test_what_a_retired_key_signed_still_verifies(license: License, product: Product, actor: Actor) -> None:
    old = make_activation(license, "OLD").license_files.get().text
    rotate_signing_key(product, actor)
    new = make_activation(license, "NEW").license_files.get().text
    assert verify(old, product)["sub"] == verify(new, product)["sub"] == str(license.pk)


def test_command_rotates_the_key_of_one_product(product: Product, capsys: pytest.CaptureFixture[str]) -> None:
    other, before = signer_of(make_product("Sonar")).key_id, signer_of(product).key_id
    call_command("rotate_signing_key", "spectra")
    assert signer_of(product).key_id != before
    assert signer_of(Product.objects.get(slug="sonar")).key_id == other
    assert signer_of(product).key_id in capsys.readouterr().out


def test_command_rotates_the_keys_of_all_products(product: Product) -> None:
    products = [product, make_product("Sonar")]
    before = {signer_of(each).key_id for each in products}
    call_command("rotate_signing_key", "--all")
    assert not before & {signer_of(each).key_id for each in products}


def test_command_names_the_products_when_there_is_no_such_one(product: Product) -> None:
    with pytest.raises(CommandError, match="spectra"):
        call_command("rotate_signing_key", "spektra")


def everything_stored() -> str:
    """Return every value of every table, as text."""
    with connection.cursor() as cursor:
        rows: list[object] = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += cursor.fetchall()
    return repr(rows)


def test_private_keys_lie_in_the_database_encrypted_only(license: License, product: Product, actor: Actor) -> None:
    make_activation(license)
    rotate_signing_key(product, actor)
    stored = everything_stored()
    assert signer_of(product).key_id in stored
    for key in SigningKey.objects.all():
        raw = open_sealed(key.private_key)
        for form in (repr(raw)[2:-1], raw.hex(), license_file._base64url(raw)):
            assert form not in stored


def test_without_the_right_encryption_key_nothing_is_signed_and_the_reason_is_clear(
    license: License, product: Product, actor: Actor, settings: Settings
) -> None:
    settings.PORTAL_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(SecretUnreadableError, match="PORTAL_ENCRYPTION_KEYS"):
        activate(license.pk, actor, computer_id="ID-1")
    license.refresh_from_db()
    assert license.activations_in_use == Activation.objects.count() == 0


def test_new_first_encryption_key_still_opens_what_the_one_before_sealed(product: Product, settings: Settings) -> None:
    before = signer_of(product).key_id
    old, new = settings.PORTAL_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.PORTAL_ENCRYPTION_KEYS = [new, old]
    assert signer_of(product).key_id == before
    rotate_signing_key(product, SYSTEM)
    settings.PORTAL_ENCRYPTION_KEYS = [new]
    assert signer_of(product).key_id != before


def test_trail_tells_of_keys_by_their_ids(product: Product, actor: Actor) -> None:
    before = signer_of(product).key_id
    after = rotate_signing_key(product, actor).key_id
    made, rotated = AuditEvent.objects.filter(action__startswith="signing_key").order_by("id")
    assert (made.action, made.details) == ("signing_key.made", {"key_id": before, "retired": None})
    assert (rotated.action, rotated.details) == ("signing_key.rotated", {"key_id": after, "retired": before})


def test_file_says_what_license_and_computer_say(anna: Customer, product: Product) -> None:
    acme = make_organization("Acme Engineering")
    license = make_license(
        customer=anna,
        organization=acme,
        product=product,
        max_activations=5,
        floating_seats=20,
        license_model=LicenseModel.SUBSCRIPTION,
        expires_on=date(2026, 12, 31),
        maintenance_until=date(2027, 3, 9),
    )
    license.features.set(
        [
            Feature.objects.create(product=product, code="spectrum", name="Spectrum"),
            Feature.objects.create(product=product, code="export", name="Export"),
        ]
    )
    activation = make_activation(license, "ANNA-LAPTOP")
    claims = verify(signed_license_file(activation), product)
    assert (claims["sub"], claims["aud"], claims["ver"]) == (str(license.pk), "spectra", 1)
    assert (claims["jti"], len(activation.license_file_id)) == (activation.license_file_id, 32)
    assert claims["iat"] == claims["nbf"] == int(NOW.timestamp())
    assert claims["exp"] == int(datetime(2027, 1, 1, 12, tzinfo=UTC).timestamp())
    assert claims["license"] == {
        "key": license.activation_key[-5:],
        "model": "subscription",
        "version": "4.1",
        "expires_on": "2026-12-31",
        "maintenance_until": "2027-03-09",
        "activations_allowed": 5,
        "floating_seats": 20,
        "licensee": "Anna Acme",
        "organization": "Acme Engineering",
    }
    assert claims["features"] == ["export", "spectrum"]
    computer = claims["computer"]
    assert isinstance(computer, dict)
    assert computer["name"] == "ANNA-LAPTOP"


def test_file_never_holds_the_activation_key_nor_the_computer_id(license: License) -> None:
    activation = make_activation(license, "LAPTOP")
    claims = repr(verify(signed_license_file(activation), license.product))
    assert license.activation_key not in claims
    assert license.folded_key not in claims
    assert activation.computer_id not in claims


@pytest.mark.parametrize(
    ("expires_on", "file_days", "ends_at"),
    [
        (None, None, None),
        (date(2026, 3, 31), None, datetime(2026, 4, 1, 12, tzinfo=UTC)),
        (None, 14, datetime(2026, 3, 25, 12, tzinfo=UTC)),
        (date(2026, 3, 31), 14, datetime(2026, 3, 25, 12, tzinfo=UTC)),
        (date(2026, 3, 20), 14, datetime(2026, 3, 21, 12, tzinfo=UTC)),
        (date(2026, 3, 24), 14, datetime(2026, 3, 25, 12, tzinfo=UTC)),
    ],
)
def test_file_ends_with_the_license_or_after_the_products_days_whichever_is_first(
    anna: Customer, expires_on: date | None, file_days: int | None, ends_at: datetime | None
) -> None:
    product = make_product("Sonar", license_file_days=file_days)
    license = make_license(customer=anna, product=product, expires_on=expires_on)
    assert license_file_end(license, NOW) == ends_at
    activation = make_activation(license)
    assert activation.license_file_ends_at == ends_at
    claims = verify(signed_license_file(activation), product)
    assert claims.get("exp") == (int(ends_at.timestamp()) if ends_at else None)
