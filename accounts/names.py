"""How names are compared, the same in Python and in both databases; and what people may write about themselves."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_FOLDED = 400
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")
"""Characters that some scripts and emoji need between letters, though they are not seen themselves."""


def fold(name: str) -> str:
    """Return `name` in the form in which names are unique: NFKC, case folded, blanks collapsed."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def folds_short(name: str) -> None:
    """Raise ValidationError for a name that folding, which takes ligatures apart, makes too long to keep."""
    if len(fold(name)) > MAX_FOLDED:
        raise ValidationError(_("This name is too long. Write it with fewer or plainer letters."))


def is_readable(text: str, besides: str = "") -> None:
    """Raise ValidationError for characters that cannot be seen, those in `besides` apart, or for nothing but blanks."""
    allowed = _JOINERS.union(besides)
    if any(unicodedata.category(character) in _UNSEEN and character not in allowed for character in text):
        raise ValidationError(_("This contains characters that cannot be seen. Type it anew."), code="unreadable")
    if text and not any(character.isprintable() and not character.isspace() for character in text):
        raise ValidationError(_("This contains nothing that can be seen. Type it anew."), code="unreadable")
