"""Files of releases in a folder of this machine."""

from collections.abc import Iterator
from pathlib import Path

from django.core.files.storage import FileSystemStorage


class FolderStorage(FileSystemStorage):
    """A folder. What is in it is read by nobody but the portal, and by the web server that delivers for it."""

    def url(self, name: str | None) -> str:
        """Refuse: nothing in there has an address of its own."""
        raise NotImplementedError  # as Django asks of a storage without addresses

    def pieces(self, name: str, most: int) -> Iterator[bytes]:
        """Give the content of a file in pieces of at most `most` bytes."""
        with self.open(name) as content:
            yield from content.chunks(most)

    def move(self, name: str, to: str) -> None:
        """Let a file take the place of another one, at one moment."""
        Path(self.path(name)).replace(self.path(to))
