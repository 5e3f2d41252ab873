"""Signing keys of products: made with the product, rotated by a command; and what they sign."""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.audit import Actor, record
from accounts.secret_box import open_sealed, seal
from licenses import license_file, terms
from licenses.models import Activation, GenericFile, License, Product, SigningKey


@transaction.atomic
def create_product(product: Product, actor: Actor, now: datetime | None = None) -> Product:
    """Save the new `product` together with the key that signs its license files, and return it."""
    product.save(force_insert=True)
    record(actor, "product.created", product, now=now)
    rotate_signing_key(product, actor, now)
    return product


@transaction.atomic
def rotate_signing_key(product: Product, actor: Actor, now: datetime | None = None) -> SigningKey:
    """Make a new signing key for `product`, retire the one before, and return the new one.

    What retired keys signed stays valid: their public keys stay published.
    """
    now = now or timezone.now()
    Product.objects.select_for_update().get(pk=product.pk)
    retired = SigningKey.objects.filter(product=product, retired_at=None).first()
    if retired:
        retired.retired_at = now
        retired.save(update_fields=["retired_at"])
    private = Ed25519PrivateKey.generate()
    public = license_file.public_text(private.public_key())
    key = SigningKey.objects.create(
        product=product,
        key_id=license_file.thumbprint(public),
        public_key=public,
        private_key=seal(private.private_bytes_raw()),
        created_at=now,
    )
    record(
        actor,
        "signing_key.rotated" if retired else "signing_key.made",
        product,
        details={"key_id": key.key_id, "retired": retired.key_id if retired else None},
        now=now,
    )
    return key


def signer_of(product: Product) -> license_file.Signer:
    """Return the active signing key of `product`, opened. Every product has one from the start."""
    active = SigningKey.objects.filter(product=product, retired_at=None)
    key_id, private = active.values_list("key_id", "private_key").get()
    return license_file.Signer(key_id, Ed25519PrivateKey.from_private_bytes(open_sealed(private)))


def license_file_end(license: License, issued_at: datetime) -> datetime | None:
    """Return when a license file issued at `issued_at` ends: with the license or after the product's days."""
    ends = [terms.end_of(license.expires_on)] if license.expires_on else []
    days = license.product.license_file_days
    if days is not None:
        ends.append(terms.end_of(terms.today(issued_at) + timedelta(days=days)))
    return min(ends, default=None)


def signed_license_file(activation: Activation) -> str:
    """Return the text of the license file of `activation`, with the id and moment it carries."""
    computer = license_file.Computer(activation.computer_id, activation.computer_name)
    issued_at, ends_at = activation.license_file_issued_at, activation.license_file_ends_at
    return _signed(activation.license, activation.license_file_id, issued_at, ends_at, computer)


def signed_generic_file(file: GenericFile) -> str:
    """Return the text of a license file that fits any computer."""
    return _signed(file.license, file.pk, file.issued_at, file.ends_at, None)


def _signed(
    license: License,
    file_id: str,
    issued_at: datetime,
    ends_at: datetime | None,
    computer: license_file.Computer | None,
) -> str:
    content = license_file.Terms(
        issuer=settings.PORTAL_URL,
        file_id=file_id,
        license_id=str(license.pk),
        product=license.product.slug,
        issued_at=issued_at,
        ends_at=ends_at,
        key_tail=license.key_tail,
        model=license.license_model,
        version=license.product_version.number,
        expires_on=license.expires_on,
        maintenance_until=license.maintenance_until,
        max_activations=license.max_activations,
        floating_seats=license.floating_seats,
        licensee=license.licensee,
        organization=license.organization.name if license.organization else None,
        computer=computer,
        features=tuple(license.features.order_by("code").values_list("code", flat=True)),
    )
    return license_file.wrap(license_file.sign(content.claims(), signer_of(license.product)))
