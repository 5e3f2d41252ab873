"""What a backup says about itself: what it is of, and how large its parts are, with the SHA-256 of each."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from qlmportal.backups.fingerprints import Fingerprints

FORMAT = 1
MANIFEST, ITS_SUM = "manifest.json", "manifest.sha256"
FILES = "files"
"""The folder of a backup in which the files of releases lie, under the names they have in the storage."""

Migration = tuple[str, str]


class BackupError(Exception):
    """Why a backup cannot be made or restored, and what to do about it, in words for a person."""


@dataclass(frozen=True)
class Part:
    """A file of a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class StoredFile:
    """A file of a release as its row has it."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Copied:
    """What was copied of a database, all of it as of one moment: the rows of each table, and what else they tell."""

    rows: Mapping[str, int]
    migrations: Sequence[Migration]
    stored: Sequence[StoredFile]


@dataclass(frozen=True)
class Manifest:
    """What a backup is of."""

    made_at: str
    portal_url: str
    engine: str
    engine_version: str
    migrations: Sequence[Migration]
    rows: Mapping[str, int]
    has_files: bool
    parts: Sequence[Part]
    secrets: Fingerprints
    format: int = FORMAT

    @property
    def size(self) -> int:
        """How many bytes the parts have together."""
        return sum(part.size for part in self.parts)


def part_of(folder: Path, file: Path) -> Part:
    """Return a file that lies in the backup's `folder` as a part of it, as it can be read."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return Part(file.relative_to(folder).as_posix(), file.stat().st_size, digest)


def parts_in(folder: Path) -> list[Part]:
    """Return everything that lies in the backup's `folder`."""
    return [part_of(folder, file) for file in sorted(folder.rglob("*")) if file.is_file()]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, and its own sum as `sha256sum --check` reads it."""
    text = json.dumps(asdict(manifest), indent=1, ensure_ascii=False).encode()
    (folder / MANIFEST).write_bytes(text)
    (folder / ITS_SUM).write_text(f"{hashlib.sha256(text).hexdigest()}  {MANIFEST}\n", encoding="ascii")


def read_manifest(folder: Path) -> Manifest:
    """Return what the backup in `folder` says of itself; raise BackupError when it is none, or was altered."""
    try:
        text, its_sum = (folder / MANIFEST).read_bytes(), (folder / ITS_SUM).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise BackupError(f"{folder} is no backup: {MANIFEST} and {ITS_SUM} cannot be read there.") from None
    if its_sum.split()[:1] != [hashlib.sha256(text).hexdigest()]:
        raise BackupError(f"The backup is damaged: {MANIFEST} is not what was written. Nothing was changed.")
    try:
        found = json.loads(text)
        if found["format"] != FORMAT:
            raise BackupError(f"The backup has the format {found['format']}, which this version does not read.")
        found["parts"] = [Part(**part) for part in found["parts"]]
        found["migrations"] = [(app, name) for app, name in found["migrations"]]
        found["secrets"] = Fingerprints(**found["secrets"])
        return Manifest(**found)
    except (LookupError, TypeError, ValueError):
        raise BackupError(f"The backup is damaged: {MANIFEST} makes no sense. Nothing was changed.") from None


def check_parts(folder: Path, parts: Iterable[Part]) -> None:
    """Raise BackupError unless each part is there, as it was written."""
    for part in parts:
        file = folder / part.name
        if not _lies_in(folder, part.name):
            raise BackupError(f"The backup names {part.name}, which does not lie in it. Nothing was changed.")
        if not file.is_file() or part_of(folder, file) != part:
            raise BackupError(f"The backup is damaged: {part.name} is not what was written. Nothing was changed.")


def _lies_in(folder: Path, name: str) -> bool:
    """Tell whether a part has its own place in the folder: no way out of it, and no link on the way there."""
    plain = PurePosixPath(name)
    if plain.is_absolute() or ".." in plain.parts or plain.as_posix() != name:
        return False
    return (folder / name).resolve() == folder.resolve() / name
