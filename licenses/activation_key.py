"""Activation keys: making, reading and checking them. Pure: no database, no settings.

A key is 25 characters of an alphabet without 0/O and 1/I/L, shown in five groups of five;
the last character is a checksum (Product rules, section 2).
"""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 25
GROUP = 5


def checksum(characters: str) -> str:
    """Return the checksum character: the weighted sum of `characters` modulo the alphabet's size.

    The n-th character weighs n (from 1). The alphabet has 31 characters, a prime, and a key
    has 24 before the checksum, so every single wrong character and every exchange of two
    characters is noticed. Raises ValueError for a character outside the alphabet.
    """
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(characters, start=1))
    return ALPHABET[total % len(ALPHABET)]


def make() -> str:
    """Return a new random key in its shown form; 24 random characters are 118 bits."""
    characters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return show(characters + checksum(characters))


def show(folded: str) -> str:
    """Return a folded key of 25 characters in five groups of five."""
    return "-".join(folded[start : start + GROUP] for start in range(0, len(folded), GROUP))


def fold(typed: str) -> str:
    """Return the form in which keys are looked up: upper case, letters and digits only, ASCII only.

    What is not ASCII is dropped first: the upper case of some look-alikes, such as ſ, is ASCII.
    """
    return "".join(character for character in typed if character.isascii() and character.isalnum()).upper()


def tail(key: str) -> str:
    """Return the last five letters and digits, by which people recognize a key."""
    return fold(key)[-GROUP:]


def is_own_format(key: str) -> bool:
    """Return whether `key` looks like one that this portal made: 25 characters of its alphabet."""
    folded = fold(key)
    return len(folded) == LENGTH and all(character in ALPHABET for character in folded)


def has_valid_checksum(key: str) -> bool:
    """Return whether the last character fits the others; False for keys of another format."""
    folded = fold(key)
    return is_own_format(key) and checksum(folded[:-1]) == folded[-1]


def as_typed(text: str) -> str:
    """Return `text` with letters and digits of other widths, as some keyboards type them, in their plain form."""
    return unicodedata.normalize("NFKC", text)


def holds_key(text: str) -> bool:
    """Return whether a whole key of the portal's own stands anywhere in `text`, alone or beside something else."""
    folded = fold(as_typed(text))
    return any(has_valid_checksum(folded[start : start + LENGTH]) for start in range(len(folded) - LENGTH + 1))


def mask(key: str) -> str:
    """Return `key` with everything but its last five letters and digits hidden."""
    return "•••••-•••••-•••••-•••••-" + tail(key)
