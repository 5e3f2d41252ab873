"""Encrypt what must not lie readable in the database: private signing keys, second-step secrets."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class SecretUnreadableError(Exception):
    """None of the configured encryption keys opens this secret."""


def _box() -> MultiFernet:
    keys = settings.PORTAL_ENCRYPTION_KEYS
    if not keys:
        raise ImproperlyConfigured("PORTAL_ENCRYPTION_KEYS is empty: set at least one Fernet key.")
    return MultiFernet([Fernet(key) for key in keys])


def seal(secret: bytes) -> str:
    """Return `secret` encrypted with the first of PORTAL_ENCRYPTION_KEYS, as ASCII text."""
    return _box().encrypt(secret).decode("ascii")


def open_sealed(sealed: str) -> bytes:
    """Return what `seal` was given; every configured key is tried.

    Raises SecretUnreadableError when no key fits.
    """
    try:
        return _box().decrypt(sealed.encode("ascii"))
    except InvalidToken:
        raise SecretUnreadableError(
            "No key of PORTAL_ENCRYPTION_KEYS opens this secret; put back the key it was made with."
        ) from None
