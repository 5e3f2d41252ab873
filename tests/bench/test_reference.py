"""The pure parts of the reference data: numbers that come out right, names that differ."""

from itertools import pairwise
from random import Random

from bench.reference.computers import computers_of_licenses
from bench.reference.sizes import REFERENCE, SIZES, Size, is_one_of
from bench.reference.words import COMPANY_NAMES, PRODUCT_NAMES, company_name


def size(*, licenses: int, activations: int) -> Size:
    return Size("any", licenses, activations, *(1 for _ in range(7)))


def test_reference_data_is_as_big_as_the_quality_bars_say() -> None:
    assert (REFERENCE.licenses, REFERENCE.activations, REFERENCE.customers) == (1_000_000, 1_500_000, 200_000)
    assert (REFERENCE.organizations, REFERENCE.user_groups, REFERENCE.products) == (20_000, 50, 20)
    assert (REFERENCE.of_largest_organization, REFERENCE.of_largest_group) == (100_000, 200_000)
    assert REFERENCE.of_busy_organization == 5_000


def test_there_are_names_enough() -> None:
    assert all(each.organizations <= COMPANY_NAMES and each.products <= len(PRODUCT_NAMES) for each in SIZES.values())
    assert len({company_name(position).casefold() for position in range(COMPANY_NAMES)}) == COMPANY_NAMES


def test_wanted_rows_are_spread_evenly() -> None:
    chosen = [position for position in range(100) if is_one_of(position, 20, 100)]
    assert len(chosen) == 20
    assert {later - earlier for earlier, later in pairwise(chosen)} == {5}


def test_computers_add_up_whether_too_many_or_too_few_were_drawn() -> None:
    for activations in (700, 1_500, 4_000):
        found = computers_of_licenses(size(licenses=1_000, activations=activations), Random(1))
        assert sum(each.of_all for each in found) == activations
        assert all(0 <= each.in_use <= each.allowed and each.given_back >= 0 for each in found)
