"""Start a portal, break what it stands on, and print what people saw of it."""

import os
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand

from bench.faults.database import lose_database
from bench.faults.frozen import freeze
from bench.faults.long_outage import lose_mail_server_for
from bench.faults.mail import lose_mail_server
from bench.faults.portal import running_portal
from bench.faults.rolling_restart import restart_one_by_one
from bench.faults.row import Row
from bench.faults.server import running_cluster
from bench.faults.stage import Stage
from bench.faults.web import kill_web_server
from tests.support.mail_server import MailServer


def lose_server(stage: Stage) -> Iterator[Row]:
    """Take PostgreSQL away in each way; there is nothing to take where the database is a file."""
    if stage.server is not None:
        yield from lose_database(stage, stage.server)
        if not stage.is_short:
            yield from freeze(stage, stage.server)


def lose_mail(stage: Stage) -> Iterator[Row]:
    """Take the mail server away, for as long as was asked for."""
    return lose_mail_server_for(stage, stage.mail_down) if stage.mail_down else lose_mail_server(stage)


FAULTS: dict[str, Callable[[Stage], Iterator[Row]]] = {
    "R2": kill_web_server,
    "R3": lose_server,
    "R4": lose_mail,
    "R8": restart_one_by_one,
}


class Command(BaseCommand):
    """`manage.py break_portal R3`; `python -m bench faults` prepares everything and calls it."""

    help = "Break what a portal of its own stands on, and print a row for each fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the names of faults."""
        parser.add_argument("faults", nargs="+", choices=[*FAULTS])
        parser.add_argument("--short", action="store_true", help="leave out what takes long")
        parser.add_argument("--mail-down", type=float, default=0, help="minutes without a mail server")

    def handle(self, *_arguments: object, faults: list[str], short: bool, mail_down: float, **_options: object) -> None:
        """Play all faults on one portal, which is never started again; print each row at once."""
        folder, server = Path(settings.PORTAL_DATA_DIR), None
        with ExitStack() as started:
            if "BENCH_CLUSTER" in os.environ:
                port = int(os.environ["BENCH_CLUSTER_PORT"])
                server = started.enter_context(running_cluster(Path(os.environ["BENCH_CLUSTER"]), port))
            mail = MailServer(int(os.environ["BENCH_MAIL_PORT"]))
            mail.start()
            started.callback(mail.stop)
            environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.faults.holding_settings"}
            portal = started.enter_context(running_portal(folder, settings.PORTAL_URL, environment))
            stage = Stage(portal, server, mail, short, mail_down)
            for name in faults:
                for row in FAULTS[name](stage):
                    self.stderr.write(" · ".join(row.cells))
                    self.stdout.write(f"| {' | '.join(row.cells)} |")
                    self.stdout.flush()
