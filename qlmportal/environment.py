"""The environment as the settings read it: names are checked, addresses are taken apart."""

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environ import Env

KNOWN_NAMES = frozenset(
    {
        "PORTAL_COLOUR",
        "PORTAL_DATA_DIR",
        "PORTAL_ENCRYPTION_KEYS",
        "PORTAL_FILES",
        "PORTAL_FILES_ACCEL",
        "PORTAL_FILES_KEY_ID",
        "PORTAL_FILES_SECRET",
        "PORTAL_LOGO",
        "PORTAL_MAIL_FROM",
        "PORTAL_MAX_RELEASE_FILE",
        "PORTAL_NAME",
        "PORTAL_SECOND_STEP_FOR",
        "PORTAL_SECRET_KEY",
        "PORTAL_SECRET_KEY_FALLBACKS",
        "PORTAL_SESSION_IDLE",
        "PORTAL_SESSION_LONGEST",
        "PORTAL_SUPPORT_ADDRESS",
        "PORTAL_TRUSTED_PROXIES",
        "PORTAL_URL",
        "PORTAL_VENDOR",
    }
)
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
_MADE_BY = "python3 portal.py makes one the first time and keeps it in secrets.env in the data folder."
LEAST_CONTRAST = 4.5
LEAST_SECRET_LETTERS = 32
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def read_environment(default_data_dir: Path) -> tuple[Env, Path]:
    """Return the environment and the data folder.

    The process environment wins over `secrets.env` in that folder, and stays as it is itself.
    """
    data_dir = Path(os.environ.get("PORTAL_DATA_DIR") or default_data_dir).expanduser().resolve()
    variables = {**_secrets_in(data_dir / "secrets.env"), **os.environ}
    check_names(variables)
    return make_environment(variables), data_dir


def make_environment(variables: Mapping[str, str]) -> Env:
    """Return django-environ's reader of `variables`, a dollar sign meaning just that and no other variable's name."""
    environment = Env()  # type: ignore[no-untyped-call]  # the package is annotated in part
    environment.escape_proxy = True
    environment.ENVIRON = {  # type: ignore[assignment]  # it only reads from it
        name: value.replace("$", r"\$") for name, value in variables.items()
    }
    return environment


def _secrets_in(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return {name.strip(): value.strip() for name, _, value in (line.partition("=") for line in lines if "=" in line)}


def check_names(variables: Mapping[str, str]) -> None:
    """Refuse a PORTAL_ name that the portal does not know, so that a slip of the pen is not silently without effect."""
    for name in sorted(variables):
        if name.startswith("PORTAL_") and name not in KNOWN_NAMES:
            nearest = difflib.get_close_matches(name, KNOWN_NAMES, n=1, cutoff=0)[0]
            raise ImproperlyConfigured(f"The portal knows no setting named {name}. Did you mean {nearest}?")


@dataclass(frozen=True)
class PortalAddress:
    """PORTAL_URL taken apart: what the portal answers to, and whether it is served with https."""

    origin: str
    host: str
    is_https: bool

    @property
    def is_loopback(self) -> bool:
        """Tell whether only this machine can reach the address."""
        return is_loopback_host(self.host)

    @property
    def allowed_hosts(self) -> list[str]:
        """Return the values of the Host header that are answered."""
        return LOOPBACK_HOSTS if self.is_loopback else [self.host]


def is_loopback_host(host: str) -> bool:
    """Tell whether `host`, without a port, names this machine itself."""
    return host.lower() in LOOPBACK_HOSTS


def parse_portal_url(url: str) -> PortalAddress:
    """Return PORTAL_URL taken apart.

    Raises ImproperlyConfigured unless it is scheme, host and perhaps port alone, and https
    for every host but this machine itself.
    """
    parts = _origin_in(url)
    if parts is None:
        raise ImproperlyConfigured(
            f"PORTAL_URL is “{url}”, but has to be an address without a path, such as https://portal.example.com."
        )
    host = _bracketed(parts.hostname or "")
    address = PortalAddress(f"{parts.scheme}://{parts.netloc}".lower(), host, parts.scheme == "https")
    if not address.is_https and not address.is_loopback:
        raise ImproperlyConfigured(
            f"PORTAL_URL is “{url}”: without https the portal serves only this machine itself "
            "(localhost, 127.0.0.1 or [::1]). Give it an https address."
        )
    return address


def _origin_in(url: str) -> SplitResult | None:
    """Return the parts of `url` if it is scheme, host and perhaps port, and nothing else."""
    try:
        parts = urlsplit(url.strip())
        has_sound_port = parts.port is None or parts.port > 0
    except ValueError:
        return None
    has_more = parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username
    is_origin = parts.scheme in {"http", "https"} and parts.hostname and has_sound_port and not has_more
    return parts if is_origin else None


def _bracketed(host: str) -> str:
    try:
        return f"[{host}]" if ip_address(host).version == 6 else host
    except ValueError:
        return host


def parse_colour(text: str) -> str:
    """Return a colour such as #0b6e4f, or nothing when none is set; raise ImproperlyConfigured for anything else."""
    if text and not _COLOUR.fullmatch(text):
        raise ImproperlyConfigured(f"PORTAL_COLOUR is “{text}”, but has to look like #0b6e4f.")
    if text and _contrast_to_white(text) < LEAST_CONTRAST:
        raise ImproperlyConfigured(f"PORTAL_COLOUR is “{text}”: white text on it cannot be read. Choose a darker one.")
    return text.lower()


def _contrast_to_white(colour: str) -> float:
    """Return the contrast ratio of WCAG 2.2 between `colour` and white, from 1 to 21."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def parse_logo(text: str) -> Path | None:
    """Return the logo's file, or None when none is set; raise ImproperlyConfigured when it cannot be shown."""
    if not text:
        return None
    logo = Path(text).expanduser().resolve()
    if logo.suffix not in LOGO_TYPES or not logo.is_file():
        raise ImproperlyConfigured(f"PORTAL_LOGO is “{text}”, but has to be an SVG, PNG or WebP file that exists.")
    return logo


LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}


