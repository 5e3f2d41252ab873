"""How names are compared: the same in Python and in both databases."""

import unicodedata


def fold(name: str) -> str:
    """Return `name` in the form in which names are unique: NFKC, case folded, blanks collapsed."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
