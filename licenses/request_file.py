"""What a vendor's program asks for: in a link to the portal, or in a request file from a computer without a network.

A request file is a JSON object with `product` (slug), `computer_id`, and optionally
`computer_name` and `client_version`; other names are left alone. Pure: no database.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from django.utils.translation import gettext as _

from licenses.computers import check_client_version, check_computer_id, check_computer_name
from licenses.errors import LicenseError, Reason

MOST_BYTES = 64 * 1024
MAX_SLUG = 50
_NEEDED = ("product", "computer_id")


@dataclass(frozen=True)
class Wish:
    """On which computer a program wants which product (its slug) activated; whatever is not known is empty."""

    product: str = ""
    computer_id: str = ""
    computer_name: str = ""
    client_version: str = ""


def read_request_file(content: bytes) -> Wish:
    """Return what a request file asks for; LicenseError says in a sentence what is wrong with it."""
    fields = _object_in(_text_of(content))
    found = {name: _text_in(fields, name) for name in _CHECKS}
    for name in _NEEDED:
        if not found[name]:
            raise _bad(_("The file does not say “%(name)s”. Let the program write it anew.") % {"name": name})
    return Wish(**{name: _checked(name, text) for name, text in found.items()})


def read_link(parameters: Mapping[str, str]) -> tuple[Wish, list[str]]:
    """Return what a program's link asks for, and sentences about what in it cannot be right and is left out."""
    found, problems = {}, []
    for name, check in _CHECKS.items():
        text = parameters.get(name, "").strip()
        try:
            found[name] = check(text) if text else ""
        except LicenseError as refusal:
            found[name] = ""
            problems.append(refusal.sentence)
    return Wish(**found), problems


def check_slug(sent: str) -> str:
    """Return what names a product; LicenseError when it cannot name any."""
    slug = sent.strip()
    if len(slug) > MAX_SLUG or not slug.isascii() or not slug.replace("-", "").replace("_", "").isalnum():
        raise LicenseError(Reason.BAD_REQUEST_FILE, _("No product has such a name."))
    return slug


_CHECKS: dict[str, Callable[[str], str]] = {
    "product": check_slug,
    "computer_id": check_computer_id,
    "computer_name": check_computer_name,
    "client_version": check_client_version,
}


def _bad(sentence: str) -> LicenseError:
    return LicenseError(Reason.BAD_REQUEST_FILE, sentence)


def _text_of(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise _bad(
            _("The file is too big: a request file has at most 64 kB. Choose the one that the program has written.")
        )
    if not content.strip():
        raise _bad(_("The file is empty. Let the program write it anew."))
    if b"\x00" in content:
        raise _bad(_("The file holds characters that no text has. Choose the one that the program has written."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _bad(_("The file is not text in UTF-8. Choose the one that the program has written.")) from None


def _object_in(text: str) -> dict[str, object]:
    try:
        found = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_refuse_constant)
    except RecursionError:
        raise _bad(_("The file is nested too deeply. Choose the one that the program has written.")) from None
    except ValueError:
        raise _bad(
            _("The file is not JSON, as a request file is. Choose the one that the program has written.")
        ) from None
    if not isinstance(found, dict):
        raise _bad(_("The file holds no request, but other JSON. Choose the one that the program has written."))
    return found


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(found := dict(pairs)) < len(pairs):
        raise _bad(_("The file says something twice, so it is not clear what it means. Let the program write it anew."))
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _text_in(fields: dict[str, object], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise _bad(_("What the file gives as “%(name)s” is not text. Let the program write it anew.") % {"name": name})
    return value.strip()


def _checked(name: str, text: str) -> str:
    try:
        return _CHECKS[name](text)
    except LicenseError as refusal:
        sentence = _("What the file gives as “%(name)s” cannot be right. %(reason)s")
        raise _bad(sentence % {"name": name, "reason": refusal.sentence}) from None
