"""Patterns of computer IDs that staff enter."""

import time

import pytest
from django.core.exceptions import ValidationError

from licenses.models import Product
from licenses.models.products import PATTERN_SECONDS, is_pattern


@pytest.mark.parametrize(("computer_id", "fits"), [("0A1B-2C3D", True), ("0A1B", True), ("hello", False), ("", False)])
def test_pattern_has_to_fit_the_whole_id(computer_id: str, fits: bool) -> None:
    assert Product(computer_id_pattern="([0-9A-F]{4}-?)+").fits_computer_id(computer_id) is fits


def test_without_a_pattern_every_id_fits() -> None:
    assert Product().fits_computer_id("anything")


def test_no_id_keeps_the_server_busy_however_the_pattern_repeats() -> None:
    began = time.monotonic()
    assert not Product(computer_id_pattern="([0-9A-F]+-?)+").fits_computer_id("A" * 254 + "!")
    assert time.monotonic() - began < 50 * PATTERN_SECONDS


def test_what_is_no_pattern_is_refused() -> None:
    with pytest.raises(ValidationError):
        is_pattern("([0-9")
