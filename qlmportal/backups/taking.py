"""Making a backup: the database first, then the files of releases that it names."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage
from django.db import connection
from django.utils import timezone

from licenses.file_storage import CHUNK_BYTES, SigningStorage, sum_of
from licenses.models.releases import release_files_storage
from qlmportal.backups.engines import engine
from qlmportal.backups.fingerprints import take_fingerprints
from qlmportal.backups.manifest import FILES, BackupError, Manifest, StoredFile, parts_in, write_manifest


@dataclass(frozen=True)
class Taken:
    """A backup that was made, and the files of releases that were not there as their rows have them."""

    manifest: Manifest
    unsound: list[str]


def back_up(folder: Path, earlier: Path | None = None) -> Taken:
    """Make a backup as `folder`, which must not exist yet: it is there once it is whole.

    Its parts are readable by their owner only. Files of releases that an `earlier` backup on the same
    disk has just so are linked: both backups are whole, and either can go. Raises BackupError, or
    OSError where it cannot be written or a file cannot be read; nothing remains then.
    """
    if folder.exists():
        raise BackupError(f"{folder} exists already. Name a folder that does not, such as one called after the day.")
    if earlier is not None and not earlier.is_dir():
        raise BackupError(f"There is no earlier backup {earlier}.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _unfinished(folder) as place:
        made_at = timezone.now()
        copied = engine().copy_out(place)
        storage = release_files_storage()
        has_files = not isinstance(storage, SigningStorage)
        unsound = list(_keep_files(storage, copied.stored, place / FILES, earlier)) if has_files else []
        manifest = Manifest(
            made_at=made_at.isoformat(timespec="seconds"),
            portal_url=settings.PORTAL_URL,
            engine=connection.vendor,
            engine_version=engine().version(),
            migrations=copied.migrations,
            rows=copied.rows,
            has_files=has_files,
            parts=parts_in(place),
            secrets=take_fingerprints(),
        )
        write_manifest(place, manifest)
    return Taken(manifest, unsound)


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """Give a folder beside `folder` that takes its name once all is well, and goes else."""
    place = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield place
        for path in (*place.rglob("*"), place):
            _write_out(path)
        place.rename(folder)
        _write_out(folder.parent)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _write_out(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk, so that no power cut takes them."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _keep_files(storage: Storage, stored: Iterable[StoredFile], folder: Path, earlier: Path | None) -> Iterator[str]:
    """Keep the files of releases; give the names of those that are missing or not what people have the checksum of."""
    for file in stored:
        target = folder / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            has_link = earlier is not None and _is_linked(storage, file, earlier / FILES / file.name, target)
            is_sound = has_link or _copied(storage, file.name, target) == file.sha256
        except FileNotFoundError:
            target.unlink(missing_ok=True)
            is_sound = False
        if not is_sound:
            yield file.name


def _is_linked(storage: Storage, file: StoredFile, there: Path, target: Path) -> bool:
    """Link what is `there` and tell whether, unless it or the file itself is not what people have the checksum of."""
    if not there.is_file() or {_sum_of(there), sum_of(file.name, storage)} != {file.sha256}:
        return False
    with suppress(OSError):  # another disk, or one that knows no links
        os.link(there, target)
        return True
    return False


def _sum_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _copied(storage: Storage, name: str, target: Path) -> str:
    """Copy a file, and return the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    with storage.open(name) as content, target.open("wb") as copy:
        for chunk in content.chunks(CHUNK_BYTES):
            copy.write(chunk)
            digest.update(chunk)
    return digest.hexdigest()
