"""The page on which one gives a computer another name."""

import pytest
from django.test import Client

from accounts.audit import Actor
from licenses.activation import deactivate, rename_computer
from licenses.models import Activation, License
from tests.cast import make_activation
from tests.licenses.pages import address, fields, message_after, words


@pytest.fixture
def laptop(license: License) -> Activation:
    """A computer called LAPTOP."""
    return make_activation(license, "LAPTOP")


def name_of(activation: Activation) -> str:
    activation.refresh_from_db()
    return activation.computer_name


def test_page_shows_the_present_name_and_saves_another(browser_of_anna: Client, laptop: Activation) -> None:
    page = browser_of_anna.get(address("rename", laptop))
    assert fields(page) == {"computer_name": "LAPTOP", "was": "LAPTOP"}
    answer = browser_of_anna.post(address("rename", laptop), fields(page) | {"computer_name": " Office "})
    assert answer["Location"] == address("detail", laptop.license)
    assert message_after(browser_of_anna, answer) == "The computer is now called Office."
    assert name_of(laptop) == "Office"


def test_computer_without_a_name_is_called_by_its_id(browser_of_anna: Client, laptop: Activation) -> None:
    answer = browser_of_anna.post(address("rename", laptop), {"computer_name": "", "was": "LAPTOP"})
    assert message_after(browser_of_anna, answer) == "The computer is now called ID-LAPTOP."
    assert name_of(laptop) == ""


def test_who_was_overtaken_is_told_the_present_name_keeps_what_was_typed_and_can_insist(
    browser_of_anna: Client, laptop: Activation, actor: Actor
) -> None:
    page = browser_of_anna.get(address("rename", laptop))
    rename_computer(laptop.pk, actor, name="Office", was="LAPTOP")
    refused = browser_of_anna.post(address("rename", laptop), fields(page) | {"computer_name": "Home"})
    assert refused.status_code == 200
    assert "This computer was renamed to “Office” meanwhile." in words(refused)
    assert name_of(laptop) == "Office"
    assert fields(refused)["computer_name"] == "Home"
    insisted = browser_of_anna.post(address("rename", laptop), fields(refused))
    assert insisted.status_code == 302
    assert name_of(laptop) == "Home"


@pytest.mark.parametrize("name", ["n" * 101, "a\u202eb"])
def test_bad_name_is_told_beside_the_field(browser_of_anna: Client, laptop: Activation, name: str) -> None:
    page = browser_of_anna.post(address("rename", laptop), {"computer_name": name, "was": "LAPTOP"})
    assert page.status_code == 200
    assert "A computer name has" in words(page)
    assert fields(page)["computer_name"] == name
    assert name_of(laptop) == "LAPTOP"


def test_computer_that_was_deactivated_before_keeps_its_name(
    browser_of_anna: Client, laptop: Activation, actor: Actor
) -> None:
    deactivate(laptop.pk, actor)
    answer = browser_of_anna.post(address("rename", laptop), {"computer_name": "Office", "was": "LAPTOP"})
    assert message_after(browser_of_anna, answer) == "LAPTOP is not in use any more."
    assert name_of(laptop) == "LAPTOP"


def test_form_without_the_name_that_was_seen_renames_nothing_that_has_one(
    browser_of_anna: Client, laptop: Activation
) -> None:
    page = browser_of_anna.post(address("rename", laptop), {"computer_name": "Office"})
    assert page.status_code == 200
    assert name_of(laptop) == "LAPTOP"
