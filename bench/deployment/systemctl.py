"""`systemctl` for a folder: it starts and stops what the units of the deployment say, as systemd would, no more.

It runs as `python systemctl.py FOLDER start portal-worker`, with the standard library alone. Each
service gets the environment and the user of its unit and nothing else; hardening is left out.
"""

import configparser
import contextlib
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path


def main(folder: Path, verb: str, *names: str) -> int:
    """Do to the units what was asked for; return the exit status."""
    names = tuple(name for name in names if not name.startswith("--") and not name.endswith(".timer"))
    if verb == "reload" and names == ("nginx",):
        return subprocess.run(["nginx", "-s", "reload"], check=False).returncode
    for name in names:
        if verb in {"stop", "restart"}:
            _stop(folder, name)
        if verb in {"start", "restart", "enable"} and (status := _start(folder, name)):
            return status
    return 0


def _start(folder: Path, name: str) -> int:
    service = _service(folder, name)
    place, environment = service["WorkingDirectory"], _environment(service)
    command = [str(folder / "bin" / "runuser"), "-u", service["User"], "--", *shlex.split(service["ExecStart"])]
    umask = int(service["UMask"], 8)
    if service.get("Type") == "oneshot":
        return subprocess.run(command, cwd=place, env=environment, umask=umask, check=False).returncode
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=place,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=umask,
        )
    _file(folder, name).write_text(str(process.pid))
    return 0


def _stop(folder: Path, name: str) -> None:
    """Ask the first process alone, wait, then end all that is left of it (KillMode=mixed)."""
    file = _file(folder, name)
    if not file.exists():
        return
    pid, deadline = int(file.read_text()), time.monotonic() + int(_service(folder, name)["TimeoutStopSec"])
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    while _lives(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    file.unlink()


def _lives(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], check=False, capture_output=True, text=True).stdout
    return bool(state.strip()) and not state.startswith("Z")


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.pid"


def _service(folder: Path, name: str) -> dict[str, str]:
    """Return what the unit says of its service, with `%i` filled in."""
    template, _, instance = name.removesuffix(".service").partition("@")
    unit = configparser.RawConfigParser(strict=True, delimiters=("=",), comment_prefixes=("#",))
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their capitals
    unit.read(folder / "etc" / "systemd" / "system" / f"{template}{'@' if instance else ''}.service")
    return {key: value.replace("%i", instance) for key, value in unit["Service"].items()}


def _environment(service: dict[str, str]) -> dict[str, str]:
    lines = Path(service["EnvironmentFile"]).read_text(encoding="utf-8").splitlines()
    values = [shlex.split(line)[0] for line in lines if line and not line.startswith("#")]
    values += shlex.split(service.get("Environment", ""))
    pairs = (value.partition("=") for value in values)
    home = {"HOME": service["ReadWritePaths"].split()[0]}
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        **home,
        **{name: value for name, _, value in pairs},
    }


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
