"""Receive a file of a release, of any size: it goes to the disk piece by piece, and is measured on its way."""

import hashlib
import logging
import os
import tempfile
import time
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from licenses.file_storage import Received

ABANDONED_SECONDS = 24 * 3600
"""After how long a file that only a killed process can have left behind is removed."""
ENDING = ".part"

log = logging.getLogger("portal.files")


class ReceivedFile(UploadedFile):  # type: ignore[type-arg]  # the base is generic for type checkers only
    """A file that came with a form; it is gone once the request is answered, unless it was stored.

    `is_whole` is not so where the portal could not keep all of it.
    """

    def __init__(self, name: str) -> None:
        self.is_whole = True
        self._part: IO[bytes] = BytesIO()
        try:
            self._part = _new_part()
        except OSError as failure:
            self._break_off(failure)
        super().__init__(self._part, name, size=0)
        self._digest = hashlib.sha256()

    def temporary_file_path(self) -> str:
        """Return where the file lies, so that a folder on the same disk takes it without copying."""
        return self._part.name

    def take(self, piece: bytes) -> None:
        """Write the next piece; once that has failed, for want of room for example, nothing more."""
        if not self.is_whole:
            return
        try:
            self._part.write(piece)
        except OSError as failure:
            self._break_off(failure)
            return
        self._digest.update(piece)
        self.size = (self.size or 0) + len(piece)

    def finish(self) -> None:
        """Bring what was written safely to the disk."""
        if not self.is_whole:
            return
        try:
            self._part.flush()
            os.fsync(self._part.fileno())
            self._part.seek(0)
        except OSError as failure:
            self._break_off(failure)

    def _break_off(self, failure: OSError) -> None:
        log.error("A file that was uploaded could not be kept: %s", failure)
        self.is_whole = False

    @property
    def received(self) -> Received:
        """The file with its size and SHA-256."""
        return Received(self, self.size or 0, self._digest.hexdigest())

    def close(self) -> None:
        """Remove the file, unless it was moved to where it is stored."""
        with suppress(OSError):
            self._part.close()


def _new_part() -> "tempfile._TemporaryFileWrapper[bytes]":
    folder = Path(settings.PORTAL_DATA_DIR) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_abandoned(folder)
    return tempfile.NamedTemporaryFile(dir=folder, suffix=ENDING)


def _remove_abandoned(folder: Path) -> None:
    """Remove what a process that was killed has left behind."""
    for path in folder.glob(f"*{ENDING}"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > ABANDONED_SECONDS:
                path.unlink()


class ReceivingHandler(FileUploadHandler):
    """Receives the files of a form, none of them in memory."""

    chunk_size = 1_048_576
    file: ReceivedFile | None = None

    def new_file(self, field_name: str, file_name: str, *args: object, **kwargs: object) -> None:
        """Begin a file."""
        self.file = ReceivedFile(file_name)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take the next piece of it."""
        if self.file is not None:
            self.file.take(raw_data)

    def file_complete(self, file_size: int) -> ReceivedFile | None:
        """Return the file."""
        if self.file is not None:
            self.file.finish()
        return self.file

    def upload_interrupted(self) -> None:
        """Leave nothing of a file that broke off."""
        if self.file is not None:
            self.file.close()
