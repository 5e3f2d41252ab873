"""The overview's pictures: where bars and columns stand, what each says in a sentence, and its table."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from uuid import UUID

import pytest

from licenses.figures import Figures, ProductFigures
from licenses.findings import Picture, activated, expiring, usage
from licenses.pictures import (
    BAR_ROW,
    LONGEST_LABEL,
    MOST_BARS,
    PLOT_HEIGHT,
    PLOT_TOP,
    SHORTEST_COLUMN,
    Amount,
    Share,
    bars,
    columns,
    short_number,
    shortened,
    with_others,
)

MONTHS = [date(2026, month, 1) for month in range(3, 13)] + [date(2027, 1, 1), date(2027, 2, 1)]
NOTHING = Figures(
    counted_at=datetime(2026, 3, 10, tzinfo=UTC),
    licenses=0,
    statuses={},
    needs={},
    computers_needing_files=0,
    products=(),
    expiring=tuple((month, 0) for month in MONTHS),
    activated=tuple((month, 0) for month in MONTHS),
    coverages=(),
)


def amounts(*numbers: int) -> list[Amount]:
    return [Amount("M", "Month", number) for number in numbers]


def products(*numbers: tuple[str, int, int]) -> Figures:
    found = tuple(ProductFigures(UUID(int=at), *each) for at, each in enumerate(numbers, start=1))
    return replace(NOTHING, products=found)


def test_bars_stand_below_each_other_and_are_filled_as_far_as_the_part_goes() -> None:
    drawn = bars([Share("Spectra", 1, 4), Share("Pilot", 3, 3), Share("Ledger", 0, 9), Share("Free", 0, 0)])
    assert [bar.width for bar in drawn.bars] == ["25.00%", "100.00%", "0.00%", "0.00%"]
    assert [bar.top for bar in drawn.bars] == [0, BAR_ROW, 2 * BAR_ROW, 3 * BAR_ROW]
    assert all(bar.top < bar.text_y < bar.y < bar.top + BAR_ROW for bar in drawn.bars)
    assert drawn.height == 4 * BAR_ROW


def test_eight_products_have_a_bar_and_the_smallest_share_one() -> None:
    shares = [Share(f"Product {n}", n, 20) for n in range(1, 12)]
    shown = with_others(shares, "Others")
    assert [share.part for share in shown] == [11, 10, 9, 8, 7, 6, 5, 4, 3 + 2 + 1]
    assert (shown[-1].label, shown[-1].whole, shown[-1].url) == ("Others", 60, "")
    assert with_others(shares[:MOST_BARS], "Others") == list(reversed(shares[:MOST_BARS]))


def test_products_in_equal_use_stand_in_a_fixed_order() -> None:
    shares = [Share("B", 1, 2), Share("A", 1, 2), Share("C", 1, 9)]
    assert [share.label for share in with_others(shares, "")] == ["C", "A", "B"]


def test_columns_stand_beside_each_other_within_the_picture_and_the_highest_fills_it() -> None:
    drawn = columns(amounts(*range(12)))
    edges = [(float(each.x[:-1]), float(each.x[:-1]) + float(each.width[:-1])) for each in drawn.columns]
    assert all(0 <= left < right <= 100 for left, right in edges)
    assert all(before[1] < after[0] for before, after in pairwise(edges))
    assert all(left < float(each.middle[:-1]) < right for each, (left, right) in zip(drawn.columns, edges, strict=True))
    assert [each.height for each in drawn.columns] == [round(PLOT_HEIGHT * number / 11) for number in range(12)]
    assert drawn.columns[-1].y == PLOT_TOP
    assert {each.y + each.height for each in drawn.columns} == {drawn.base_y}


def test_the_smallest_column_is_still_seen_and_none_is_drawn_for_zero() -> None:
    low, high, zero = columns(amounts(1, 1_000_000, 0)).columns
    assert (low.height, low.text) == (SHORTEST_COLUMN, "1")
    assert (high.height, high.text) == (PLOT_HEIGHT, "1.0M")
    assert (zero.height, zero.text) == (0, "")


def test_picture_of_nothing_has_no_column_with_a_height() -> None:
    assert {each.height for each in columns(amounts(0, 0)).columns} == {0}
    assert columns([]).columns == ()


def test_a_second_line_under_the_columns_gets_its_room() -> None:
    plain, noted = columns(amounts(1)), columns([Amount("Jan", "January 2027", 1, "2027")])
    assert plain.label_y < plain.height < plain.note_y
    assert noted.note_y < noted.height


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (9_999, "9999"), (10_000, "10k"), (999_999, "999k"), (1_250_000, "1.2M"), (12_999_999, "12M")],
)
def test_numbers_over_columns_have_four_signs_at_most(number: int, text: str) -> None:
    assert short_number(number) == text
    assert len(text) <= 4


def test_long_names_of_products_are_cut_for_the_narrowest_screen() -> None:
    assert shortened("x" * LONGEST_LABEL) == "x" * LONGEST_LABEL
    assert shortened("x" * 200) == "x" * (LONGEST_LABEL - 1) + "…"


def months(*numbers: int) -> tuple[tuple[date, int], ...]:
    return tuple(zip(MONTHS, [*numbers, *[0] * (12 - len(numbers))], strict=True))


@pytest.mark.parametrize(
    ("picture", "finding"),
    [
        (usage(products(("Spectra", 12, 15))), "12 of 15 activations are in use."),
        (
            usage(products(("Spectra", 12, 15), ("Pilot", 1_300, 2_000))),
            "1,312 of 2,015 activations are in use; Pilot has the most, 1,300.",
        ),
        (usage(products(("Spectra", 0, 15), ("Pilot", 0, 1))), "0 of 16 activations are in use."),
        (usage(products(("Spectra", 2, 15), ("Pilot", 2, 3))), "4 of 18 activations are in use."),
        (expiring(NOTHING), "No license expires in the next 12 months."),
        (expiring(replace(NOTHING, expiring=months(0, 1))), "1 license expires in the next 12 months."),
        (
            expiring(replace(NOTHING, expiring=months(2, 0, 5))),
            "7 licenses expire in the next 12 months; May 2026 has the most, 5.",
        ),
        (activated(NOTHING), "No activation in the last 12 months."),
        (activated(replace(NOTHING, activated=months(1))), "1 activation in the last 12 months."),
        (activated(replace(NOTHING, activated=months(2, 2, 1))), "5 activations in the last 12 months."),
        (
            activated(replace(NOTHING, activated=months(3, 2))),
            "5 activations in the last 12 months; March 2026 has the most, 3.",
        ),
    ],
)
def test_picture_says_what_it_shows(picture: Picture, finding: str) -> None:
    assert picture.finding == finding


def test_table_has_the_numbers_of_the_bars_and_bars_lead_to_their_product() -> None:
    picture = usage(products(*[(f"Product {n}", n, 100_000) for n in range(1, 11)]))
    assert picture.bars is not None
    assert picture.rows == tuple(
        (bar.share.label, str(bar.share.part), f"{bar.share.whole:,}") for bar in picture.bars.bars
    )
    assert picture.rows[-1] == ("Other products", "3", "200,000")
    assert picture.bars.bars[0].share.url == f"/licenses/?product={UUID(int=10)}"


def test_table_has_the_numbers_of_the_columns_with_months_in_full_and_years_where_they_begin() -> None:
    picture = expiring(replace(NOTHING, expiring=months(12_345, 1)))
    assert picture.columns is not None
    assert picture.rows[:2] == (("March 2026", "12,345"), ("April 2026", "1"))
    assert len(picture.rows) == 12
    assert [each.text for each in picture.columns.columns[:3]] == ["12k", "1", ""]
    shown = [(each.amount.label, each.amount.note) for each in picture.columns.columns]
    assert [shown[0], shown[10]] == [("Mar", ""), ("Jan", "2027")]
    assert [note for _label, note in shown if note] == ["2027"]


def test_nothing_is_drawn_where_there_is_nothing_to_see() -> None:
    for picture in (usage(NOTHING), usage(products(("Spectra", 0, 0))), expiring(NOTHING), activated(NOTHING)):
        assert (picture.bars, picture.columns, picture.url) == (None, None, "")
