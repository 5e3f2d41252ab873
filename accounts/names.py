"""How names are compared: the same in Python and in both databases."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_FOLDED = 400


def fold(name: str) -> str:
    """Return `name` in the form in which names are unique: NFKC, case folded, blanks collapsed."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def folds_short(name: str) -> None:
    """Raise ValidationError for a name that folding, which takes ligatures apart, makes too long to keep."""
    if len(fold(name)) > MAX_FOLDED:
        raise ValidationError(_("This name is too long. Write it with fewer or plainer letters."))
