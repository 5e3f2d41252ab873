"""`python -m bench`: build the reference data, measure the portal, print the table."""

import argparse
import subprocess
import sys
import time

from bench.building import prepared
from launcher.folder import HERE, Refusal, say
from launcher.processes import die_with_parent, on_ending_signals


def main() -> int:
    """Do what the command line asks for."""
    options = read_command_line()
    on_ending_signals(lambda number, _frame: sys.exit(128 + number))
    try:
        began = time.monotonic()
        with prepared() as bench:
            if options.command == "data":
                say(f"Both data sets are there, after {time.monotonic() - began:.0f} s.")
                return 0
            command = options.words if options.command == "with" else ["manage.py", "measure", *options.figures]
            words = command if options.command == "with" else [sys.executable, *command]
            return subprocess.run(
                words, cwd=HERE, env=bench.environment, check=False, preexec_fn=die_with_parent
            ).returncode
    except Refusal as refusal:
        say(str(refusal))
        return 1


def read_command_line() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure the portal on PostgreSQL against yardsticks in the same run. Everything made lies in "
        "bench/ within the data folder; DATABASE_URL names a server to use instead of one of our own.",
    )
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    commands.add_parser("data", help="build the data sets, unless they are there")
    command = commands.add_parser("run", help="measure, and print the table")
    command.add_argument("figures", nargs="*", help="P1, P2, P4, P6, P10; all of them by default")
    command = commands.add_parser("with", help="run a command on the reference data, such as manage.py dbshell")
    command.add_argument("words", nargs=argparse.REMAINDER)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
