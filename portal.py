#!/usr/bin/env python3
"""Start the portal on a machine that has nothing but Python: `python3 portal.py`.

`python3 portal.py --help` tells the rest. This file stays readable for every Python 3, so that an
old one can say that it is too old; everything else is in the folder `launcher`. Both use the
standard library only.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        f"The portal needs Python 3.11 or newer, but this is Python {sys.version_info[0]}.{sys.version_info[1]}. "
        "Start it with a newer one, for example: python3.12 portal.py"
    )
if sys.platform == "win32":
    sys.exit("The portal runs on Linux and macOS. On Windows, start it inside the Windows Subsystem for Linux.")

import argparse
import os
import signal
from pathlib import Path

from launcher.checks import run_tests
from launcher.folder import Refusal, alone_in, data_folder, say
from launcher.local_providers import free_port, local_provider, provider_environment
from launcher.packages import install
from launcher.preparation import Portal
from launcher.processes import on_ending_signals
from launcher.service import check_port, serve

DEMO_PASSWORD = "portal-demo-1"
DEMO_PEOPLE = {
    "primary@acme.example": "primary contact of Acme Engineering",
    "secondary@acme.example": "secondary contact of Acme Engineering",
    "member@acme.example": "member of Acme Engineering, sees only what is theirs",
    "solo@home.example": "an individual customer",
    "primary@globex.example": "primary contact of Globex, another organization",
    "reseller@north.example": "manager of the user group North, a reseller",
    "viewer@south.example": "member of the user group South, only sees",
    "staff@vendor.example": "staff of the vendor, with the administration",
}


def main() -> int:
    """Do what the command line asks for; return the exit status."""
    options = read_command_line()
    on_ending_signals(signal.default_int_handler)
    try:
        status: int = options.do(data_folder(), options)
        return status
    except Refusal as refusal:
        print(refusal, file=sys.stderr, flush=True)
        return 1
    except OSError as error:
        print(
            f"{error.filename} cannot be used ({error.strerror}). If somebody else, such as root, has started "
            "the portal with this folder before, make everything in it yours.",
            file=sys.stderr,
            flush=True,
        )
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


def read_command_line() -> argparse.Namespace:
    """Return what was asked for; `do` is the function that does it."""
    parser = argparse.ArgumentParser(
        description="Start the portal; Ctrl-C stops it. Everything made on this machine lies in var/, "
        "or in the folder that PORTAL_DATA_DIR names."
    )
    parser.add_argument("--port", type=port_number, default=8000, help="where the portal answers (default: 8000)")
    parser.add_argument("--no-demo", action="store_true", help="start your own portal, in a database of its own")
    parser.set_defaults(do=start_portal)
    commands = parser.add_subparsers(metavar="command")
    command = commands.add_parser("add-staff", help="let somebody of the vendor's staff into your own portal")
    command.add_argument("address", help="their e-mail address")
    command.set_defaults(do=add_staff)
    command = commands.add_parser(
        "demo-providers", help="start the demo with stand-ins for Google, Facebook, Microsoft"
    )
    command.set_defaults(do=start_with_providers)
    command = commands.add_parser("test", help="run the tests; what follows is for pytest", add_help=False)
    command.set_defaults(do=test)
    options, rest = parser.parse_known_args()
    if rest and options.do is not test:
        parser.error(f"unknown: {' '.join(rest)}")
    options.for_pytest = rest
    return options


def port_number(text: str) -> int:
    """Return the port that `text` names."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def start_portal(folder: Path, options: argparse.Namespace) -> int:
    """Start the portal and stay until it is stopped."""
    if os.geteuid() == 0:
        say("You are root; an ordinary user would do.")
    check_port(options.port)
    portal = Portal(folder, options.port, is_demo=not options.no_demo)
    content = portal.prepare()
    check_port(options.port)
    serve(portal, options.port, announce=lambda: announce(portal, content))
    return 0


def start_with_providers(folder: Path, options: argparse.Namespace) -> int:
    """Start the demo with a local identity provider behind its three buttons, and stay until both are stopped.

    It lets everybody in as anybody, so a portal with real people is refused.
    """
    if options.no_demo:
        raise Refusal("The local identity provider asks nobody for a password, so it is for the demo only.")
    check_port(options.port)
    with alone_in(folder):
        python = install(folder, "dev")
    provider = local_provider(python, free_port())
    portal = Portal(folder, options.port, is_demo=True, changes=provider_environment(provider.port))
    if portal.prepare() != "demo":
        raise Refusal(
            "The database has people in it. The local identity provider asks nobody for a password, so it is for the "
            "demo only: leave DATABASE_URL unset."
        )
    check_port(options.port)
    serve(portal, options.port, lambda: announce_with_providers(portal), beside=[provider])
    return 0


def announce_with_providers(portal: Portal) -> None:
    """Say where the portal answers, and what its three buttons do."""
    announce(portal, "demo")
    say("", "Google, Facebook and Microsoft are played by a local identity provider: press one of the buttons on the")
    say("sign-in page, then choose who you are there, and what goes wrong. Mailed codes are at /demo/mail/.")


def announce(portal: Portal, content: str) -> None:
    """Say where the portal answers, and how to get in."""
    say("", f"The portal answers at {portal.url} - Ctrl-C stops it.")
    if content == "demo":
        say(f"It shows demo data. Sign in with the password {DEMO_PASSWORD} as one of:")
        say(*(f"  {address:23} {who}" for address, who in DEMO_PEOPLE.items()))
        say("For your own portal: python3 portal.py --no-demo")
    elif content != "staff":
        say("Nobody of your staff can sign in yet. Let the first in with: python3 portal.py add-staff ADDRESS")
    if content != "demo" and portal.is_demo:
        say("The database has people in it, so there is no demo data.")


def add_staff(folder: Path, options: argparse.Namespace) -> int:
    """Let somebody in as staff of one's own portal, and print their link."""
    portal = Portal(folder, options.port, is_demo=False)
    portal.prepare()
    say(portal.manage("add_staff", options.address))
    return 0


def test(folder: Path, options: argparse.Namespace) -> int:
    """Run the tests on both databases."""
    return run_tests(folder, options.for_pytest)


if __name__ == "__main__":
    sys.exit(main())
