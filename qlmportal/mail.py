"""The mail server, from one address, and the sender that mails name."""

from email.utils import parseaddr
from typing import TypedDict
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from qlmportal.environment import is_loopback_host

TIMEOUT_SECONDS = 10
NOBODY = "portal@localhost"
_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
_EXAMPLE = "smtp+tls://user:password@mail.example.com:587"


class MailServer(TypedDict):
    """What Django's SMTP connection takes."""

    host: str
    port: int
    username: str
    password: str
    use_tls: bool
    use_ssl: bool
    timeout: int


def mail_server(url: str) -> MailServer | None:
    """Return how to reach the mail server at `url`; None when there is none.

    `smtp+tls` switches to TLS after the greeting, `smtp+ssl` speaks it from the beginning, and
    plain `smtp` not at all, so that it takes no password, except to this machine itself. Raises
    ImproperlyConfigured, without repeating the address, which may hold a password.
    """
    if not url.strip():
        return None
    parts = _split(url)
    host, user = parts.hostname or "", unquote(parts.username or "")
    if parts.scheme not in _PORTS or not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise ImproperlyConfigured(f"EMAIL_URL cannot be used; it has to look like {_EXAMPLE}.")
    if user and parts.scheme == "smtp" and not is_loopback_host(host):
        raise ImproperlyConfigured(
            "EMAIL_URL would send a password through the network in clear text; begin it with smtp+tls or smtp+ssl."
        )
    return {
        "host": host,
        "port": parts.port or _PORTS[parts.scheme],
        "username": user,
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp+tls",
        "use_ssl": parts.scheme == "smtp+ssl",
        "timeout": TIMEOUT_SECONDS,
    }


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"EMAIL_URL cannot be read; it has to look like {_EXAMPLE}.") from None
    return parts


def mail_sender(text: str, *, is_needed: bool) -> str:
    """Return PORTAL_MAIL_FROM, an address with or without a name; raise ImproperlyConfigured when it is none."""
    if not text and is_needed:
        raise ImproperlyConfigured("EMAIL_URL is set, but PORTAL_MAIL_FROM is not: name the sender of the mails.")
    if not text:
        return NOBODY
    try:
        _name, address = parseaddr(text)
        if not text.isprintable() or not (text == address or text.endswith(f" <{address}>")):
            raise ValidationError("")
        validate_email(address)
    except ValidationError:
        raise ImproperlyConfigured(
            f"PORTAL_MAIL_FROM is “{text}”, but has to look like portal@example.com or "
            "License Portal <portal@example.com>."
        ) from None
    return text
