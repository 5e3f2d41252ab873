"""The signed state of a license file, which a program may ask for (Product rules, section 4)."""

from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from licenses import license_file, terms
from licenses.models import Activation, GenericFile, License, LicenseFile
from licenses.signing import signer_of


class State(StrEnum):
    """What has become of a license file; the first that is true, in this order."""

    REVOKED = "revoked"
    EXPIRED = "expired"
    DEACTIVATED = "deactivated"
    REPLACED = "replaced"
    CURRENT = "current"


def state_of(file: LicenseFile, now: datetime) -> State:
    """Return the state of `file`: of its license first, then of its activation, then its own."""
    activation = file.activation
    license = activation.license
    if license.revoked_at is not None or license.is_deleted:
        return State.REVOKED
    if terms.has_ended(license.expires_on, now):
        return State.EXPIRED
    if not activation.is_in_use:
        return State.DEACTIVATED
    if activation.license_file_id != file.pk:
        return State.REPLACED
    if activation.license_file_ends_at is not None and activation.license_file_ends_at <= now:
        return State.EXPIRED
    return State.CURRENT


def generic_state_of(file: GenericFile, now: datetime) -> State:
    """Return the state of a license file that fits any computer: of its license first, then its own."""
    license = file.license
    if license.revoked_at is not None or license.is_deleted:
        return State.REVOKED
    if terms.has_ended(license.expires_on, now):
        return State.EXPIRED
    if license.generic_files.filter(issued_at__gt=file.issued_at).exists():
        return State.REPLACED
    return State.EXPIRED if file.ends_at <= now else State.CURRENT


def signed_state(file_id: str, now: datetime | None = None) -> str | None:
    """Return the state of the license file `file_id` as a compact JWS, or None when there is no such file.

    A file that is current was seen today: the activation keeps that, at most once a day (UTC).
    """
    now = now or timezone.now()
    file = (
        LicenseFile.objects.select_related("activation__license__product_version__product").filter(pk=file_id).first()
    )
    if file is None:
        return _signed_generic_state(file_id, now)
    state = state_of(file, now)
    if state is State.CURRENT:
        _see(file.activation, now)
    return _signed(file_id, file.activation.license, state, now)


def _signed_generic_state(file_id: str, now: datetime) -> str | None:
    file = GenericFile.objects.select_related("license__product_version__product").filter(pk=file_id).first()
    return None if file is None else _signed(file_id, file.license, generic_state_of(file, now), now)


def _signed(file_id: str, license: License, state: State, now: datetime) -> str:
    claims: dict[str, license_file.Claim] = {
        "iss": settings.PORTAL_URL,
        "aud": license.product.slug,
        "sub": str(license.pk),
        "jti": file_id,
        "iat": int(now.timestamp()),
        "ver": 1,
        "state": state.value,
    }
    return license_file.sign(claims, signer_of(license.product), kind=license_file.STATE_TYPE)


def _see(activation: Activation, now: datetime) -> None:
    """Keep that the program asked, unless that is known for today: one conditional update, no lock."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    unseen_today = Q(last_seen_at=None) | Q(last_seen_at__lt=midnight)
    if activation.last_seen_at is None or activation.last_seen_at < midnight:
        Activation.objects.filter(unseen_today, pk=activation.pk).update(last_seen_at=now)
