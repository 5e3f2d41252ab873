"""From installed packages to a portal that can be served: secrets, database, demo data, static files."""

import contextlib
import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from launcher.folder import HERE, Refusal, alone_in, make_secrets, say
from launcher.packages import install, python_in
from launcher.processes import error_of, run

NOT_FOR_OTHERS = 0o077
DEMO_BRAND = {"PORTAL_VENDOR": "Northwind Instruments", "PORTAL_SUPPORT_ADDRESS": "support@vendor.example"}
CODE = ("manage.py", "requirements/app.txt", "qlmportal", "licenses", "organizations", "accounts")
STATIC_FILES = ("requirements/app.txt", "static")

REACH_DATABASE = """
import os, psycopg, sys
try:
    psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5).close()
except psycopg.Error as error:
    sys.exit(str(error).splitlines()[0])
"""
TAKE_STOCK = """
from django.core.management import call_command
call_command("migrate", check_unapplied=True, verbosity=0)
from accounts.models import DemoMark, User
has_staff = User.objects.filter(is_staff=True, is_active=True).exists()
print("demo" if DemoMark.objects.exists() else "staff" if has_staff else "people" if User.objects.exists() else "empty")
"""


class Portal:
    """The portal of one data folder, with one database, at one address.

    The environment of the caller wins; what it leaves open is a SQLite file, for the demo another
    one than for one's own portal, and the loopback address. `changes` win over the caller.
    """

    def __init__(self, folder: Path, port: int, *, is_demo: bool, changes: Mapping[str, str] | None = None) -> None:
        file = folder / ("demo.sqlite3" if is_demo else "portal.sqlite3")
        self.folder = folder
        self.is_demo = is_demo
        self.python = python_in(folder)
        self.url = os.environ.get("PORTAL_URL") or f"http://127.0.0.1:{port}"
        self.database_url = os.environ.get("DATABASE_URL") or f"sqlite:///{quote(str(file))}"
        self.environment = {
            **(DEMO_BRAND if is_demo and "DATABASE_URL" not in os.environ else {}),
            **os.environ,
            "PORTAL_DATA_DIR": str(folder),
            "PORTAL_URL": self.url,
            "DATABASE_URL": self.database_url,
            **(changes or {}),
        }

    def prepare(self) -> str:
        """Make whatever is missing; return what the database holds: empty, people, staff (among people) or demo."""
        with alone_in(self.folder):
            install(self.folder, "app")
            make_secrets(self.folder)
            self._reach_database()
            content = self._take_stock_if_current() or self._bring_up_to_date()
            if self.is_demo and content == "empty":
                say("Loading the demo data …")
                self.manage("demo")
                content = "demo"
            return content

    def manage(self, *arguments: str) -> str:
        """Run a management command and return what it printed; refuse with its last sentence when it fails."""
        done = run([self.python, "manage.py", *arguments], self.environment, NOT_FOR_OTHERS)
        if done.returncode == 0:
            return done.stdout.strip()
        kind, sentence = map(self._without_secrets, error_of(done))
        if "Traceback" in done.stderr and not kind.endswith("ImproperlyConfigured"):
            log = self.folder / "error.log"
            log.write_text(self._without_secrets(done.stderr), encoding="utf-8")
            sentence += f" More about it: {log}"
        if kind.startswith("django.db."):
            sentence = f"The database of DATABASE_URL cannot be used: {sentence}"
        raise Refusal(sentence)

    def _without_secrets(self, text: str) -> str:
        """Return `text` without the database's address and password."""
        password = urlsplit(self.database_url).password or ""
        for secret in filter(None, (self.database_url, password, unquote(password))):
            text = text.replace(secret, "•••")
        return text

    def _reach_database(self) -> None:
        """Refuse when the database's server lets nobody in; it says why better than the pool of connections."""
        try:
            scheme = urlsplit(self.database_url).scheme
        except ValueError:
            raise Refusal("DATABASE_URL cannot be read; it looks like postgresql://user:password@host/name.") from None
        if scheme not in {"postgres", "postgresql"}:
            return
        done = run([self.python, "-c", REACH_DATABASE], self.environment)
        if done.returncode:
            reason = self._without_secrets(error_of(done)[1])
            raise Refusal(
                f"The database of DATABASE_URL cannot be used: {reason} "
                "Start the database's server, or correct DATABASE_URL."
            )

    def _take_stock_if_current(self) -> str:
        """Return what the database holds, or nothing if it was prepared by other code or has changed since."""
        if not (_says(self._database_stamp, _digest(CODE)) and _says(self._static_stamp, _digest(STATIC_FILES))):
            return ""
        with contextlib.suppress(Refusal):
            return self._take_stock()
        return ""

    def _take_stock(self) -> str:
        return self.manage("shell", "--no-imports", "-c", TAKE_STOCK)

    def _bring_up_to_date(self) -> str:
        say("Preparing the database and the static files …")
        self.manage("migrate", "--no-input")
        self.manage("createcachetable")
        if not _says(self._static_stamp, _digest(STATIC_FILES)):
            self.manage("collectstatic", "--no-input", "--clear")
            self._static_stamp.write_text(_digest(STATIC_FILES))
        content = self._take_stock()
        self._database_stamp.write_text(_digest(CODE))
        return content

    @property
    def _static_stamp(self) -> Path:
        """The file that tells which static files were collected; it goes with them when they are cleared."""
        return self.folder / "static" / "collected"

    @property
    def _database_stamp(self) -> Path:
        """The file that tells which code prepared this database."""
        return self.folder / f"prepared-{hashlib.sha256(self.database_url.encode()).hexdigest()[:16]}"


def _says(stamp: Path, digest: str) -> bool:
    return stamp.exists() and stamp.read_text() == digest


def _digest(names: Sequence[str]) -> str:
    """Return what changes with the content of the files and folders."""
    digest = hashlib.sha256()
    for file in sorted(file for name in names for file in [HERE / name, *(HERE / name).rglob("*")]):
        if file.is_file() and file.suffix != ".pyc":
            digest.update(f"{file.relative_to(HERE)}\n".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
