"""`python -m bench`: build the reference data, measure the portal, print the table."""

import argparse
import subprocess
import sys
import time

from bench.building import prepared
from launcher.folder import HERE, Refusal, say
from launcher.processes import die_with_parent, on_ending_signals


def main() -> int:
    """Do what the command line asks for, with the data there and its server running."""
    command = read_command_line()
    on_ending_signals(lambda number, _frame: sys.exit(128 + number))
    began = time.monotonic()
    try:
        with prepared() as bench:
            say(f"Both data sets are there, after {time.monotonic() - began:.0f} s.")
            if not command:
                return 0
            done = subprocess.run(command, cwd=HERE, env=bench.environment, check=False, preexec_fn=die_with_parent)
            return done.returncode
    except Refusal as refusal:
        say(str(refusal))
        return 1


def read_command_line() -> list[str]:
    """Return the command to run on the reference data; none where the data is all that was asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure the portal on PostgreSQL against yardsticks in the same run. Everything made lies in "
        "bench/ within the data folder. DATABASE_URL names a server to use instead of one of our own; databases "
        "whose names begin with portal_bench_ are made there, and no others touched.",
    )
    commands = parser.add_subparsers(dest="do", metavar="command", required=True)
    commands.add_parser("data", help="build the data sets, unless they are there")
    run = commands.add_parser("run", help="measure, and print the table")
    run.add_argument("figures", nargs="*", metavar="figure", help="P1, P2, P4, P6, P9, P10; all of them by default")
    other = commands.add_parser("with", help="run a command on the reference data, such as: python manage.py dbshell")
    other.add_argument("words", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.do == "run":
        return [sys.executable, "manage.py", "measure", *options.figures]
    words: list[str] = options.words if options.do == "with" else []
    return words


if __name__ == "__main__":
    sys.exit(main())
