"""Numbers that stand for the users and groups of the deployment page; root alone can give anything to them."""

import grp
import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path

from launcher.folder import HERE

PORTAL = 64_101
"""The portal's user and group, whom this machine need not know."""
UNPRIVILEGED = 65_534
"""nginx' user and the group of files: nginx wants names, and these two are on every machine."""
_INSTALL = """#!/bin/sh
for word in "$@"; do
    shift
    case $word in {cases}
        --owner=*|--group=*) ;;
        *) set -- "$@" "$word" ;;
    esac
done
exec {install} "$@"
"""
_CASES = f"""
        --owner=portal|--group=portal) set -- "$@" "${{word%portal}}{PORTAL}" ;;
        --group=portal-files) set -- "$@" --group={UNPRIVILEGED} ;;"""


PACKAGES = sysconfig.get_path("purelib")


@cache
def python() -> str:
    """Return a Python that the portal's user can start, too, with the packages that are here; nothing without one."""
    if os.geteuid() or not shutil.which("setpriv"):
        return ""
    script = f"cat manage.py && PYTHONPATH='{PACKAGES}' exec \"$0\" -c 'import django'"
    for each in (sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"):
        if (
            subprocess.run(
                [*as_portal(), "sh", "-c", script, each], cwd=HERE, check=False, capture_output=True
            ).returncode
            == 0
        ):
            return each
    return ""


def can_be_given() -> bool:
    """Return whether files and processes can be given to others here, and the others reach Python and the portal."""
    return bool(python())


def as_portal() -> list[str]:
    """Return the words before a command of the portal's user."""
    return _as(PORTAL)


def as_nginx() -> list[str]:
    """Return the words before a command of nginx' user, who is in the group of files."""
    return _as(UNPRIVILEGED)


def _as(number: int) -> list[str]:
    without_rights = ("--clear-groups", "--inh-caps=-all", "--bounding-set=-all")
    return [shutil.which("setpriv") or "setpriv", f"--reuid={number}", f"--regid={number}", *without_rights]


def nginx_user(*, are_given: bool) -> str:
    """Return the line of nginx' configuration that says who it becomes."""
    if are_given:
        return f"user {pwd.getpwuid(UNPRIVILEGED).pw_name} {grp.getgrgid(UNPRIVILEGED).gr_name};"
    return "user root;" if os.geteuid() == 0 else ""  # the folder is for nobody else


def install_script(*, are_given: bool) -> str:
    """Return an `install` that knows the page's users by their numbers, or else leaves them out."""
    return _INSTALL.format(install=shutil.which("install"), cases=_CASES if are_given else "")


def readable(words: list[str], folder: Path) -> set[str]:
    """Return which files below a folder somebody can open, by their paths within; root finds them all."""
    program = "import os, sys\nfor each in sys.stdin.read().splitlines():\n    if os.access(each, os.R_OK): print(each)"
    files = [str(each) for each in folder.rglob("*") if each.is_file()]
    command = [*words, python(), "-c", program]
    done = subprocess.run(command, input="\n".join(files), check=True, capture_output=True, text=True)
    return {str(Path(each).relative_to(folder)) for each in done.stdout.splitlines()}
