"""What has to be true after a step of the deployment page."""

import http.client
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

from bench.deployment.machine import HOST, Machine
from bench.faults.portal import wait_until
from launcher.folder import Refusal

READY_SECONDS = 60.0


@dataclass
class Answers:
    """How often somebody was answered, and with what else than 200."""

    number: int = 0
    others: list[str] = field(default_factory=list)


class Visitors:
    """Who comes to the portal from outside, through nginx, with TLS."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    @property
    def url(self) -> str:
        """Where the portal is, for browsers."""
        return f"https://{HOST}:{self._machine.ports['443']}"

    def ask(
        self, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, host: str = "127.0.0.1"
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Return status, headers and text of a page; with a `body` of the answer to a form."""
        context = ssl.create_default_context(cafile=str(self._machine.folder / "etc/portal/tls/fullchain.pem"))
        connection = _Through(self._machine.ports["443"], context, host)
        with closing(connection):
            own = {"Host": self.url.removeprefix("https://"), "Origin": self.url}
            connection.request("GET" if body is None else "POST", path, body, {**own, **(headers or {})})
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()

    def is_ready(self) -> bool:
        """Tell whether the portal can serve."""
        with suppress(OSError, http.client.HTTPException):
            return self.ask("/readyz")[0] == http.client.OK
        return False

    @contextmanager
    def coming(self, ask: Callable[[], str] | None = None) -> Iterator[Answers]:
        """Let somebody ask for the sign-in page meanwhile, again and again; or do what is given, which says 200."""
        answers, has_ended = Answers(), threading.Event()
        ask = ask or self._sign_in_page

        def ask_again_and_again() -> None:
            while not has_ended.wait(0.05):
                answers.number += 1
                try:
                    status = ask()
                except (OSError, http.client.HTTPException) as error:
                    status = type(error).__name__
                if status != "200":
                    answers.others.append(status)

        thread = threading.Thread(target=ask_again_and_again)
        thread.start()
        try:
            yield answers
        finally:
            has_ended.set()
            thread.join()

    def _sign_in_page(self) -> str:
        return str(self.ask("/accounts/login/")[0])


class _Through(http.client.HTTPSConnection):
    """A connection to the portal's name that goes to this machine."""

    def __init__(self, port: int, context: ssl.SSLContext, to: str) -> None:
        super().__init__(HOST, port, timeout=30, context=context)
        self._own_context, self._to = context, to

    def connect(self) -> None:
        """Connect to this machine, and ask it for the portal's certificate."""
        plain = http.client.HTTPConnection(self._to, self.port, timeout=30)
        plain.connect()
        self.sock = self._own_context.wrap_socket(plain.sock, server_hostname=HOST)


def check(is_so: bool, sentence: str) -> str:
    """Return what was found to be true, or raise Refusal."""
    if not is_so:
        raise Refusal(f"This is not so: {sentence}")
    return sentence


def check_first_start(machine: Machine) -> Iterator[str]:
    """Check what people meet at the end of section 6."""
    visitors = Visitors(machine)
    wait_until(visitors.is_ready, READY_SECONDS)
    status, headers, text = visitors.ask("/accounts/login/")
    yield check(status == 200 and "<h1" in text, "the sign-in page comes through nginx with TLS")
    yield check("max-age" in headers.get("Strict-Transport-Security", ""), "the answer tells to stay with https")
    with closing(http.client.HTTPConnection("127.0.0.1", machine.ports["80"], timeout=30)) as connection:
        connection.request("GET", "/", headers={"Host": HOST})
        answer = connection.getresponse()
        sends_on = answer.status == 301 and answer.headers.get("Location", "").startswith(f"https://{HOST}")
    yield check(sends_on, "plain HTTP sends on to https")
    status, _headers, _text = visitors.ask("/portal-files/releases/")
    yield check(status == 404, "nobody reaches the folder of files by its address")
    status, _headers, _text = visitors.ask("/accounts/login/", host=machine.second_address.strip("[]"))
    yield check(status == 200, f"it listens at its second address, too ({machine.second_address})")
    yield from check_static(visitors, text)


def check_static(visitors: Visitors, page: str) -> Iterator[str]:
    """Check what comes of the files that a page names."""
    found = re.search(r'href="(/static/[^"]+\.css)"', page)
    status, headers, _text = visitors.ask(found[1] if found else "/")
    is_kept = "immutable" in headers.get("Cache-Control", "") and headers.get_content_type() == "text/css"
    yield check(status == 200 and is_kept, "static files come from nginx, with their type, and for good")
    yield check(is_guarded(headers), "they come with the headers that every answer has")
    status, headers, text = visitors.ask("/static/css/nothing.css")
    yield check(
        status == 404 and "<h1" in text and is_guarded(headers), "one that is not there is the portal's own page"
    )


def is_guarded(headers: http.client.HTTPMessage) -> bool:
    """Tell whether an answer says what every answer of the portal says, once."""
    of_safety = ("Strict-Transport-Security", "X-Content-Type-Options")
    return all(len(headers.get_all(name, [])) == 1 for name in of_safety)


def check_away(machine: Machine) -> Iterator[str]:
    """Check what people get while both web processes are away."""
    visitors, units = Visitors(machine), "portal-web@8001 portal-web@8002"
    machine.run(machine.translated(f"systemctl stop {units}"))
    status, headers, text = visitors.ask("/licenses/")
    machine.run(machine.translated(f"systemctl start {units}"))
    is_told = status == 503 and "not available right now" in text and bool(headers.get("Retry-After"))
    yield check(is_told and is_guarded(headers), "while no web process answers, a page says so, and when to come back")
    wait_until(visitors.is_ready, READY_SECONDS)


def check_link(machine: Machine, said: str) -> Iterator[str]:
    """Check that the link for the first of the staff opens a page."""
    found = re.search(rf"https://{HOST}:\d+(/\S+)", said)
    check(found is not None, "the command prints a link")
    status, headers, _text = Visitors(machine).ask(found[1] if found else "/")
    yield check(status in {200, 302} and "login" not in headers.get("Location", ""), "the printed link lets them in")


def check_restored(machine: Machine) -> Iterator[str]:
    """Check that what came after the backup is gone, and that the portal serves again."""
    wait_until(Visitors(machine).is_ready, READY_SECONDS)
    said = machine.run("portal-manage add_staff staff@example.com; portal-manage add_staff late@example.com")
    yield check("staff@example.com is here already" in said, "who was there before the backup is there again")
    yield check("late@example.com is new" in said, "who came after the backup is gone")


def check_rotated(machine: Machine) -> Iterator[str]:
    """Check that the portal goes on with both secrets."""
    settings = (machine.folder / "etc/portal/portal.env").read_text()
    yield check(
        "PORTAL_SECRET_KEY_FALLBACKS=" in settings
        and re.search(r"ENCRYPTION_KEYS='\S+,\S+'", settings) is not None
        and "# Prepared" not in settings,
        "the new secrets stand in front, the old ones behind them",
    )
    yield check(Visitors(machine).is_ready(), "the portal is ready with them")
