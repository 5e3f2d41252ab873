"""`{% reuse %}`: an include that keeps what it rendered, for the small pieces of which a list has hundreds."""

import time
from functools import lru_cache

from django import template
from django.template import Context, Engine, Node, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

MOST_KEPT = 8_192
"""How many rendered pieces one process keeps, those that were asked for last; of a few hundred bytes each."""
_HALF_DAY_SECONDS = 43_200


class Reused(Node):
    """A component by name, and what it is handed over."""

    def __init__(self, name: str, inputs: dict[str, FilterExpression]) -> None:
        self.name = name
        self.inputs = inputs
        self.input_names = tuple(inputs)

    def render(self, context: Context) -> SafeString:
        """Return what was rendered for the same inputs, or render it."""
        engine = context.template.engine  # type: ignore[union-attr]  # a template is being rendered
        half_day = int(time.time()) // _HALF_DAY_SECONDS
        values = [value.resolve(context) for value in self.inputs.values()]
        return _rendered(engine, self.name, self.input_names, get_language(), half_day, *values)


@lru_cache(maxsize=MOST_KEPT, typed=True)  # typed: text that is markup is not the same as equal text that is not
def _rendered(
    engine: Engine, name: str, input_names: tuple[str, ...], _language: str | None, _half_day: int, *values: object
) -> SafeString:
    return engine.get_template(name).render(Context(dict(zip(input_names, values, strict=True))))


@register.tag
def reuse(parser: Parser, token: Token) -> Reused:
    """Include a component with the named inputs only: `{% reuse "components/key.html" tail=license.key_tail %}`.

    What it renders may depend on nothing but the inputs, the language and the date (which
    changes for days that begin, and for days that have ended everywhere on earth, every
    twelve hours): no time of day, no time zone, no person. The inputs are hashable.
    """
    _tag, *rest = token.split_contents()
    if not rest or rest[0][0] != rest[0][-1] or rest[0][0] not in "\"'":
        raise TemplateSyntaxError("reuse needs the name of a component in quotes, and its inputs by name.")
    inputs = token_kwargs(rest[1:], parser)
    if len(inputs) != len(rest) - 1:
        raise TemplateSyntaxError("reuse takes inputs by name, each once.")
    return Reused(rest[0][1:-1], inputs)
