"""Files of releases in a folder of this machine."""

from django.core.files.storage import FileSystemStorage


class FolderStorage(FileSystemStorage):
    """A folder. What is in it is read by nobody but the portal, and by the web server that delivers for it."""

    def url(self, name: str | None) -> str:
        """Refuse: nothing in there has an address of its own."""
        raise NotImplementedError
