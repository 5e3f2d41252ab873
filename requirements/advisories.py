"""Compare what is locked with the vulnerabilities that are known, or say plainly that nobody did (S11).

`python requirements/advisories.py` asks the address that ADVISORIES names, which takes batches of
queries as OSV does (`{"queries": [{"package": {"name", "ecosystem"}, "version"}]}`). It fails when a
locked package has an advisory that accepted.txt does not give a reason for, and when the address does
not answer. Where ADVISORIES is not set it lists what is locked. Standard library only.
"""

import json
import os
import re
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
NPM_LOCK = HERE.parent / "tests/javascript/package-lock.json"
PINNED = re.compile(r"^([a-z0-9-]+)==([^ ;]+)", re.MULTILINE)
ACCEPTED = re.compile(r"^([A-Za-z0-9-]+) ([a-z0-9@/.-]+): (\S.*)$")
AT_ONCE = 500
SECONDS = 30


class Package(NamedTuple):
    """A locked package: whose it is (as OSV says), what it is called, and which version."""

    ecosystem: str
    name: str
    version: str


def locked() -> list[Package]:
    """Return every package that is locked, for running, developing and testing the portal."""
    pinned = {*PINNED.findall(_text("app.txt")), *PINNED.findall(_text("dev.txt"))}
    found = {Package("PyPI", name, version) for name, version in pinned}
    for path, package in json.loads(NPM_LOCK.read_text(encoding="utf-8"))["packages"].items():
        if path:
            found.add(Package("npm", path.rpartition("node_modules/")[2], package["version"]))
    return sorted(found)


def accepted(text: str) -> dict[tuple[str, str], str]:
    """Return why advisories are accepted, by advisory and package; raise ValueError for another line."""
    reasons = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            found = ACCEPTED.match(line)
            if found is None:
                raise ValueError(f"accepted.txt: “{line}” is no “ADVISORY package: reason”")
            reasons[found[1], found[2]] = found[3]
    return reasons


def advisories(address: str, packages: Sequence[Package]) -> Iterator[tuple[Package, str]]:
    """Return the advisories that are known of each package; raise OSError or ValueError without a sensible answer."""
    for begin in range(0, len(packages), AT_ONCE):
        some = packages[begin : begin + AT_ONCE]
        results = _ask(address, some)
        for package, result in zip(some, results, strict=True):
            yield from ((package, each["id"]) for each in result.get("vulns", []))


def _ask(address: str, packages: Sequence[Package]) -> list[dict[str, list[dict[str, str]]]]:
    queries = [
        {"package": {"name": package.name, "ecosystem": package.ecosystem}, "version": package.version}
        for package in packages
    ]
    body = json.dumps({"queries": queries}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        results = json.load(answer)["results"]
    if not isinstance(results, list):
        raise ValueError("the answer has no list of results")
    return results


def compare(address: str, packages: Sequence[Package], reasons: Mapping[tuple[str, str], str]) -> int:
    """Print every advisory of a locked package, and return how many of them nobody has accepted."""
    bad = 0
    for package, advisory in advisories(address, packages):
        reason = reasons.get((advisory, package.name))
        bad += reason is None
        print(f"{package.name} {package.version}: {advisory}, {f'accepted: {reason}' if reason else 'NOT accepted'}")
    print(f"{len(packages)} locked packages compared with known vulnerabilities; {bad} that nobody has accepted.")
    return bad


def main() -> int:
    """Compare or list, and return the exit status."""
    packages, address = locked(), os.environ.get("ADVISORIES", "")
    if address:
        try:
            return 1 if compare(address, packages, accepted(_text("accepted.txt"))) else 0
        except (OSError, ValueError, KeyError, TypeError) as error:
            print(f"The advisory source did not answer sensibly ({type(error).__name__}).")
    for package in packages:
        print(f"  {package.ecosystem} {package.name} {package.version}")
    print(f"NOT AUDITED: no advisory source was reached; these {len(packages)} locked packages are only listed.")
    return 1 if address else 0


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
