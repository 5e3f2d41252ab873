"""A model field of our own: text that always follows from another field of the same row."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

SHORTEST_PART = 3
"""From how many letters on a text is found by any part of it: PostgreSQL's indexes know three letters in a row."""
_LAST_CHARACTER = "\U0010ffff"


class DerivedCharField(models.CharField):  # type: ignore[type-arg]  # the base is generic for type checkers only
    """Text computed from the field named `source` each time the row is written.

    The value is folded in Python, where both databases agree, and stored, so that the
    database itself can hold a unique constraint on it. It is ordered by code point on both, so
    that an ordinary index also finds texts by their beginning.
    """

    def __init__(self, *, source: str, by: Callable[[str], str], max_length: int, db_index: bool = False) -> None:
        self.source = source
        self.by = by
        super().__init__(max_length=max_length, db_index=db_index, editable=False)

    def deconstruct(self) -> tuple[str, str, list[object], dict[str, object]]:
        """Describe the field for migrations."""
        name, path, args, options = super().deconstruct()
        options.pop("editable", None)
        options.update(source=self.source, by=self.by)
        return name, path, list(args), options

    def db_parameters(self, connection: "BaseDatabaseWrapper") -> dict[str, str | None]:
        """Return the column's type, ordered by code point (SQLite orders so by itself)."""
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}

    def clean(self, value: str, model_instance: models.Model | None) -> str:
        """Compute the text before it is validated, so that checks see what will be written."""
        if model_instance is not None:
            value = self.by(getattr(model_instance, self.source))
        return str(super().clean(value, model_instance))

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Compute the text from the source field and keep it on the instance too."""
        text = self.by(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, text)
        return text


def begins_with(column: str, folded: str) -> Q:
    """Return the condition that a derived `column` begins with the `folded` text; an index answers it."""
    return Q(**{f"{column}__gte": folded, f"{column}__lt": folded + _LAST_CHARACTER})


def has_part(column: str, folded: str) -> Q:
    """Return the condition that a derived `column` contains the `folded` text; a short one has to begin it.

    On PostgreSQL the index of a `TrigramIndex` answers it; SQLite reads the rows.
    """
    if len(folded) < SHORTEST_PART:
        return begins_with(column, folded)
    return Q(**{f"{column}__contains": folded})


def address_has_part(column: str, text: str) -> Q:
    """Return the condition that the e-mail address in `column` contains the text.

    A short text has to begin it, and one with somebody before its @: so a whole address is found
    at once, by an ordinary index. Of what many addresses share, trigrams would read it all.
    """
    comparison = "startswith" if len(text) < SHORTEST_PART or text.find("@") > 0 else "contains"
    return Q(**{f"{column}__{comparison}": text.lower()})


def with_derived(row: models.Model, names: Iterable[str]) -> list[str]:
    """Return the `names` of fields of `row` and of those that follow from them, for `save(update_fields=…)`."""
    changed = list(names)
    derived = [field for field in row._meta.concrete_fields if isinstance(field, DerivedCharField)]
    return changed + [field.name for field in derived if field.source in changed]
