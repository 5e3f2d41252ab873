"""What is stored for releases compared with what the rows say: files that are missing, and files that nobody names."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from accounts.ids import id_or_none
from licenses.file_storage import FOLDER, discard, path_of, sum_of
from licenses.models import ReleaseFile
from licenses.models.releases import release_files_storage

LEFT_BEHIND = timedelta(days=1)
"""After how long a file that no row names is no upload any more that is just being finished."""


def stored_names() -> frozenset[str]:
    """Return the names of everything that is stored; raise OSError when the storage cannot be reached."""
    storage = release_files_storage()
    try:
        _folders, files = storage.listdir(FOLDER)
    except FileNotFoundError:
        return frozenset()
    return frozenset(f"{FOLDER}/{name}" for name in files)


def missing_files() -> list[ReleaseFile]:
    """Return the files that people could be offered and that are not there; raise OSError as `stored_names` does."""
    names = stored_names()
    rows = ReleaseFile.objects.select_related("release__product_version__product").order_by("pk")
    return [row for row in rows if row.file.name not in names]


def altered_files() -> list[ReleaseFile]:
    """Return the files that are there and not what was uploaded, after reading every one; raise OSError as above."""
    names = stored_names()
    rows = ReleaseFile.objects.select_related("release__product_version__product").order_by("pk")
    return [row for row in rows if row.file.name in names and sum_of(path_of(row)) != row.sha256]


def left_behind(now: datetime | None = None) -> list[str]:
    """Return the names of stored files that no row names; a process that was killed leaves them behind."""
    named = set(ReleaseFile.objects.values_list("file", flat=True))
    return sorted(name for name in stored_names() - named if _is_old(name, now or timezone.now()))


def _is_old(name: str, now: datetime) -> bool:
    """Return whether a file was stored long ago: its name is an id, which says when it was made."""
    found: UUID | None = id_or_none(name.rpartition("/")[2])
    return found is not None and now - datetime.fromtimestamp((found.int >> 80) / 1000, UTC) > LEFT_BEHIND


def remove_left_behind(now: datetime | None = None) -> int:
    """Remove the stored files that no row names, and return how many."""
    names = left_behind(now)
    for name in names:
        discard(name)
    return len(names)
