"""Watches a whole test run: no line that the portal logs holds a secret that it made, was told or read (S6).

Secrets are noted where they come into being, whoever makes them: activation keys, session keys, every
password that is hashed or compared, and whatever is encrypted or decrypted, which is private keys, seeds
of second steps, mailed codes, and mails with the links that let somebody in. Lines are looked through
when a test ends, as they would be written. What real servers log is looked through when they stop; the
secrets that only they know are recognised by their form.
"""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import pytest
from cryptography.fernet import MultiFernet
from django.contrib.sessions.backends.base import SessionBase

from licenses import activation_key
from qlmportal.logs import LineFormatter
from tests.support.hashers import QuickPasswordHasher

WORD = re.compile(r"[\w-]+")
LINK = re.compile(r"https?://\S+")
KEY = re.compile(rf"\b[{activation_key.ALPHABET}]{{5}}(?:-[{activation_key.ALPHABET}]{{5}}){{4}}\b")
SESSION = re.compile(r"\b(?=[0-9a-z]*[g-z])(?=[0-9a-z]*[0-9])[0-9a-z]{32}\b")

LONG = 16
"""Letters from which on no word is the same by chance, so that it is looked for until the run ends."""
SHORTEST_CODE, SHORTEST_PASSWORD, LONGEST_PASSWORD = 6, 8, 128


def stands_in(secret: str, text: str) -> bool:
    """Tell whether `text` holds a secret; a code by itself, as its digits may be some of an id or of a moment."""
    if len(secret) >= SHORTEST_PASSWORD or not WORD.fullmatch(secret):
        return secret in text
    return re.search(rf"(?<![\w.]){re.escape(secret)}(?!\w)", text) is not None


@dataclass(frozen=True)
class Leak:
    """A line with a secret in it: who logged it, with what template, and what kind of secret it was."""

    logger: str
    template: str
    kind: str

    def __str__(self) -> str:
        return f"{self.logger} logged {self.kind}: {self.template!r}"


class Secrecy(logging.Handler):
    """Knows the secrets of a run, and the lines that were logged since it was last asked."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(LineFormatter())
        self._words: dict[str, str] = {}
        self._of_this_test: dict[str, str] = {}
        self._lines: list[tuple[str, str, str]] = []

    # Secrets

    def note(self, kind: str, secret: str) -> None:
        """Remember a secret: a long word until the run ends, anything else until the test ends."""
        if len(secret) < SHORTEST_CODE:
            return
        is_long_word = len(secret) >= LONG and WORD.fullmatch(secret)
        (self._words if is_long_word else self._of_this_test)[secret] = kind

    def note_password(self, password: str) -> None:
        """Remember what somebody typed or was given as a password."""
        if SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            self._of_this_test[password] = "a password"

    def note_sealed(self, content: bytes) -> None:
        """Remember what is kept encrypted: a word as it is; of a text, its keys and what its links end with."""
        text = content.decode(errors="ignore").strip()
        if len(text) >= SHORTEST_CODE and WORD.fullmatch(text):
            self.note("what is kept encrypted", text)
        if "PRIVATE KEY" in text:
            for line in text.splitlines()[1:-1]:
                self.note("a private key", line)
        for key in KEY.findall(text):
            self.note_key(key)
        for link in LINK.findall(text):
            for piece in re.split(r"[/:?=&]", link.partition("://")[2].partition("/")[2]):
                if len(piece) >= LONG and not _is_id(piece):
                    self.note("a mailed link", piece)

    def note_key(self, key: str) -> None:
        """Remember an activation key, as it is shown and as it is looked up."""
        self.note("an activation key", key)
        self.note("an activation key", activation_key.fold(key))

    def kind_in(self, line: str) -> str:
        """Return what kind of secret a line holds; nothing where it holds none."""
        for word in WORD.findall(line):
            if word in self._words:
                return self._words[word]
        if any(activation_key.has_valid_checksum(key) for key in KEY.findall(line)):
            return "an activation key"
        return next((kind for secret, kind in list(self._of_this_test.items()) if stands_in(secret, line)), "")

    # Lines

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line as it would be written."""
        self._lines.append((record.name, str(record.msg), self.format(record)))

    def leaks(self) -> list[Leak]:
        """Return the lines with a secret since this was last asked, without the secrets, and forget the test's own."""
        lines, self._lines = self._lines, []
        found = [Leak(name, self._masked(said), kind) for name, said, line in lines if (kind := self.kind_in(line))]
        self._of_this_test.clear()
        return found

    def _masked(self, template: str) -> str:
        return "•••" if self.kind_in(template) else template


def _is_id(piece: str) -> bool:
    try:
        UUID(piece)
    except ValueError:
        return False
    return True


SECRECY = Secrecy()


def look_through(log: str) -> None:
    """Fail where the log of a real server holds a secret; session keys that only it knows by their form."""
    for line in log.splitlines():
        kind = SECRECY.kind_in(line) or ("a session key" if SESSION.search(line) else "")
        if kind:
            raise AssertionError(f"A server logged {kind}, in a line that begins {line[:40]!r}")


@contextmanager
def watching() -> Iterator[None]:
    """Note secrets where they come into being, and read what is logged, during the block."""
    loggers = [logging.getLogger(name) for name in ("", "django", "post_office", "portal")]
    with pytest.MonkeyPatch.context() as patch:
        _listen(patch)
        for logger in loggers:
            logger.addHandler(SECRECY)
        yield
        for logger in loggers:
            logger.removeHandler(SECRECY)


def _listen(patch: pytest.MonkeyPatch) -> None:
    new_session, encrypt, decrypt = SessionBase._get_new_session_key, MultiFernet.encrypt, MultiFernet.decrypt
    show, encode = activation_key.show, QuickPasswordHasher.encode

    def noted_session(session: SessionBase) -> str:
        key = new_session(session)
        SECRECY.note("a session key", key)
        return key

    def noted_encrypt(box: MultiFernet, content: bytes) -> bytes:
        SECRECY.note_sealed(content)
        return encrypt(box, content)

    def noted_decrypt(box: MultiFernet, token: bytes) -> bytes:
        content = decrypt(box, token)
        SECRECY.note_sealed(content)
        return content

    def noted_show(folded: str) -> str:
        key = show(folded)
        SECRECY.note_key(key)
        return key

    def noted_encode(hasher: QuickPasswordHasher, password: str, salt: str, iterations: int | None = None) -> str:
        SECRECY.note_password(password)
        return encode(hasher, password, salt, iterations)

    patches: list[tuple[object, str, Callable[..., object]]] = [
        (SessionBase, "_get_new_session_key", noted_session),
        (MultiFernet, "encrypt", noted_encrypt),
        (MultiFernet, "decrypt", noted_decrypt),
        (activation_key, "show", noted_show),
        (QuickPasswordHasher, "encode", noted_encode),
    ]
    for owner, name, noted in patches:
        patch.setattr(owner, name, noted)
