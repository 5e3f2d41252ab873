"""A form of the portal, and which texts its fields take."""

from collections.abc import Callable
from dataclasses import dataclass, field

Fields = dict[str, str]
Accepts = Callable[[str], bool]


@dataclass(frozen=True)
class Form:
    """A form: the role that sends it, what it sends when all is well, and which texts each field takes.

    `may_store` names models of which a refusal may well leave rows; `accepted` are the statuses of what was taken.
    A form that `needs_device` is complete only with the answer of a passkey (`test_passkeys.py`). One that needs
    no token against forged requests is pressed by programs, which know its link.
    """

    url_name: str
    role: str
    fields: Fields
    takes: dict[str, Accepts]
    may_store: frozenset[str] = field(default=frozenset())
    accepted: frozenset[int] = field(default=frozenset({302}))
    needs_device: bool = False
    needs_token: bool = True


def is_computer_id(text: str) -> bool:
    """Tell whether `text` is 1 to 255 printable characters without spaces, blanks around it apart."""
    inside = text.strip()
    return 1 <= len(inside) <= 255 and inside.isprintable() and not any(map(str.isspace, inside))


def is_computer_name(text: str) -> bool:
    """Tell whether `text` has at most 100 characters, all of which can be seen or are spaces."""
    inside = text.strip()
    odd_spaces = "\u00a0\u3000"
    return len(inside) <= 100 and all(each.isprintable() or each in odd_spaces for each in inside)


def is_line(text: str, longest: int, besides: str = "") -> bool:
    """Tell whether `text` has at most so many characters, all of which can be seen, are spaces, or join letters."""
    inside, also = text.strip(), "\u00a0\u3000\u200c\u200d" + besides
    return len(inside) <= longest and all(each.isprintable() or each in also for each in inside)


def is_person_name(text: str) -> bool:
    """Tell whether `text` is what a person may be called."""
    return bool(text.strip()) and is_line(text, 150)


def is_passkey_name(text: str) -> bool:
    """Tell whether `text` is what a passkey may be called."""
    return bool(text.strip()) and is_line(text, 60)


def is_phone(text: str) -> bool:
    """Tell whether `text` may be a phone number: people write them in many ways."""
    return is_line(text, 50)


def is_company(text: str) -> bool:
    """Tell whether `text` is what a company may be called."""
    return is_line(text, 200)


def is_postal_address(text: str) -> bool:
    """Tell whether `text` may be an address of several lines."""
    return is_line(text.replace("\r\n", "\n"), 1_000, besides="\n\t")


def is_client_version(text: str) -> bool:
    """Tell whether `text` has at most 50 characters, all of which can be seen or are spaces."""
    return len(text.strip()) <= 50 and is_computer_name(text)


def is_tick(text: str) -> bool:
    """Tell whether a box counts as ticked."""
    return bool(text) and text.lower() not in {"false", "0"}


def is_new_password(text: str) -> bool:
    """Tell whether `text` is 12 to 128 characters."""
    return 12 <= len(text) <= 128


def anything(_text: str) -> bool:
    """Take whatever comes."""
    return True


def is_nothing(text: str) -> bool:
    """Tell whether nothing was chosen."""
    return not text


def nothing(_text: str) -> bool:
    """Take none of the table's texts."""
    return False
