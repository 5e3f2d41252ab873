"""What can be text, and uploads whose file names are (Product rules, section 8)."""

from typing import IO

from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

_UNREADABLE = ("\x00", "\ufffd")


def can_be_text(text: str) -> bool:
    """Tell whether `text` has neither a NUL nor U+FFFD, which stands for bytes that are no UTF-8."""
    return not any(character in text for character in _UNREADABLE)


def is_release_upload(request: HttpRequest) -> bool:
    """Tell whether `request` brings a file of a release, whose body is looked at later (`release_uploads.py`)."""
    return request.method == "POST" and request.path_info == reverse("admin:licenses_releasefile_add")


class TextNamesOnly(FileUploadHandler):
    """Has every multipart body read by the strict parser; the other handlers receive the files as usual."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803  # its name in the base class
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, "UploadedFile[bytes]"]]:
        """Return the fields and files of the body, or raise BadRequest when it broke off on the way."""
        handlers = self.request.upload_handlers if self.request else []
        others = [handler for handler in handlers if handler is not self]
        counted = _Counted(input_data)
        fields, files = _StrictParser(META, counted, others, encoding).parse()  # type: ignore[arg-type]  # a stream
        if counted.number_read < content_length:
            _close(files)
            raise BadRequest("body is shorter than announced")
        return fields, files


def _close(files: MultiValueDict[str, "UploadedFile[bytes]"]) -> None:
    """Let nothing remain of files that came only in part."""
    for _name, uploads in files.lists():
        for upload in uploads:
            upload.close()


class _Counted:
    """A stream that knows how many bytes were read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.number_read = 0

    def read(self, size: int = -1) -> bytes:
        """Read as from the stream itself."""
        part = self._stream.read(size)
        self.number_read += len(part)
        return part


class _StrictParser(MultiPartParser):
    """Django's parser, which would silently drop a NUL from a file name."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        """Return the name without folders, or raise BadRequest when it cannot be text."""
        if not can_be_text(file_name):
            raise BadRequest("file name with NUL or U+FFFD")
        return super().sanitize_file_name(file_name)
