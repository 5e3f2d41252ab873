"""What is removed at the very moment in which something is made of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from licenses.errors import LicenseError, Reason

FOREIGN_KEY_VIOLATION = "23503"
"""What PostgreSQL calls a row that leads to none; it is looked for when the transaction ends."""


@contextmanager
def refused_when_gone() -> Iterator[None]:
    """Do all of it in one transaction, or nothing; raise LicenseError where something it needs was just removed."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not _is_about_a_missing_row(error):
            raise
        sentence = _("Something that this needs was removed at this very moment, so nothing was made. Open it anew.")
        raise LicenseError(Reason.STALE, sentence) from None


def _is_about_a_missing_row(error: IntegrityError) -> bool:
    """Return whether a row leads to one that is gone: by PostgreSQL's code, in SQLite's words."""
    code = getattr(error.__cause__, "sqlstate", None)
    return code == FOREIGN_KEY_VIOLATION or "FOREIGN KEY constraint failed" in str(error)
