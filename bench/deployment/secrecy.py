"""What others on the machine can read of the portal, and what its logs keep to themselves."""

import re
from collections.abc import Iterator

from bench.deployment import owners
from bench.deployment.checking import Visitors, check
from bench.deployment.machine import Machine

TOKEN = "MDE/a-token-that-lets-somebody-in"
LINKS = (
    f"/accounts/first-password/{TOKEN}/",
    f"/accounts//first%2Dpassword/{TOKEN}/",
    f"/accounts/address/{TOKEN}/",
    f"/accounts/not-me/{TOKEN}/",
    f"/invitations/{TOKEN}/",
    f"/group/invitations/{TOKEN}/",
    f"/no-more-mails/{TOKEN}/",
    f"/accounts/google/login/callback/?code={TOKEN}&state={TOKEN}",
)


def come_with_links(machine: Machine) -> None:
    """Let somebody come with links that let people in, and from pages with such addresses."""
    visitors = Visitors(machine)
    for link in LINKS:
        visitors.ask(link, headers={"Referer": f"{visitors.url}{link}"})


def check_logs(machine: Machine, *more: str) -> Iterator[str]:
    """Check that no log of nginx or the portal has a token, a secret, or `more`."""
    logs = [*(machine.folder / "var/log/nginx").iterdir(), *machine.folder.glob("*.log")]
    text = "".join(log.read_text(encoding="utf-8", errors="replace") for log in logs)
    settings = (machine.folder / "etc/portal/portal.env").read_text().replace(",", "\n").replace("'", "\n")
    kept = [line for line in settings.splitlines() if len(line) >= 40 and not re.search(r"[ /]|=.", line)]
    kept += re.findall(r"//\w+:([^@\n]+)@", settings)
    yield check("/accounts/first-password/***" in text, "the log of nginx tells that somebody came with a link")
    found = [word for word in (TOKEN.split("/")[1], *kept, *more) if word in text]
    yield check(not found and len(kept) >= 5, f"of links and secrets no log says anything ({len(logs)} looked through)")
    failed = re.search("SecretUnreadable|InvalidToken|BadSignature", text)
    yield check(not failed, "no process met a secret that it does not know")


def check_owners(machine: Machine) -> Iterator[str]:
    """Check what nginx' user and the portal's can read; without root nobody is anybody else."""
    if not machine.has_owners:
        yield "who can read what was not tried: that needs root"
        return
    nginx = owners.readable(owners.as_nginx(), machine.folder / "var/lib/portal")
    others = {each for each in nginx if not each.startswith(("files/releases/", "static/"))}
    yield check(bool(nginx) and not others, "nginx' user reads files of releases and static files, nothing else there")
    for who, words in (("nginx' user", owners.as_nginx()), ("the portal's user", owners.as_portal())):
        found = owners.readable(words, machine.folder / "etc/portal")
        yield check(not found, f"{who} reads neither the settings with their secrets nor the certificate's key")
    found = owners.readable(owners.as_nginx(), machine.folder / "var/backups")
    yield check(not found, "nginx' user reads no backup")
