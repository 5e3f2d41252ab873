"""Watches a whole test run: no line that the portal logs holds a secret that it made, was told or read (S6).

Secrets are noted where they come into being, whoever makes them: activation keys, session keys, every
password that is hashed or compared, recovery codes, and whatever is encrypted or decrypted, which is
private keys, seeds of second steps, mailed codes, and mails with the links that let somebody in; the keys
that the portal signs and encrypts with are known from the beginning. Lines are looked through
when a test ends, as they would be written. What real servers log is looked through when they stop; the
secrets that only they know are recognised by their form.
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from uuid import UUID

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.fernet import MultiFernet
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from licenses import activation_key
from qlmportal.logs import LineFormatter
from tests.support.hashers import QuickPasswordHasher

SecretT = TypeVar("SecretT")

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
        self._of_the_portal = {
            **dict.fromkeys([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS], "the secret key"),
            **dict.fromkeys(settings.PORTAL_ENCRYPTION_KEYS, "an encryption key"),
        }
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

    def note_recovery_codes(self, codes: Sequence[str]) -> None:
        """Remember what somebody signs in with whose second step is lost."""
        for code in codes:
            self.note("a recovery code", code)

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
        whole = [*self._of_the_portal.items(), *self._of_this_test.items()]
        return next((kind for secret, kind in whole if stands_in(secret, line)), "")

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
    _note_what_comes_out(patch, SessionBase, "_get_new_session_key", partial(SECRECY.note, "a session key"))
    _note_what_comes_out(patch, MultiFernet, "decrypt", SECRECY.note_sealed)
    _note_what_comes_out(patch, activation_key, "show", SECRECY.note_key)
    _note_what_comes_out(patch, RecoveryCodes, "generate_codes", SECRECY.note_recovery_codes)
    _note_what_goes_in(patch, MultiFernet, "encrypt", SECRECY.note_sealed)
    _note_what_goes_in(patch, QuickPasswordHasher, "encode", SECRECY.note_password)


def _note_what_comes_out(patch: pytest.MonkeyPatch, owner: object, name: str, note: Callable[[SecretT], None]) -> None:
    function = getattr(owner, name)

    def noted(*anything: object, **named: object) -> SecretT:
        secret: SecretT = function(*anything, **named)
        note(secret)
        return secret

    patch.setattr(owner, name, noted)


def _note_what_goes_in(patch: pytest.MonkeyPatch, owner: type, name: str, note: Callable[[SecretT], None]) -> None:
    method = getattr(owner, name)

    def noted(self: object, secret: SecretT, *anything: object, **named: object) -> object:
        note(secret)
        return method(self, secret, *anything, **named)

    patch.setattr(owner, name, noted)
