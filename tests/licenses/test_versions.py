"""Versions compare as versions: by section 11 of SemVer 2.0, with two to four numbers."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from licenses.versions import MAX_VERSION_ORDER, is_version, parse, version_order

IN_ORDER = (
    *("0.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"),
    *("1.0.0-rc.1", "1.0.0", "1.0.0.1", "3.4", "4.1.9", "4.1.10-rc.1", "4.1.10", "4.2", "4.9", "4.10-2", "4.10-10"),
    *("4.10--", "4.10-10a", "4.10-A", "4.10-a", "4.10-a1", "4.10", "10.0", "999999999.0"),
)


def test_versions_come_in_their_order() -> None:
    assert sorted({*IN_ORDER}, key=version_order) == list(IN_ORDER)
    assert len({version_order(version) for version in IN_ORDER}) == len(IN_ORDER)


@pytest.mark.parametrize(("one", "other"), [("4.1", "4.1.0"), ("4.1.0", "4.1.0.0"), ("4.1.5", "4.1.5+build.7")])
def test_missing_numbers_are_none_and_build_metadata_does_not_count(one: str, other: str) -> None:
    assert version_order(one) == version_order(other)


@pytest.mark.parametrize(
    "text",
    [
        *("", "4", "v4.1", "4.1.2.3.4", "4.01", "4.1-", "4.1-01", "4.1-a..b", "4.1+", " 4.1", "4.1 ", "4.1\n", "4,1"),
        *("4.x", "４.1", "4.1-ä", "1234567890.0", "4.1-" + "a" * 50, "../4.1", "-1.0"),
    ],
)
def test_what_is_no_version_is_told(text: str) -> None:
    assert parse(text) is None
    assert version_order(text) == ""
    with pytest.raises(ValidationError, match="no version"):
        is_version(text)


def test_pre_release_says_so() -> None:
    found = [version.is_pre_release for text in ("4.2.0-rc.1", "4.2.0", "4.2.0+x") if (version := parse(text))]
    assert found == [True, False, False]


numbers = st.lists(st.integers(0, 999_999_999), min_size=2, max_size=4)
identifiers = st.lists(
    st.from_regex(r"(0|[1-9][0-9]{0,6}|[0-9]{0,2}[A-Za-z-][0-9A-Za-z-]{0,5})", fullmatch=True), max_size=3
)


def as_semver_says(version: str) -> tuple[object, ...]:
    """Return what orders versions, straight from the text of the standard."""
    plain, _dash, pre_release = version.partition("-")
    counted = [int(number) for number in plain.split(".")]
    counted += [0] * (4 - len(counted))
    parts = [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in pre_release.split(".") if part]
    return (*counted, not pre_release, parts)


@settings(max_examples=40)
@given(st.lists(st.tuples(numbers, identifiers), max_size=8))
def test_database_orders_any_versions_as_the_standard_does(made: list[tuple[list[int], list[str]]]) -> None:
    versions = [
        ".".join(map(str, found)) + ("-" + ".".join(pre_release) if pre_release else "") for found, pre_release in made
    ]
    versions = [version for version in versions if len(version) <= 50]
    by_text = [as_semver_says(each) for each in sorted(versions, key=version_order)]
    assert by_text == sorted(as_semver_says(each) for each in versions)
    assert all(len(version_order(version)) <= MAX_VERSION_ORDER for version in versions)
