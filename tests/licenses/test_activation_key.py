"""Activation keys: what is made, what is understood, and which slips of the pen are noticed."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from licenses import activation_key as keys

positions = st.integers(0, keys.LENGTH - 1)
characters = st.sampled_from(keys.ALPHABET)


@st.composite
def made_keys(draw: st.DrawFn) -> str:
    """Keys as the portal makes them, without dashes."""
    first = "".join(draw(st.lists(characters, min_size=keys.LENGTH - 1, max_size=keys.LENGTH - 1)))
    return first + keys.checksum(first)


def with_character(key: str, position: int, character: str) -> str:
    return key[:position] + character + key[position + 1 :]


def test_made_key_is_five_groups_of_five_that_fit_their_checksum() -> None:
    for _ in range(50):
        key = keys.make()
        assert [len(group) for group in key.split("-")] == [5] * 5
        assert set(key) <= set(keys.ALPHABET + "-")
        assert keys.has_valid_checksum(key)


def test_no_two_made_keys_are_the_same() -> None:
    assert len({keys.make() for _ in range(1000)}) == 1000


def test_alphabet_leaves_out_what_people_confuse() -> None:
    assert not set("0O1IL") & set(keys.ALPHABET)
    assert len(set(keys.ALPHABET)) == len(keys.ALPHABET) == 31


@given(made_keys(), positions, characters)
def test_one_wrong_character_is_always_noticed(key: str, position: int, character: str) -> None:
    assume(key[position] != character)
    assert not keys.has_valid_checksum(with_character(key, position, character))


@given(made_keys(), positions, positions)
def test_two_exchanged_characters_are_always_noticed(key: str, first: int, second: int) -> None:
    assume(key[first] != key[second])
    exchanged = with_character(with_character(key, first, key[second]), second, key[first])
    assert not keys.has_valid_checksum(exchanged)


@given(made_keys(), positions)
def test_a_missing_or_doubled_character_is_noticed(key: str, position: int) -> None:
    assert not keys.has_valid_checksum(key[:position] + key[position + 1 :])
    assert not keys.has_valid_checksum(key[:position] + key[position] + key[position:])


@given(made_keys(), st.lists(st.sampled_from(["", "-", " ", "\t", "–", "\n", " - "]), min_size=24, max_size=24))
def test_key_is_understood_however_it_is_typed(key: str, separators: list[str]) -> None:
    typed = key[0] + "".join(separator + character for separator, character in zip(separators, key[1:], strict=True))
    assert keys.fold(typed.lower()) == keys.fold(typed) == keys.fold(keys.show(key)) == key


LOOK_ALIKES = [
    ("2", "２"),  # full width
    ("2", "²"),
    ("2", "٢"),  # Arabic-Indic
    ("2", "𝟐"),
    ("A", "А"),  # Cyrillic
    ("A", "Ａ"),
    ("B", "Β"),  # Greek
    ("K", "\N{KELVIN SIGN}"),
    ("S", "\N{LATIN SMALL LETTER LONG S}"),
    ("SS", "ß"),
    ("FF", "\N{LATIN SMALL LIGATURE FF}"),
    ("ST", "\N{LATIN SMALL LIGATURE ST}"),
]


@pytest.mark.parametrize(("letters", "look_alike"), LOOK_ALIKES)
def test_characters_that_only_look_alike_do_not_fold_into_a_key(letters: str, look_alike: str) -> None:
    rest = "23456789ABCDEFGHJKMNPQRS"[: keys.LENGTH - 1 - len(letters)]
    key = letters + rest + keys.checksum(letters + rest)
    assert keys.fold(key) == key
    assert keys.fold(look_alike + rest + key[-1]) != key


@given(st.text())
def test_folding_leaves_only_plain_letters_and_digits_and_folds_once(typed: str) -> None:
    folded = keys.fold(typed)
    assert folded.isascii()
    assert folded == folded.upper()
    assert not folded or folded.isalnum()
    assert keys.fold(folded) == folded


@pytest.mark.parametrize("foreign", ["QLM-2019-000417", "A5J2-33K9-01OI", "1234567890123456789012345", ""])
def test_key_of_another_format_has_no_checksum_of_ours(foreign: str) -> None:
    assert not keys.is_own_format(foreign)
    assert not keys.has_valid_checksum(foreign)


def test_masked_key_shows_the_last_five_characters_and_nothing_else() -> None:
    key = keys.make()
    masked = keys.mask(key)
    assert masked == f"•••••-•••••-•••••-•••••-{key[-5:]}"
    assert keys.tail(key.lower()) == key[-5:]
