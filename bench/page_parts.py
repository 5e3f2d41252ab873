"""What a page offers to ask it for: its own links, the choices of its forms, and its search box."""

from collections import defaultdict
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

MOST_OF_A_KIND = 6
"""So many links that differ by one value only, and so many choices of one form field, are asked for."""


class Parts(HTMLParser):
    """Reads the page at `path`."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._select = ""
        self._found: dict[frozenset[str], list[str]] = defaultdict(list)
        self.is_searchable = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links to the page itself, and what its forms offer."""
        values = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._note_link(values.get("href", ""))
        elif tag == "select":
            self._select = values.get("name", "")
        elif tag == "option" and self._select and values.get("value"):
            self._note({self._select: values["value"]})
        elif tag == "input" and values.get("name") == "q":
            self.is_searchable = True
        elif tag == "input" and values.get("type") == "checkbox" and values.get("name") and values.get("value"):
            self._note({values["name"]: values["value"]})

    def handle_endtag(self, tag: str) -> None:
        """Leave a choice."""
        if tag == "select":
            self._select = ""

    def _note_link(self, link: str) -> None:
        parts = urlsplit(link)
        if parts.query and not parts.netloc and parts.path in {"", self._path}:
            self._note(dict(parse_qsl(parts.query, keep_blank_values=True)))

    def _note(self, parameters: dict[str, str]) -> None:
        alike = self._found[frozenset(parameters)]
        query = f"?{urlencode(parameters)}"
        if query not in alike:
            alike.append(query)

    @property
    def variants(self) -> list[str]:
        """What the page offers, from the question mark on."""
        return [query for alike in self._found.values() for query in alike[:MOST_OF_A_KIND]]


def parts_of(html: str, path: str) -> Parts:
    """Read the page at `path`."""
    parts = Parts(path)
    parts.feed(html)
    return parts
