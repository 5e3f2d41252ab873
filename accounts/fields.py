"""A model field of our own: text that always follows from another field of the same row."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

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


def with_derived(row: models.Model, names: Iterable[str]) -> list[str]:
    """Return the `names` of fields of `row` and of those that follow from them, for `save(update_fields=…)`."""
    changed = list(names)
    derived = [field for field in row._meta.concrete_fields if isinstance(field, DerivedCharField)]
    return changed + [field.name for field in derived if field.source in changed]
