"""The virtual environment and the locked packages in it."""

import hashlib
import importlib.util
import os
import re
import shutil
import sys
from pathlib import Path

from launcher.folder import HERE, Refusal, say
from launcher.processes import error_of, run

NETWORK_TROUBLE = re.compile(r"connection broken by|ConnectionError|NameResolution|Timeout(?:Error|:)|ProxyError")


class IndexOutOfReach(Refusal):
    """The package index does not answer."""


def python_in(folder: Path) -> Path:
    """Return the Python of the virtual environment."""
    return folder / "venv" / "bin" / "python"


def install(folder: Path, name: str) -> Path:
    """Install what `requirements/<name>.txt` locks, unless that is done; return the Python that has it.

    An install that was cut off leaves its mark behind, and the next one begins anew.
    """
    venv, unfinished, lock = folder / "venv", folder / "venv.unfinished", HERE / "requirements" / f"{name}.txt"
    stamp = venv / f"{name}.installed"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    is_sound = _fits_this_python(venv) and not unfinished.exists()
    if is_sound and stamp.exists() and stamp.read_text() == wanted:
        return python_in(folder)
    say(f"Installing the packages of requirements/{name}.txt in {venv} …")
    unfinished.touch()
    if not is_sound:
        shutil.rmtree(venv, ignore_errors=True)
        _make_environment(venv)
    try:
        _install_packages(folder, lock)
    except IndexOutOfReach:
        if is_sound:  # pip fetches everything before it changes anything
            unfinished.unlink()
        raise
    stamp.write_text(wanted)
    unfinished.unlink()
    return python_in(folder)


def _fits_this_python(venv: Path) -> bool:
    library = "python{}.{}".format(*sys.version_info)
    return (venv / "bin" / "python").exists() and (venv / "lib" / library / "site-packages" / "pip").exists()


def _make_environment(venv: Path) -> None:
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise Refusal(
            f"This Python lacks its module {' and '.join(missing)}. Install it "
            "(on Debian and Ubuntu: apt install python3-venv), then start again."
        )
    made = run([sys.executable, "-m", "venv", venv], os.environ)
    if made.returncode:
        raise Refusal(f"The virtual environment {venv} could not be made: {error_of(made)[1]}")


def _install_packages(folder: Path, lock: Path) -> None:
    pip: list[str | Path] = [
        python_in(folder),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--retries",
        "2",
    ]
    done = run([*pip, "--require-hashes", "-r", lock], os.environ)
    log = folder / "install.log"
    log.write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode and NETWORK_TROUBLE.search(done.stdout + done.stderr):
        raise IndexOutOfReach(
            "The packages cannot be fetched, because the package index does not answer. "
            f"Check the network connection and pip's settings, then start again. What pip said: {log}"
        )
    if done.returncode:
        raise Refusal(f"The packages could not be installed: {error_of(done)[1]} What pip said: {log}")
