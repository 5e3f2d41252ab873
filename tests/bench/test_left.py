"""What is left as it is: each for a reason, and only as long as it occurs."""

import pytest

from bench.left import LEFT, Found, Leave, left_and_told, no_longer

LEAVE = Leave("licenses:overview", "^staff: .* for the first time$", "rows of licenses_license", "counts all licenses")
FOUND = Found(
    "staff", "licenses:overview", "GET / for the first time", "reads 9 rows of licenses_license, one after the other"
)


def test_what_is_left_is_counted_and_not_told() -> None:
    often, told = left_and_told([FOUND, FOUND], [LEAVE])
    assert (often[LEAVE], told) == (2, [])


@pytest.mark.parametrize(
    "other",
    [
        Found("contact", FOUND.address, FOUND.asked, FOUND.what),
        Found("staff", "licenses:list", FOUND.asked, FOUND.what),
        Found("staff", FOUND.address, "GET /", FOUND.what),
        Found("staff", FOUND.address, FOUND.asked, "reads 9 rows of licenses_activation, one after the other"),
    ],
)
def test_control_other_people_pages_and_tables_are_told(other: Found) -> None:
    often, told = left_and_told([other], [LEAVE])
    assert (often[LEAVE], told) == (0, [other])


def test_what_no_longer_occurs_is_not_left() -> None:
    often, _told = left_and_told([], [LEAVE])
    assert no_longer(often, ["licenses:overview"]) == [LEAVE]
    assert no_longer(often, ["licenses:list"]) == []
    assert no_longer(left_and_told([FOUND], [LEAVE])[0], ["licenses:overview"]) == []


def test_everything_that_is_left_says_why() -> None:
    assert all(leave.why.endswith(".") for leave in LEFT)
    assert len({(leave.address, leave.asked, leave.what) for leave in LEFT}) == len(LEFT)