def parse_proxies(text: str) -> int:
    """Return how many proxies stand in front; raise ImproperlyConfigured unless it is a number from 0 to 9."""
    if not re.fullmatch(r"[0-9]", text):
        raise ImproperlyConfigured(f"PORTAL_TRUSTED_PROXIES is “{text}”, but has to be a number from 0 to 9.")
    return int(text)


def parse_second_step_for(text: str | None) -> frozenset[str] | None:
    """Return the roles that must have a second step, or None when nothing is set; raise ImproperlyConfigured else."""
    if text is None:
        return None
    roles = frozenset(role.strip() for role in text.split(",") if role.strip())
    if unknown := sorted(roles - SECOND_STEP_ROLES):
        raise ImproperlyConfigured(
            f"PORTAL_SECOND_STEP_FOR names “{unknown[0]}”, but can only name {', '.join(sorted(SECOND_STEP_ROLES))}, "
            "separated by commas, or be empty for nobody."
        )
    return roles


SECOND_STEP_ROLES = frozenset({"contacts", "group_members", "staff"})


def parse_session_limits(idle: str, longest: str) -> tuple[timedelta, timedelta]:
    """Return how long a session lasts unused, and in all; raise ImproperlyConfigured unless both are sensible hours."""
    limits = {"PORTAL_SESSION_IDLE": idle, "PORTAL_SESSION_LONGEST": longest}
    for name, text in limits.items():
        if not re.fullmatch(r"[1-9][0-9]{0,3}", text):
            raise ImproperlyConfigured(f"{name} is “{text}”, but has to be a number of hours from 1 to 9999.")
    if int(idle) > int(longest):
        raise ImproperlyConfigured(
            f"PORTAL_SESSION_IDLE is {idle} hours, more than the {longest} of PORTAL_SESSION_LONGEST, after which "
            "every session ends."
        )
    return timedelta(hours=int(idle)), timedelta(hours=int(longest))


def check_encryption_keys(keys: list[str]) -> list[str]:
    """Return the keys; raise ImproperlyConfigured, without repeating them, unless each can encrypt."""
    if not keys:
        raise ImproperlyConfigured(f"PORTAL_ENCRYPTION_KEYS is not set. {_MADE_BY}")
    try:
        for key in keys:
            Fernet(key)
    except ValueError:
        raise ImproperlyConfigured(f"One of PORTAL_ENCRYPTION_KEYS is no Fernet key. {_MADE_BY}") from None
    return keys


def check_secret_key(key: str) -> str:
    """Return the key; raise ImproperlyConfigured, without repeating it, where there is none or one easily guessed.

    A shorter one may stand among the fallbacks, so that it can be replaced without signing anybody out.
    """
    if not key:
        raise ImproperlyConfigured(f"PORTAL_SECRET_KEY is not set. {_MADE_BY}")
    if len(key) < LEAST_SECRET_LETTERS:
        raise ImproperlyConfigured(f"PORTAL_SECRET_KEY has fewer than {LEAST_SECRET_LETTERS} letters. {_MADE_BY}")
    return key
