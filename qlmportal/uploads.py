"""What can be text, and uploads whose file names are (Product rules, section 8)."""

from typing import IO

from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

_UNREADABLE = ("\x00", "\ufffd")


def can_be_text(text: str) -> bool:
    """Tell whether `text` has neither a NUL nor U+FFFD, which stands for bytes that are no UTF-8."""
    return not any(character in text for character in _UNREADABLE)


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
        """Return the fields and files of the body."""
        handlers = self.request.upload_handlers if self.request else []
        others = [handler for handler in handlers if handler is not self]
        return _StrictParser(META, input_data, others, encoding).parse()  # type: ignore[arg-type]  # a stream all right


class _StrictParser(MultiPartParser):
    """Django's parser, which would silently drop a NUL from a file name."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        """Return the name without folders, or raise BadRequest when it cannot be text."""
        if not can_be_text(file_name):
            raise BadRequest("file name with NUL or U+FFFD")
        return super().sanitize_file_name(file_name)
