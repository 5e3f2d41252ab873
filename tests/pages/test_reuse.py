"""`{% reuse %}` and `{% fill %}`: small pieces of lists are rendered once, and never shown where they do not fit."""

import re
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.template import Context, Engine, TemplateSyntaxError, engines
from django.utils import translation
from django.utils.safestring import mark_safe

from licenses.templatetags import reuse

TEMPLATES = Path(settings.BASE_DIR) / "templates"
REUSED = re.compile(r"""{% (?:reuse|fill) ["']([^"']+)["']""")
INCLUDED = re.compile(r"""{% include ["']([^"']+)["']""")
DEPENDS_ON_MORE = re.compile(
    r"\|\s*(ago|moment|day_of|iso|time|timesince|timeuntil)\b|{% (csrf_token|now|url|random|cycle)\b"
)
NAME = '{% load reuse %}{% reuse "components/name.html" name=name %}'
KEY = '{% load reuse %}{% fill "components/key.html" tail=tail %}'
EXPIRES = '{% load reuse %}{% reuse "components/expires.html" expires_on=day %}'


def engine() -> Engine:
    return engines["django"].engine


def rendered(source: str, **inputs: object) -> str:
    return engine().from_string(source).render(Context(inputs))


def test_piece_says_what_including_it_says() -> None:
    included = '{% include "components/name.html" with name=name only %}'
    for name in ("Anna & Sons <Ltd>", "", None):
        assert rendered(NAME, name=name) == rendered(included, name=name)


def test_piece_is_rendered_once_for_the_same_inputs() -> None:
    reuse._rendered.cache_clear()
    for _ in range(3):
        rendered(NAME, name="Anna")
    rendered(NAME, name="Bela")
    assert reuse._rendered.cache_info().misses == 2


def test_text_is_escaped_even_where_the_same_characters_were_markup_before() -> None:
    assert rendered(NAME, name=mark_safe("<b>Anna</b>")).strip() == "<b>Anna</b>"
    assert rendered(NAME, name="<b>Anna</b>").strip() == "&lt;b&gt;Anna&lt;/b&gt;"


def test_day_is_said_anew_when_a_day_begins_and_when_one_has_ended_everywhere() -> None:
    said = []
    for moment in ("2026-11-22T23:59Z", "2026-11-23T00:01Z", "2026-11-24T12:01Z"):
        with time_machine.travel(moment):
            said.append(re.findall(r"<span>([^<]+)</span>", rendered(EXPIRES, day=date(2026, 11, 23)))[0])
    assert said == ["in 1 day", "today", "1 day ago"]


def test_each_language_has_its_own() -> None:
    reuse._rendered.cache_clear()
    for language in ("en", "de"):
        with translation.override(language):
            rendered(NAME, name="")
    assert reuse._rendered.cache_info().misses == 2


def test_filled_piece_says_what_including_it_says() -> None:
    included = '{% include "components/key.html" with tail=tail only %}'
    for tail in ("7K2QX", '<b> & "', mark_safe("<b>7K2QX</b>"), "", None, 12_345, "%(tail)s {{ tail }}"):
        assert rendered(KEY, tail=tail) == rendered(included, tail=tail)


def test_filled_piece_is_rendered_once_for_each_language() -> None:
    reuse._blank.cache_clear()
    for language in ("en", "de"):
        with translation.override(language):
            assert [tail in rendered(KEY, tail=tail) for tail in ("7K2QX", "M3P8Z")] == [True, True]
    assert reuse._blank.cache_info().misses == 2


@pytest.mark.parametrize(
    "source",
    [
        '{% fill "components/name.html" name=name %}',
        '{% fill "components/date.html" day=name %}',
        '{% fill "components/key.html" tail=name more=name %}',
    ],
)
def test_control_piece_that_does_more_than_print_its_inputs_cannot_be_filled(source: str) -> None:
    with pytest.raises((TemplateSyntaxError, TypeError)):
        rendered("{% load reuse %}" + source, name="Anna")


@pytest.mark.parametrize(
    "source", ["{% reuse %}", "{% reuse name %}", '{% reuse "x.html" name %}', '{% fill "x.html" name %}']
)
def test_tag_that_cannot_be_understood_is_refused(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        rendered("{% load reuse %}" + source)


def pieces() -> set[str]:
    """Return every component that is reused, with those inside of it."""
    found: set[str] = set()
    waiting = {name for file in TEMPLATES.rglob("*.html") for name in REUSED.findall(file.read_text())}
    while waiting:
        found |= waiting
        waiting = {inner for name in waiting for inner in INCLUDED.findall((TEMPLATES / name).read_text())} - found
    return found


def test_what_is_reused_depends_on_nothing_but_its_inputs_language_and_date() -> None:
    assert pieces() >= {"components/expires.html", "components/badge.html"}
    assert {name for name in pieces() if DEPENDS_ON_MORE.search((TEMPLATES / name).read_text())} == set()


def test_control_pieces_that_depend_on_the_time_of_day_or_the_person_are_noticed() -> None:
    assert DEPENDS_ON_MORE.search((TEMPLATES / "components/moment.html").read_text())
    assert DEPENDS_ON_MORE.search((TEMPLATES / "components/theme_switch.html").read_text())
