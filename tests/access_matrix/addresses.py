"""One address of the table of S1: what it is about, and what each method answers to somebody who may."""

from dataclasses import dataclass, field

READING = {"GET": 200, "HEAD": 200}
FORM = READING | {"POST": 302}
BUTTON = {"POST": 302}
TO_LIST = {"GET": 302, "HEAD": 302}


@dataclass(frozen=True)
class Address:
    """One address: its URL name, what of the cast it is about, and what it answers to who may.

    `about` and `part` name what of the cast stands in the path. Methods that are not listed are
    405. `fields` are what a POST sends; with `sends_computer`, the computer of the cast, too.
    `open_methods` need no right.
    """

    url_name: str
    methods: dict[str, int]
    about: str = ""
    part: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    sends_computer: bool = False
    open_methods: frozenset[str] = frozenset()
