"""What every fault plays on: a portal that runs, its database, and its mail server."""

from dataclasses import dataclass

from bench.faults.portal import Portal
from bench.faults.server import DatabaseServer
from tests.support.mail_server import MailServer


@dataclass(frozen=True)
class Stage:
    """Everything that was started. There is no server to take away where the database is a SQLite file."""

    portal: Portal
    server: DatabaseServer | None
    mail: MailServer
    is_short: bool
    mail_down: float = 0
    """For how many minutes the mail server is away, at a stretch; 0: again and again for some seconds."""

    @property
    def patience(self) -> int:
        """By how much waiting may exceed its bar: in the tests, on whatever machine, it is not what counts."""
        return 4 if self.is_short else 1

    @property
    def url(self) -> str:
        """Where the portal answers."""
        return self.portal.url
