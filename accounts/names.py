"""How names are compared, the same in Python and in both databases; and what people may write about themselves."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_FOLDED = 400
LONGEST_NAME = 150
LONGEST_PLAIN, MOST_WORDS, MOST_DIGITS = 60, 8, 3
"""Beyond these a name is rather a message: an offer, an address or a telephone number."""
_LOOKS_LIKE_A_DOMAIN = re.compile(r"\w[.。]\w{2,}")
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")
"""Characters that some scripts and emoji need between letters, though they are not seen themselves."""


def name_in(address: str) -> str:
    """Return what somebody is called whose address is all that is known: the part before the @, as far as it fits."""
    return address.partition("@")[0][:LONGEST_NAME]


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


def is_plain_name(name: str) -> bool:
    """Return whether `name` is plainly somebody's name, fit to be mailed to strangers.

    Letters with their marks, blanks and what stands in names, in a usual length: no web address,
    no e-mail address, no telephone number, no offer.
    """
    plain = unicodedata.normalize("NFKC", name)
    is_usual = all(each in " .,'’‘`´-–()&" or unicodedata.category(each)[0] in "LMN" for each in plain)
    is_short = len(plain) <= LONGEST_PLAIN and len(plain.split()) <= MOST_WORDS
    has_few_digits = sum(each.isdigit() for each in plain) <= MOST_DIGITS
    return is_usual and is_short and has_few_digits and not _LOOKS_LIKE_A_DOMAIN.search(plain)
