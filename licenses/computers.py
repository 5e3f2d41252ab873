"""What a computer ID, a computer name and a program's version may look like (Product rules, section 4, *Activate*)."""

import unicodedata

from django.utils.translation import gettext as _

from licenses.errors import LicenseError, Reason

MAX_COMPUTER_ID = 255
MAX_COMPUTER_NAME = 100
MAX_CLIENT_VERSION = 50
_INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}


def check_computer_id(typed: str) -> str:
    """Return the computer ID without surrounding blanks.

    Raises LicenseError unless it is 1 to 255 printable characters without spaces.
    """
    computer_id = typed.strip()
    if not computer_id:
        raise LicenseError(Reason.BAD_COMPUTER_ID, _("Enter the computer ID that the program shows."))
    if len(computer_id) > MAX_COMPUTER_ID:
        raise LicenseError(
            Reason.BAD_COMPUTER_ID,
            _("A computer ID has at most 255 characters; this one has %(number)d. Copy it again from the program.")
            % {"number": len(computer_id)},
        )
    if any(unicodedata.category(character) in _INVISIBLE for character in computer_id):
        raise LicenseError(
            Reason.BAD_COMPUTER_ID,
            _("A computer ID has no spaces or invisible characters. Copy it again from the program."),
        )
    return computer_id


def check_computer_name(typed: str) -> str:
    """Return the computer name without surrounding blanks; empty is allowed.

    Raises LicenseError for more than 100 characters or control characters.
    """
    name = typed.strip()
    if len(name) > MAX_COMPUTER_NAME:
        raise LicenseError(Reason.BAD_COMPUTER_NAME, _("A computer name has at most 100 characters. Shorten it."))
    if any(unicodedata.category(character) in _INVISIBLE - {"Zs"} for character in name):
        raise LicenseError(
            Reason.BAD_COMPUTER_NAME, _("A computer name has no line breaks or invisible characters. Type it anew.")
        )
    return name


def check_client_version(sent: str) -> str:
    """Return the version of the program that asks, without surrounding blanks; empty is allowed.

    Raises LicenseError for more than 50 characters or control characters.
    """
    version = sent.strip()
    if len(version) > MAX_CLIENT_VERSION or any(
        unicodedata.category(character) in _INVISIBLE - {"Zs"} for character in version
    ):
        raise LicenseError(
            Reason.BAD_CLIENT_VERSION,
            _("A program’s version has at most 50 characters that can be seen. Open the page from the program again."),
        )
    return version
