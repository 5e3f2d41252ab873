"""Secrets recognized without being kept: a backup holds none, but knows those that its portal had."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings

SCRYPT = {"n": 2**14, "r": 8, "p": 1, "dklen": 16}
"""Slow, so that nobody who finds a backup guesses a secret that somebody has thought up."""


@dataclass(frozen=True)
class Fingerprints:
    """By what the secrets of a portal are recognized."""

    salt: str
    secret_key: str
    encryption_keys: Sequence[str]


def take_fingerprints() -> Fingerprints:
    """Return the fingerprints of this portal's secrets, under a new salt."""
    salt = secrets.token_hex(16)
    keys = [_fingerprint(key, salt) for key in settings.PORTAL_ENCRYPTION_KEYS]
    return Fingerprints(salt, _fingerprint(settings.SECRET_KEY, salt), keys)


def other_secrets(taken: Fingerprints) -> list[str]:
    """Return in words what this portal lacks of the secrets whose fingerprints were taken; nothing when it has all."""
    lacking = []
    if not _are_here(taken.encryption_keys, settings.PORTAL_ENCRYPTION_KEYS, taken.salt):
        lacking.append(
            "PORTAL_ENCRYPTION_KEYS lacks a key of the portal that was backed up. What is encrypted in its database "
            "cannot be opened without it: keys that sign license files, second steps, mails that wait."
        )
    if not _are_here([taken.secret_key], [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS], taken.salt):
        lacking.append(
            "PORTAL_SECRET_KEY is another one. Links in mails that were sent, such as invitations, do not work with it."
        )
    return lacking


def _are_here(wanted: Iterable[str], here: Iterable[str], salt: str) -> bool:
    return set(wanted) <= {_fingerprint(secret, salt) for secret in here}


def _fingerprint(secret: str, salt: str) -> str:
    return hashlib.scrypt(secret.encode(), salt=bytes.fromhex(salt), **SCRYPT).hex()
