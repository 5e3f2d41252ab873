"""`{% reuse %}` and `{% fill %}`: includes for the small pieces of which a list has hundreds, rendered seldom.

What was rendered is kept under everything that it depends on, so that nobody is shown what was
rendered for other inputs.
"""

import time
from functools import lru_cache

from django import template
from django.template import Context, Engine, Node, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, render_value_in_context, token_kwargs
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

MOST_KEPT = 8_192
"""How many rendered pieces one process keeps, those that were asked for last; of a few hundred bytes each."""
MOST_BLANKS_KEPT = 64
"""How many pieces to fill in one process keeps: one for each component and language."""
_HALF_DAY_SECONDS = 43_200
_MARK = "\0"
"""Stands around the names of what is filled in; no text that anybody typed holds it (Product rules, section 8)."""


class Reused(Node):
    """A component by name, and what it is handed over."""

    def __init__(self, name: str, inputs: dict[str, FilterExpression]) -> None:
        self.name = name
        self.inputs = inputs
        self.input_names = tuple(inputs)

    def render(self, context: Context) -> SafeString:
        """Return what was rendered for the same inputs, or render it."""
        half_day = int(time.time()) // _HALF_DAY_SECONDS
        values = [value.resolve(context) for value in self.inputs.values()]
        return _rendered(_engine(context), self.name, self.input_names, get_language(), half_day, *values)


class Filled(Node):
    """A component by name, and what it prints."""

    def __init__(self, name: str, inputs: dict[str, FilterExpression]) -> None:
        self.name = name
        self.inputs = inputs
        self.input_names = tuple(inputs)

    def render(self, context: Context) -> SafeString:
        """Return the component with the inputs filled in, escaped as wherever they are printed."""
        texts, places = _blank(_engine(context), self.name, self.input_names, get_language())
        values = {name: render_value_in_context(value.resolve(context), context) for name, value in self.inputs.items()}
        filled = "".join(values[name] + text for name, text in zip(places, texts[1:], strict=True))
        return SafeString(texts[0] + filled)  # the component's own markup, and values escaped


class Unread(SafeString):
    """Marks where an input is filled in; a component that asks what the input is may not be filled."""

    def __bool__(self) -> bool:
        raise TemplateSyntaxError(f"What is filled in is printed, never tested: {self!r}.")


def _engine(context: Context) -> Engine:
    return context.template.engine  # type: ignore[union-attr]  # a template is being rendered


@lru_cache(maxsize=MOST_KEPT, typed=True)  # typed: text that is markup is not the same as equal text that is not
def _rendered(
    engine: Engine, name: str, input_names: tuple[str, ...], _language: str | None, _half_day: int, *values: object
) -> SafeString:
    return engine.get_template(name).render(Context(dict(zip(input_names, values, strict=True))))


@lru_cache(maxsize=MOST_BLANKS_KEPT)
def _blank(
    engine: Engine, name: str, input_names: tuple[str, ...], _language: str | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the texts of a component around its inputs, and the inputs that stand between them."""
    marks = {each: Unread(f"{_MARK}{each}{_MARK}") for each in input_names}
    parts = engine.get_template(name).render(Context(marks)).split(_MARK)
    texts, places = tuple(parts[::2]), tuple(parts[1::2])
    if set(places) != set(input_names):
        raise TemplateSyntaxError(f"{name} does not print each of {', '.join(input_names)} as it is.")
    return texts, places


@register.tag
def reuse(parser: Parser, token: Token) -> Reused:
    """Include a component with the named inputs only: `{% reuse "components/list_order.html" orders=orders %}`.

    What it renders may depend on nothing but the inputs, the language and the date (which
    changes for days that begin, and for days that have ended everywhere on earth, every
    twelve hours): no time of day, no time zone, no person. The inputs are hashable.
    """
    return Reused(*_name_and_inputs(parser, token))


@register.tag
def fill(parser: Parser, token: Token) -> Filled:
    """Include a component that only prints its named inputs: `{% fill "components/key.html" tail=license.key_tail %}`.

    For what differs from row to row: around the inputs, the component is rendered once. It may
    neither test nor filter them, and depend on nothing else but the language.
    """
    return Filled(*_name_and_inputs(parser, token))


def _name_and_inputs(parser: Parser, token: Token) -> tuple[str, dict[str, FilterExpression]]:
    tag, *rest = token.split_contents()
    if not rest or rest[0][0] != rest[0][-1] or rest[0][0] not in "\"'":
        raise TemplateSyntaxError(f"{tag} needs the name of a component in quotes, and its inputs by name.")
    inputs = token_kwargs(rest[1:], parser)
    if len(inputs) != len(rest) - 1:
        raise TemplateSyntaxError(f"{tag} takes inputs by name, each once.")
    return rest[0][1:-1], inputs
