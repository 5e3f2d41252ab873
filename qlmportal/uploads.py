"""Uploads whose file names are text."""

from typing import IO

from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

UNREADABLE = ("\x00", "\ufffd")


class TextNamesOnly(FileUploadHandler):
    """Has every multipart body read by the strict parser; the other handlers receive the files as usual."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, UploadedFile]]:
        """Return the fields and files of the body."""
        others = [handler for handler in self.request.upload_handlers if handler is not self]
        return _StrictParser(META, input_data, others, encoding).parse()


class _StrictParser(MultiPartParser):
    """Django's parser, which would silently drop a NUL from a file name."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        """Return the name without folders, or raise BadRequest when it cannot be text."""
        if any(character in file_name for character in UNREADABLE):
            raise BadRequest("file name with NUL or U+FFFD")
        return super().sanitize_file_name(file_name)
