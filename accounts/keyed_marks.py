"""Marks that only the portal can make, and that are still known after PORTAL_SECRET_KEY was replaced.

A mark is made with the present key; one made with any of PORTAL_SECRET_KEY_FALLBACKS is recognized
too, as Django does with what it signs. So nobody's link, code or browser ends with a key.
"""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_LETTERS = 32


def keys() -> Sequence[str]:
    """Return the keys that marks may be made with, the present one first."""
    return settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS


def make_mark(salt: str, said: str, key: str | None = None) -> str:
    """Return the mark of `said`, made with the present key unless another one is given."""
    return salted_hmac(salt, said, secret=key, algorithm="sha256").hexdigest()[:_LETTERS]


def is_mark(mark: str, salt: str, said: str) -> bool:
    """Return whether `mark` is that of `said`, whichever of the keys it was made with."""
    return is_one_of(mark, lambda key: make_mark(salt, said, key))


def is_one_of(mark: str, made_with: Callable[[str], str]) -> bool:
    """Return whether `made_with` makes `mark` with one of the keys."""
    return any(constant_time_compare(mark, made_with(key)) for key in keys())
