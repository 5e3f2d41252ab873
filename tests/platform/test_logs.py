"""S6: what PostgreSQL repeats of a refused row, activation key and all, stays out of the log."""

import logging
import sys

from qlmportal.logs import LineFormatter

REFUSED = """null value in column "licensee" violates not-null constraint
DETAIL:  Failing row contains (1, ABCDE-FGHJK-LMNPQ-RSTUV-WXYZ2, null).
CONTEXT:  SQL statement
"""


def test_row_that_the_database_refused_is_left_out() -> None:
    try:
        raise ValueError(REFUSED)
    except ValueError:
        record = logging.LogRecord("portal", logging.ERROR, __file__, 1, "failed: %s", (REFUSED,), sys.exc_info())
    line = LineFormatter().format(record)
    assert "violates not-null constraint" in line
    assert "ABCDE" not in line
    assert "Traceback" in line


def test_request_that_was_at_fault_gets_a_line_and_no_traceback() -> None:
    try:
        raise ValueError("bytes are not UTF-8")
    except ValueError:
        record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "refused", None, sys.exc_info())
    assert "Traceback" in LineFormatter().format(record)
    record.status_code = 400
    assert LineFormatter().format(record).endswith("WARNING django.request: refused")


def test_link_to_set_a_password_is_not_repeated() -> None:
    path = "/accounts/first-password/MDE/d0abc-0123456789abcdef/"
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Service Unavailable: %s", (path,), None)
    line = LineFormatter().format(record)
    assert "d0abc" not in line
    assert "/accounts/first-password/" in line
