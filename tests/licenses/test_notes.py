"""S8: release notes are Markdown from staff, and whatever stands in them can do nothing on a page."""

import re

import pytest

from licenses.notes import rendered_notes

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "handler": '<img src=x onerror="alert(1)">',
    "svg": "<svg/onload=alert(1)>",
    "style": '<p style="position:fixed">x</p><style>*{display:none}</style>',
    "frame": '<iframe src="https://evil.example"></iframe>',
    "form": '<form action="https://evil.example"><input name="password"></form>',
    "javascript link": "[click](javascript:alert(1))",
    "javascript link, written oddly": "[a](JaVaScRiPt:alert(1)) [b](java\tscript:alert(1)) [c](&#106;avascript:x)",
    "javascript autolink": "<javascript:alert(1)>",
    "data link": "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "vbscript link": "[click](vbscript:x)",
    "link that breaks out": '[a](https://a.example/"onmouseover="alert(1))',
    "title that breaks out": "[a](https://a.example 'x\" onmouseover=\"alert(1)')",
    "reference that breaks out": '[a][b]\n\n[b]: https://a.example "x\\" onclick=\\"alert(1)"',
    "picture": "![x](https://evil.example/pixel.png)",
    "picture of javascript": "![x](javascript:alert(1))",
    "picture with markup": '![<b onclick="alert(1)">x</b>](https://evil.example/x.png "t")',
    "code that breaks out": '```"><script>alert(1)</script>\nx\n```',
    "code": "`<script>alert(1)</script>`",
    "comment": "<!-- <script>alert(1)</script> -->",
    "entity": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "table": "| <script> |\n|:-:|\n| <img src=x onerror=y> |",
    "braces": "{{ 7|add:35 }} {% debug %}",
    "right to left": "a\u202e<script>\u202c",
    "html of a template": "<template><script>alert(1)</script></template><math><mtext></form><style>",
}
INERT = re.compile(
    r"</?(p|br|hr|em|strong|s|code|pre|blockquote|ul|ol|li|h[3-6]|table|thead|tbody|tr|th|td)( start=\"\d+\")?( /)?>"
    r'|<a href="(https?:|mailto:|(?![^"]*:))[^"<>]*"( title="[^"<>]*")? rel="noopener nofollow">|</a>'
)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_notes_are_inert(name: str) -> None:
    drawn = str(rendered_notes(HOSTILE[name]))
    left = INERT.sub("", drawn)
    assert "<" not in left, drawn
    assert ">" not in left, drawn


def test_control_page_with_a_handler_would_be_noticed() -> None:
    assert "<" in INERT.sub("", '<p onclick="x">a</p>')
    assert "<" in INERT.sub("", '<a href="javascript:x" rel="noopener nofollow">a</a>')


def test_notes_are_drawn() -> None:
    drawn = rendered_notes("**New**: `x`\n\n- one\n- ~~two~~\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    for part in ("<strong>New</strong>", "<code>x</code>", "<li>one</li>", "<s>two</s>", "<td>1</td>"):
        assert part in drawn


def test_headings_begin_below_those_of_the_page_whatever_level_they_were_written_in() -> None:
    assert rendered_notes("## A\n### B").startswith("<h3>A</h3>\n<h4>B</h4>")
    assert rendered_notes("# A\n###### B").startswith("<h3>A</h3>\n<h6>B</h6>")


def test_empty_corner_of_a_table_is_no_heading() -> None:
    drawn = rendered_notes("| | 4.0 |\n|---|---|\n| Sweep | 2 s |\n")
    assert "<td></td>\n<th>4.0</th>" in drawn


def test_link_opens_no_door_to_the_portal_and_is_no_recommendation() -> None:
    assert '<a href="https://a.example/x" rel="noopener nofollow">a</a>' in rendered_notes("[a](https://a.example/x)")


def test_picture_is_said_in_words() -> None:
    assert rendered_notes("![the new window](https://a.example/x.png)") == "<p>the new window</p>\n"


def test_same_notes_are_drawn_once() -> None:
    rendered_notes.cache_clear()
    rendered_notes("a text")
    rendered_notes("a text")
    assert rendered_notes.cache_info().hits == 1
