"""`python -m bench`: build the reference data, measure the portal, race it, break it; print the table."""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence

from bench.building import prepared
from bench.faults.running import FAULTS, run_faults
from bench.races import ENGINES, run_races
from bench.table import NAMES, circumstances
from launcher.folder import HERE, Refusal, say
from launcher.processes import die_with_parent, on_ending_signals


def main() -> int:
    """Do what the command line asks for."""
    options = read_command_line()
    on_ending_signals(lambda number, _frame: sys.exit(128 + number))
    if options.do in {"races", "faults"}:
        return prove(options)
    return run_on_data(command_of(options))


def prove(options: argparse.Namespace) -> int:
    """Run races or faults, and print their table."""
    engines = ENGINES if options.engine == "both" else (options.engine,)
    if options.do == "races":
        holds, table = run_races(engines, options.rounds, options.races)
    else:
        holds, table = run_faults(
            options.faults or FAULTS, engines, is_short=options.short, mail_down=options.mail_down
        )
    say("", table, "", circumstances())
    return 0 if holds else 1


def run_on_data(command: Sequence[str]) -> int:
    """Run `command` with the data there and its server running; without one, only see that the data is there."""
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


def command_of(options: argparse.Namespace) -> list[str]:
    """Return the command to run on the reference data; none where the data is all that was asked for."""
    if options.do == "run":
        return [sys.executable, "manage.py", "measure", *options.figures]
    if options.do == "plans":
        return [sys.executable, "manage.py", "plans", *options.addresses]
    words: list[str] = options.words if options.do == "with" else []
    return words


def read_command_line() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure the portal on PostgreSQL against yardsticks in the same run. Everything made lies in "
        "bench/ within the data folder. DATABASE_URL names a server to use instead of one of our own; databases "
        "whose names begin with portal_bench_ are made there, and no others touched.",
    )
    commands = parser.add_subparsers(dest="do", metavar="command", required=True)
    commands.add_parser("data", help="build the data sets, unless they are there")
    run = commands.add_parser("run", help="measure, and print the table")
    run.add_argument("figures", nargs="*", metavar="figure", help=f"{', '.join(NAMES)}; all of them by default")
    plans = commands.add_parser("plans", help="list what reads all of a big table, page by page; exit code 1 if any")
    plans.add_argument("addresses", nargs="*", metavar="address", help="such as licenses:list; all of them by default")
    other = commands.add_parser("with", help="run a command on the reference data, such as: python manage.py dbshell")
    other.add_argument("words", nargs=argparse.REMAINDER)
    races = commands.add_parser("races", help="many press a button at once, again and again; needs no data")
    races.add_argument("races", nargs="*", metavar="race", help="such as last_one; all in tests/races by default")
    races.add_argument("--rounds", type=int, default=200, help="how often each race for the last one is run")
    faults = commands.add_parser("faults", help="kill, stop and freeze what the portal stands on; needs no data")
    faults.add_argument("faults", nargs="*", metavar="fault", help=f"{', '.join(FAULTS)}; all of them by default")
    faults.add_argument("--short", action="store_true", help="leave out what takes long")
    faults.add_argument(
        "--mail-down", type=float, default=0, metavar="MINUTES", help="R4 at a stretch, such as 60; else for seconds"
    )
    for command in (races, faults):
        command.add_argument("--engine", choices=[*ENGINES, "both"], default="both")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
