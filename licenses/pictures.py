"""Where everything in a picture stands: bars and columns as numbers for SVG attributes (pure; knows no database).

Widths are percentages of the picture's own width and heights are pixels, so that pictures grow
and shrink with the page while their letters keep their size. Lengths are texts, because a
template would write a decimal comma in some languages.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_BARS = 8

BAR_ROW = 46
BAR_TEXT = 15
BAR_TOP = 25
BAR_HEIGHT = 10
LONGEST_LABEL = 30

PLOT_TOP = 22
PLOT_HEIGHT = 108
LABEL_GAP = 17
COLUMN_SHARE = 0.62
SHORTEST_COLUMN = 3


@dataclass(frozen=True)
class Share:
    """What a bar shows: how much of a whole; `url` leads to the list of it."""

    label: str
    part: int
    whole: int
    url: str = ""


@dataclass(frozen=True)
class Amount:
    """What a column shows; `label` stands under it, `name` is the label in full."""

    label: str
    name: str
    number: int
    note: str = ""
    """A second line under the column, such as the year under its January."""


@dataclass(frozen=True)
class Bar:
    """One bar: a track for the whole, filled as far as the part goes."""

    share: Share
    label: str
    top: int
    text_y: int
    y: int
    width: str


@dataclass(frozen=True)
class Bars:
    """Horizontal bars below each other."""

    bars: tuple[Bar, ...]
    height: int
    bar_height: int = BAR_HEIGHT
    row_height: int = BAR_ROW


@dataclass(frozen=True)
class Column:
    """One column: its number above it, its label below."""

    amount: Amount
    text: str
    x: str
    middle: str
    width: str
    y: int
    height: int
    text_y: int


@dataclass(frozen=True)
class Columns:
    """Columns beside each other, on one line."""

    columns: tuple[Column, ...]
    height: int
    base_y: int = PLOT_TOP + PLOT_HEIGHT
    label_y: int = PLOT_TOP + PLOT_HEIGHT + LABEL_GAP
    note_y: int = PLOT_TOP + PLOT_HEIGHT + 2 * LABEL_GAP - 2


def with_others(shares: Sequence[Share], others: str) -> list[Share]:
    """Return the shares with the largest parts, and one called `others` for all that are too many to draw."""
    ordered = sorted(shares, key=lambda share: (-share.part, -share.whole, share.label))
    shown, rest = ordered[:MOST_BARS], ordered[MOST_BARS:]
    if rest:
        shown.append(Share(others, sum(share.part for share in rest), sum(share.whole for share in rest)))
    return shown


def bars(shares: Sequence[Share]) -> Bars:
    """Return one bar for each share, from top to bottom."""
    drawn = tuple(
        Bar(
            share,
            shortened(share.label),
            top=at * BAR_ROW,
            text_y=at * BAR_ROW + BAR_TEXT,
            y=at * BAR_ROW + BAR_TOP,
            width=percent(share.part / share.whole if share.whole else 0),
        )
        for at, share in enumerate(shares)
    )
    return Bars(drawn, height=len(drawn) * BAR_ROW)


def columns(amounts: Sequence[Amount]) -> Columns:
    """Return one column for each amount, from left to right; the highest fills the picture."""
    most = max((amount.number for amount in amounts), default=0)
    drawn = tuple(_column(amount, at / len(amounts), 1 / len(amounts), most) for at, amount in enumerate(amounts))
    has_notes = any(amount.note for amount in amounts)
    return Columns(drawn, height=PLOT_TOP + PLOT_HEIGHT + (2 if has_notes else 1) * LABEL_GAP + 4)


def _column(amount: Amount, start: float, slot: float, most: int) -> Column:
    height = round(PLOT_HEIGHT * amount.number / most) if most else 0
    if amount.number:
        height = max(height, SHORTEST_COLUMN)
    y = PLOT_TOP + PLOT_HEIGHT - height
    return Column(
        amount,
        short_number(amount.number) if amount.number else "",
        x=percent(start + slot * (1 - COLUMN_SHARE) / 2),
        middle=percent(start + slot / 2),
        width=percent(slot * COLUMN_SHARE),
        y=y,
        height=height,
        text_y=y - 6,
    )


def percent(share: float) -> str:
    """Write a share of 1 as SVG wants it: "33.33%"."""
    return f"{100 * share:.2f}%"


def short_number(number: int) -> str:
    """Write a number in at most four signs, rounded down: 9999, 12k, 1.2M."""
    if number < 10_000:
        return str(number)
    if number < 1_000_000:
        return f"{number // 1_000}k"
    if number < 10_000_000:
        return f"{number // 100_000 / 10:.1f}M"
    return f"{number // 1_000_000}M"


def shortened(label: str) -> str:
    """Return a label that fits beside its numbers on the narrowest screen."""
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"
