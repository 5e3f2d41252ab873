"""What a provider tells of somebody, cut down to what the portal keeps."""

import re
from dataclasses import asdict, dataclass

from accounts.providers.faults import Fault

_SUBJECT = re.compile(r"[!-~]{1,100}")
LONGEST_ADDRESS = 254
LONGEST_NAME = 150


@dataclass(frozen=True)
class Identity:
    """Who signed in at a provider.

    `is_proved` says that the provider vouches for the address, `tenant` which Microsoft tenant the person
    belongs to.
    """

    uid: str
    email: str = ""
    is_proved: bool = False
    tenant: str = ""
    name: str = ""

    def kept(self) -> dict[str, str | bool]:
        """Return what is kept beside the subject."""
        facts = asdict(self)
        del facts["uid"]
        return facts


def subject_in(value: object) -> str:
    """Return what the provider knows somebody by; a Fault when it is none."""
    if not isinstance(value, str) or not _SUBJECT.fullmatch(value):
        raise Fault("subject")
    return value


def address_in(value: object) -> str:
    """Return an address as it was told, or nothing where it cannot be one."""
    address = _printable(value, LONGEST_ADDRESS)
    return address if address.count("@") == 1 and " " not in address else ""


def name_in(value: object) -> str:
    """Return a name as it was told, or nothing where it cannot be shown."""
    return _printable(value, LONGEST_NAME)


def can_be_proved(address: str) -> bool:
    """Tell whether the address is one that nothing else looks like: the portal's own are ASCII."""
    return bool(address) and address.isascii()


def domain_of(address: str) -> str:
    """Return what stands behind the @, in lower case."""
    return address.rpartition("@")[2].lower()


def _printable(value: object, longest: int) -> str:
    """Return a text without control characters, lone surrogates or turned directions, or nothing."""
    return value if isinstance(value, str) and len(value) <= longest and value.isprintable() else ""
