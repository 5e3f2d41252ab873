"""`python -m bench.deployment`: do what the deployment page says, in an empty folder, and check what comes out."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.deployment.checking import (
    Answers,
    Visitors,
    check,
    check_away,
    check_first_start,
    check_link,
    check_restored,
    check_rotated,
)
from bench.deployment.machine import Machine
from bench.deployment.page import Step, steps
from bench.deployment.person import Person
from bench.deployment.secrecy import check_logs, check_owners, come_with_links
from bench.deployment.units import check_units
from launcher.folder import Refusal, say
from tests.support.postgres import running_server

UNITS = "systemctl stop portal-web@8001 portal-web@8002 portal-worker; nginx -s stop"


def main() -> int:
    """Do every step; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.deployment", description=__doc__)
    parser.add_argument("--same-packages", action="store_true", help="use the packages that are here, download none")
    options = parser.parse_args()
    try:
        with _machine(has_same_packages=options.same_packages) as machine:
            for step in steps():
                say("", f"── {step.title}")
                for sentence in _done(machine, step):
                    say(f"   ✓ {sentence}")
    except (Refusal, TimeoutError) as refusal:
        say(str(refusal))
        return 1
    say("", "Everything on the page was done, and all of it is so.")
    return 0


@contextmanager
def _machine(*, has_same_packages: bool) -> Iterator[Machine]:
    """Give an empty machine with a database server, and stop in the end whatever was started on it."""
    with running_server() as url, tempfile.TemporaryDirectory(prefix="portal-deployment-") as name:
        machine = Machine(Path(name), url)
        machine.make(has_same_packages=has_same_packages)
        try:
            yield machine
        finally:
            with suppress(Refusal):
                machine.run(machine.translated(UNITS))


def _done(machine: Machine, step: Step) -> Iterator[str]:
    """Do a step; yield in words what is so afterwards."""
    commands = machine.translated(step.commands)
    match step.title.partition(".")[0]:
        case "5":
            machine.run(commands)
            yield from check_units(machine)
        case "6":
            machine.run("nginx")
            machine.run(commands)
            yield from check_first_start(machine)
            yield from check_away(machine)
        case "7":
            yield from check_link(machine, machine.run(commands))
            yield from _people_come(machine)
        case "9":
            yield from _another_version_twice(machine, commands)
        case "10":
            machine.run("portal-manage add_staff late@example.com")
            machine.run(commands)
            yield from check_restored(machine)
        case "11":
            yield from _rotated(machine, commands)
        case _:
            machine.run(commands)
            yield "done"


def _people_come(machine: Machine) -> Iterator[str]:
    """Let somebody download, others come with links, and look at who can read what."""
    person = Person(machine)
    yield person.sign_in()
    yield from person.check_download()
    come_with_links(machine)
    yield from check_owners(machine)


def _another_version_twice(machine: Machine, commands: str) -> Iterator[str]:
    """Install two more versions, each in a new shell, while visitors come."""
    for which in ("second", "third"):
        machine.forget()
        with Visitors(machine).coming() as answers:
            machine.run(commands)
        yield _all_answered(answers, f"for the {which} version")


def _rotated(machine: Machine, commands: str) -> Iterator[str]:
    """Rotate the secrets while somebody who is signed in works."""
    person = Person(machine)
    yield person.sign_in()
    with Visitors(machine).coming(person.work) as answers:
        machine.run(commands)
    yield _all_answered(answers, "of somebody who is signed in and sends forms")
    yield from check_rotated(machine)
    yield from check_logs(machine)


def _all_answered(answers: Answers, of_what: str) -> str:
    return check(
        not answers.others, f"all {answers.number} requests {of_what} were answered {answers.others or ''}".strip()
    )


if __name__ == "__main__":
    sys.exit(main())
