"""The two databases the portal runs on, from one address: PostgreSQL, and SQLite in a file."""

from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

Options = dict[str, object]

THREADS_PER_PROCESS = 4
POOL: Options = {
    "min_size": 0,
    "max_size": THREADS_PER_PROCESS,
    "timeout": 2,
    "max_idle": 300,
    "reconnect_timeout": 2,
}
WEB_SERVER_TIMEOUTS = "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
WEB_SERVER_PLANS = "-c jit=off -c max_parallel_workers_per_gather=0 -c enable_mergejoin=off"
"""Requests read few rows by indexes. Compiling a statement or starting processes for it takes longer than that, and
a merge join reads an index from its newest end, however far away the rows are: with a million licenses a second."""
CONNECT_TIMEOUT_SECONDS = 2
KEEPALIVES: Options = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""A server whose machine has gone without a word is given up after a minute, by commands and the worker, too."""
SQLITE_OPTIONS: Options = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON",
}
_EXAMPLES = "postgresql://user:password@host:5432/name or sqlite:////var/lib/portal/portal.sqlite3"


def database_settings(url: str) -> dict[str, object]:
    """Return Django's settings for the database at `url`; raise ImproperlyConfigured when there can be none."""
    parts = _split(url)
    if parts.scheme == "sqlite":
        return _sqlite(parts)
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgresql(parts)
    raise ImproperlyConfigured(f"DATABASE_URL begins with “{parts.scheme}”, but has to look like {_EXAMPLES}.")


def _split(url: str) -> SplitResult:
    """Take `url` apart; a refusal does not repeat it, because it may hold a password."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read; it has to look like {_EXAMPLES}.") from None
    return parts


def _sqlite(parts: SplitResult) -> dict[str, object]:
    file = Path(unquote(parts.path).removeprefix("/"))
    if parts.netloc or not file.name:
        raise ImproperlyConfigured(f"DATABASE_URL names no file; it has to look like {_EXAMPLES}.")
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file), "OPTIONS": SQLITE_OPTIONS}


def _postgresql(parts: SplitResult) -> dict[str, object]:
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise ImproperlyConfigured(f"DATABASE_URL names no database; it has to look like {_EXAMPLES}.")
    options: Options = {
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        "application_name": "license-portal",
        **KEEPALIVES,
        **dict(parse_qsl(parts.query)),
        "pool": POOL,
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
