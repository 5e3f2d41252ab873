"""The folder for everything made on this machine: `var/`, or the one that PORTAL_DATA_DIR names."""

import base64
import contextlib
import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


class Refusal(Exception):
    """Why the portal cannot do what was asked, and what to do about it, in words for a person."""


def say(*lines: str) -> None:
    """Print at once, also into a pipe."""
    print(*lines, sep="\n", flush=True)


def data_folder() -> Path:
    """Return the folder, made if need be; refuse when it cannot be written."""
    folder = Path(os.environ.get("PORTAL_DATA_DIR") or HERE / "var").expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise Refusal(
            f"The folder {folder} cannot be written ({error.strerror}). "
            "Make it writable, or name another one in PORTAL_DATA_DIR."
        ) from None


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Let one start at a time make things in the folder; the lock ends with the process, however it ends."""
    with (folder / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Another start is preparing the portal in {folder}. Waiting until it is done.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_secrets(folder: Path) -> None:
    """Make the portal's secrets once, readable by their owner only; a file that is there is never touched."""
    file, unfinished = folder / "secrets.env", folder / "secrets.unfinished"
    if file.exists():
        return
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    encryption_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    with os.fdopen(descriptor, "w", encoding="ascii") as text:
        text.write(f"PORTAL_SECRET_KEY={secrets.token_urlsafe(50)}\nPORTAL_ENCRYPTION_KEYS={encryption_key}\n")
    unfinished.rename(file)
