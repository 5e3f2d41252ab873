"""What the tests of the platform share."""

from typing import Protocol

PASSWORD = "correct horse 4711"


class Page(Protocol):
    """An answer, as Django's test client gives it."""

    status_code: int
    content: bytes

    def __getitem__(self, header: str, /) -> str: ...
