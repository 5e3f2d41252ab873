"""Reading the HTML that the server sends for what a strict page does not have: anything inline that is active."""

from html.parser import HTMLParser

ADDRESSES = {"href", "action", "formaction", "src"}


class _Strict(HTMLParser):
    """Collects inline styles, scripts, handlers, and scripts in place of addresses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        names = dict(attrs)
        if tag == "style" or (tag == "script" and not names.get("src")):
            self.wrong.append(f"inline <{tag}>")
        for name, value in names.items():
            if name == "style" or name.startswith("on"):
                self.wrong.append(f"inline {name} on <{tag}>")
            if name in ADDRESSES and (value or "").strip().lower().startswith("javascript:"):
                self.wrong.append(f"script as {name} of <{tag}>")


def inline_parts(html: str) -> list[str]:
    """Return what in the page is active and inline, in words; nothing in a strict one."""
    return _Strict(html).wrong
