"""Names of files that people download: any language, and nothing that could mislead (pure).

A name comes from the computer of whoever uploads the file and ends up on the computers of
everybody who downloads it, so it is made to mean the same on all of them.
"""

import re
import unicodedata
from urllib.parse import quote

from django.utils.translation import gettext as _

from licenses.models.releases import MAX_FILE_NAME

ENDINGS = (
    *(".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst", ".tgz", ".txz", ".zip", ".7z", ".gz", ".xz", ".bz2", ".zst"),
    *(".exe", ".msi", ".msix", ".dmg", ".pkg", ".deb", ".rpm", ".appimage", ".flatpak", ".snap", ".run"),
    *(".jar", ".whl", ".vsix", ".iso"),
)
"""How names of release files may end: programs to install, and archives."""

_JOINERS = "\u200c\u200d"
"""Invisible, but part of how Persian and languages of India are written; between letters they stay."""
_STRAY_JOINERS = re.compile(rf"(?<!\w)[{_JOINERS}]+|[{_JOINERS}]+(?!\w)")
_NOT_ON_WINDOWS = frozenset('<>:"|?*')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z)")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_MOST_BYTES = 240
"""How much of a name Linux takes, less what browsers add while they download."""
_BLANK = frozenset({"Zs", "Zl", "Zp"})
_AS_THEY_ARE = "!#$&+-.^_`|~"
"""What RFC 8187 leaves as it is, besides letters and digits."""


def clean_file_name(typed: str) -> str:
    """Return the last part of `typed`, without folders and without what is invisible, reverses text or hides the file.

    What Windows takes in no name becomes an underscore; a long name loses the end of its stem,
    never its ending. What is left may be nothing.
    """
    name = unicodedata.normalize("NFC", typed).replace("\\", "/").rpartition("/")[2]
    name = _STRAY_JOINERS.sub("", "".join(map(_cleaned, name)))
    name = " ".join(name.split()).strip(". ")
    return _shortened(f"_{name}" if _DEVICES.match(name) else name)


def _cleaned(character: str) -> str:
    if character in _NOT_ON_WINDOWS:
        return "_"
    category = unicodedata.category(character)
    if category in _BLANK or character == "\t":
        return " "
    return "" if category in _INVISIBLE and character not in _JOINERS else character


def _shortened(name: str) -> str:
    if len(name) <= MAX_FILE_NAME and len(name.encode()) <= _MOST_BYTES:
        return name
    ending = _ending(name)
    stem = name[: MAX_FILE_NAME - len(ending)].encode()[: _MOST_BYTES - len(ending)].decode(errors="ignore")
    return stem.rstrip(f". {_JOINERS}") + ending


def _ending(name: str) -> str:
    """Return how `name` ends, as it is written there; nothing where that is no allowed ending."""
    found = next((ending for ending in ENDINGS if name.lower().endswith(ending)), "")
    return name[len(name) - len(found) :] if found else ""


def name_refusal(name: str) -> str:
    """Return why a file cannot be called `name`, a cleaned name; nothing when it can."""
    if len(_ending(name)) not in {0, len(name)}:
        return ""
    return _("The name of the file has to end in one of: %(endings)s.") % {"endings": ", ".join(ENDINGS)}


def attachment(name: str) -> str:
    """Return the header Content-Disposition for a download called `name`, in any language (RFC 6266, RFC 8187).

    Programs that read plain names only get one with underscores in place of other letters.
    """
    plain = "".join(each if each.isascii() and each.isprintable() and each not in '"\\%' else "_" for each in name)
    header = f'attachment; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe=_AS_THEY_ARE)}"
