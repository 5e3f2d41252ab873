"""Reading one row."""

from typing import TypeVar

from django.db.models import Model, QuerySet

RowT = TypeVar("RowT", bound=Model)


def only_row(rows: QuerySet[RowT]) -> RowT | None:
    """Return the row of `rows`, of which there is one at most, or None.

    Unlike `first` it asks for no order: to compose that, Django compares it with every column that is read.
    """
    return next(iter(rows.order_by()[:1]), None)
