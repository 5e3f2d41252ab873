"""Which part of a file a request asks for, by RFC 9110."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licenses.ranges import OutOfBoundsError, Span, is_still_the_same, requested_span

SIZE = 1000


@pytest.mark.parametrize(
    ("header", "first", "length"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-499", 0, 500),
        ("bytes=500-", 500, 500),
        ("bytes=999-", 999, 1),
        ("bytes=500-5000", 500, 500),
        ("bytes=-1", 999, 1),
        ("bytes=-5000", 0, 1000),
        ("Bytes = 1-2", 1, 2),
        ("bytes=0-9999999999999999999", 0, 1000),
    ],
)
def test_part_is_understood(header: str, first: int, length: int) -> None:
    assert requested_span(header, SIZE) == Span(first, length)


@pytest.mark.parametrize(
    "header",
    [
        *("", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=0-1,5-6", "items=0-1", "bytes=0x1-2"),
        *("bytes=0-99999999999999999999999999", "bytes=١-٢", "bytes=--1", "bytes=1.5-2"),
    ],
)
def test_whole_file_answers_what_cannot_be_read_and_several_parts(header: str) -> None:
    assert requested_span(header, SIZE) is None


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-2000", "bytes=9999999999999999999-", "bytes=-0"])
def test_part_behind_the_end_is_out_of_bounds(header: str) -> None:
    with pytest.raises(OutOfBoundsError):
        requested_span(header, SIZE)


@given(st.integers(0, 2000), st.integers(0, 2000), st.integers(1, 1500))
def test_part_always_lies_within_the_file(first: int, last: int, size: int) -> None:
    for header in (f"bytes={first}-{last}", f"bytes={first}-", f"bytes=-{last}"):
        try:
            span = requested_span(header, size)
        except OutOfBoundsError:
            continue
        assert span is None or (span.first >= 0 and span.length > 0 and span.first + span.length <= size)


def test_header_counts_the_last_byte_in() -> None:
    assert Span(500, 500).content_range(SIZE) == "bytes 500-999/1000"


@pytest.mark.parametrize(
    ("if_range", "is_same"),
    [
        ("", True),
        ('"abc"', True),
        ('"other"', False),
        ('W/"abc"', False),
        ("Tue, 10 Mar 2026 15:30:00 GMT", True),
        ("Tue, 10 Mar 2026 15:29:59 GMT", False),
        ("yesterday", False),
    ],
)
def test_part_fits_only_to_parts_of_the_same_file(if_range: str, is_same: bool) -> None:
    moment = datetime(2026, 3, 10, 15, 30, 0, 5, tzinfo=UTC)
    assert is_still_the_same(if_range, '"abc"', moment) is is_same
