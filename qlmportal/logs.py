"""Log lines that hold no secrets."""

import logging
import re

_MAILED_LINK = re.compile(r"(/+(?:accounts/+(?:first-password|address|not-me)|invitations|no-more-mails)/+)[^\s\"']+")
_ROW = re.compile(r"^(DETAIL|CONTEXT|HINT):.*(\n[ \t].*)*\n?", re.MULTILINE)


def says_more_than_silence(record: logging.LogRecord) -> bool:
    """Leave out what gunicorn says, with a traceback, of clients that take nothing any more: it is their affair."""
    return record.exc_info is None or not isinstance(record.exc_info[1], TimeoutError)


class LineFormatter(logging.Formatter):
    """One line with moment, level and logger; tracebacks without what PostgreSQL tells of the row it refused.

    The DETAIL of a refused row repeats the whole row, activation key and all (S6).
    """

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; with a traceback where the portal failed, without one where the request was at fault."""
        if getattr(record, "status_code", 500) < 500:
            record = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None})
        line = _MAILED_LINK.sub(r"\1•••", super().format(record))
        return _ROW.sub("", line).rstrip("\n")
