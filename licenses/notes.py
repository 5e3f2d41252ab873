"""Release notes: Markdown that staff write becomes HTML that can do nothing (S8).

HTML typed into the notes stays text; what the Markdown makes is then cleaned once more. Pictures
would come from elsewhere, which no page allows, so what they show is said in words.
"""

from collections.abc import Sequence
from functools import lru_cache

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

TOP_HEADING = 3
"""The page has its name and each release as headings above; the highest heading of any notes comes next."""

_LOWEST_HEADING = 6
_KEPT = 256
_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}


def _picture_in_words(
    renderer: RendererProtocol, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return escape(tokens[index].content)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    reader.add_render_rule("image", _picture_in_words)
    return reader


_READER = _reader()


@lru_cache(maxsize=_KEPT)
def rendered_notes(notes: str) -> SafeString:
    """Return `notes` as HTML that is safe to put into a page; kept by their text, since many people read the same."""
    tokens = _READER.parse(notes)
    _lower_headings(tokens)
    _name_no_empty_column(tokens)
    drawn = _READER.renderer.render(tokens, _READER.options, {})
    cleaned = nh3.clean(
        drawn,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener nofollow",
        strip_comments=True,
    )
    return SafeString(cleaned)  # cleaned a line above


def _lower_headings(tokens: Sequence[Token]) -> None:
    """Let the highest heading come right below those of the page."""
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + TOP_HEADING, _LOWEST_HEADING)}"


def _name_no_empty_column(tokens: Sequence[Token]) -> None:
    """Let the empty corner of a table be no heading: a screen reader would announce a column without a name."""
    for opening, content, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type == "th_open" and not content.content.strip():
            opening.tag = closing.tag = "td"
