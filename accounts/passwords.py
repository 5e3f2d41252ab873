"""What Django's password validators lack (Product rules, section 7)."""

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

_SIMILARITY = 0.7
_SHORTEST_NAME = 4


class MaximumLengthValidator:
    """Refuse passwords longer than `max_length` characters."""

    def __init__(self, max_length: int = 128) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError when `password` is too long."""
        if len(password) > self.max_length:
            raise ValidationError(
                _("This password is too long. It may have at most %(max_length)d characters."),
                code="password_too_long",
                params={"max_length": self.max_length},
            )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _("Your password may have at most %(max_length)d characters.") % {"max_length": self.max_length}


class NameSimilarityValidator:
    """Refuse passwords that are, but for a few characters, a name everybody here knows.

    `names` is the dotted path of a function that returns them: portal, vendor, products.
    """

    def __init__(self, names: str) -> None:
        self._names: Callable[[], Iterable[str]] = import_string(names)

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError when `password` is too similar to one of the names."""
        typed = _folded(password)
        for name in self._names():
            if _is_similar(typed, _folded(name)):
                raise ValidationError(
                    _("The password is too similar to “%(name)s”."), code="password_too_similar", params={"name": name}
                )

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _("Your password can’t be too similar to the name of the portal, its vendor or a product.")


def _folded(text: str) -> str:
    return "".join(text.casefold().split())


def _is_similar(password: str, name: str) -> bool:
    """Compare as Django does with a person's attributes; a name far shorter than the password never counts."""
    if len(name) < _SHORTEST_NAME:
        return False
    return SequenceMatcher(a=password, b=name).quick_ratio() >= _SIMILARITY
