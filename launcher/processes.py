"""Starting other programs, and ending them with everything they started."""

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

from launcher.folder import HERE

STOP_SECONDS = 10
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
ERROR_LINE = re.compile(r"^(?P<kind>[\w.]*(?:Error|Exception|Timeout|Configured)): (?P<sentence>.+)")

Command = Sequence[str | Path]
Finished = subprocess.CompletedProcess[str]
Running = subprocess.Popen[bytes]


def on_ending_signals(handler: Callable[[int, FrameType | None], object]) -> None:
    """Call `handler` when the process is asked to end; what `nohup` keeps away stays away."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def die_with_parent() -> None:
    """Ask Linux to end this new process when its parent is killed.

    macOS knows no such thing: there, whoever kills the launcher with SIGKILL has to end its children too.
    """
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def run(command: Command, environment: Mapping[str, str], umask: int = -1) -> Finished:
    """Run `command` to its end and return what it wrote; -1 leaves the umask as it is."""
    return subprocess.run(
        command,
        cwd=HERE,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        umask=umask,
        preexec_fn=die_with_parent,
    )


def start(command: Command, environment: Mapping[str, str], umask: int = -1) -> Running:
    """Start `command` in a process group of its own, so that Ctrl-C reaches the launcher alone."""
    return subprocess.Popen(
        command,
        cwd=HERE,
        env=environment,
        stdin=subprocess.DEVNULL,
        umask=umask,
        process_group=0,
        preexec_fn=die_with_parent,
    )


def stop(processes: Sequence[Running]) -> None:
    """Ask the process groups to end, and make those end that have not after ten seconds."""
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        _signal_group(process, signal.SIGTERM)
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        _signal_group(process, signal.SIGKILL)
        process.wait()


def _signal_group(process: Running, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def error_of(finished: Finished) -> tuple[str, str]:
    """Return the kind of error that ended a program, and its last sentence."""
    lines = [line.rstrip() for line in (finished.stderr.strip() or finished.stdout.strip()).splitlines()]
    errors = [match for match in map(ERROR_LINE.match, lines) if match]
    kind, sentence = (errors[-1]["kind"], errors[-1]["sentence"]) if errors else ("", lines[-1] if lines else "")
    return kind, sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."
