"""A mail server of the tests' own: real SMTP on the loopback address, with faults to order."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.support.postgres import free_port

HOST = "127.0.0.1"


class MailServer:
    """What the server took so far, and what it answers: set the faults while it runs.

    `refusals` are whole answers to a command, by its first word, such as `{"RCPT": "550 unknown"}`;
    `hangs_up_after_data` takes a mail and closes the connection without saying so.
    """

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.taken: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.refusals: dict[str, str] = {}
        self.hangs_up_after_data = False
        self.seconds_for_each = 0.0
        self._server: socketserver.ThreadingTCPServer | None = None

    @property
    def address(self) -> str:
        """Return what EMAIL_URL says to reach it."""
        return f"smtp://{HOST}:{self.port}"

    @property
    def recipients(self) -> list[str]:
        """Return who got mail, in the order in which it came."""
        return [to for _sender, recipients in self.envelopes for to in recipients]

    @property
    def texts(self) -> list[str]:
        """Return the plain text of each mail."""
        plain = [part for mail in self.taken for part in mail.walk() if part.get_content_type() == "text/plain"]
        return [str(part.get_content()) for part in plain]  # type: ignore[attr-defined]  # the policy is the default one

    def start(self) -> None:
        """Listen from now on."""

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        mail_server = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                mail_server._talk(self)

        self._server = Server((HOST, self.port), Session)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        """Answer nobody any more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _talk(self, session: socketserver.StreamRequestHandler) -> None:
        def say(line: str) -> None:
            session.wfile.write(f"{line}\r\n".encode())

        say("220 the tests")
        sender, recipients = "", [""][:0]
        while line := session.rfile.readline().decode().strip():
            command = line.split()[0].upper()
            if command in self.refusals:
                say(self.refusals[command])
            elif command == "MAIL":
                sender, recipients = _inside(line), []
                say("250 fine")
            elif command == "RCPT":
                recipients.append(_inside(line))
                say("250 fine")
            elif command == "DATA":
                say("354 go on")
                self._take(session, sender, recipients)
                if self.hangs_up_after_data:
                    return
                say("250 taken")
            else:
                say("221 bye" if command == "QUIT" else "250 fine")

    def _take(self, session: socketserver.StreamRequestHandler, sender: str, recipients: list[str]) -> None:
        time.sleep(self.seconds_for_each)
        lines = []
        while (line := session.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))  # type: ignore[arg-type]  # the default policy makes these
        self.envelopes.append((sender, recipients))


def _inside(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    """Start a mail server, give it, and stop it."""
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
