"""Replacing a computer from the page that says that none is left."""

import pytest
from django.test import Client

from licenses.models import Activation, License
from organizations.models import Customer
from tests.cast import make_license, make_product
from tests.licenses.pages import address, fields, message_after, words

NEW = {"computer_id": "ID-NEW", "computer_name": "NEW"}


@pytest.fixture
def old(anna: Customer) -> Activation:
    """The one computer of Anna's license for one."""
    return make_license(customer=anna, max_activations=1, computers=("OLD",)).activations.get()


def names_in_use(activation: Activation) -> list[str]:
    license = License.objects.get(pk=activation.license_id)
    names = sorted(license.activations.in_use().values_list("computer_name", flat=True))
    assert len(names) == license.activations_in_use
    return names


def test_one_press_replaces_the_old_computer_by_the_new_one(browser_of_anna: Client, old: Activation) -> None:
    answer = browser_of_anna.post(address("replace", old), NEW)
    assert answer.status_code == 302
    assert message_after(browser_of_anna, answer) == "NEW is activated."
    assert names_in_use(old) == ["NEW"]


def test_same_press_twice_has_one_effect_and_the_second_is_told(browser_of_anna: Client, old: Activation) -> None:
    browser_of_anna.post(address("replace", old), NEW)
    answer = browser_of_anna.post(address("replace", old), NEW)
    assert "NEW was active already, so nothing was used up." in message_after(browser_of_anna, answer)
    assert names_in_use(old) == ["NEW"]
    assert Activation.objects.count() == 2


def test_without_a_computer_id_nothing_is_replaced_and_the_name_is_kept(
    browser_of_anna: Client, old: Activation
) -> None:
    page = browser_of_anna.post(address("replace", old), {"computer_name": "NEW"})
    assert page.status_code == 200
    assert "Enter the computer ID that the program shows." in words(page)
    assert fields(page)["computer_name"] == "NEW"
    assert "Replace OLD" in words(page)
    assert names_in_use(old) == ["OLD"]


def test_unusual_computer_id_is_asked_about_and_can_be_confirmed_in_the_same_form(
    browser_of_anna: Client, anna: Customer
) -> None:
    product = make_product("Sonar", computer_id_pattern="ID-[A-Z]+")
    old = make_license(customer=anna, product=product, max_activations=1, computers=("OLD",)).activations.get()
    page = browser_of_anna.post(address("replace", old), {"computer_id": "1234"})
    assert "This does not look like a computer ID of Sonar." in words(page)
    assert b'type="checkbox" name="confirm_unusual"' in page.content
    assert "Replace OLD" in words(page)
    answer = browser_of_anna.post(address("replace", old), fields(page) | {"confirm_unusual": "on"})
    assert answer.status_code == 302
    assert names_in_use(old) == [""]


def test_used_up_quota_says_when_the_next_one_comes_back_before_and_after_the_press(
    browser_of_anna: Client, anna: Customer
) -> None:
    license = make_license(
        customer=anna,
        max_activations=1,
        computers=("FIRST",),
        deactivations_allowed=1,
        deactivation_days=30,
        deactivations_per="license",
    )
    first = license.activations.get()
    assert "1 of 1 deactivations within 30 days is left." in words(browser_of_anna.get(address("activate", license)))
    browser_of_anna.post(address("replace", first), {"computer_id": "ID-OLD", "computer_name": "OLD"})
    old = license.activations.in_use().get()
    before = browser_of_anna.get(address("activate", license))
    after = browser_of_anna.post(address("replace", old), NEW)
    for page in (before, after):
        assert page.status_code == 200
        assert "No deactivation is left: 1 of 1 were used within 30 days." in words(page)
        assert "9 Apr 2026" in words(page)
        assert b"formaction" not in page.content
    assert fields(after)["computer_id"] == "ID-NEW"
    assert names_in_use(old) == ["OLD"]


def test_address_of_replacing_cannot_be_opened_only_pressed(browser_of_anna: Client, old: Activation) -> None:
    assert browser_of_anna.get(address("replace", old)).status_code == 405
    assert names_in_use(old) == ["OLD"]


def test_computer_of_another_license_is_not_found_under_this_one(
    browser_of_anna: Client, anna: Customer, old: Activation
) -> None:
    other = make_license(customer=anna)
    path = address("replace", old).replace(str(old.license_id), str(other.pk))
    assert browser_of_anna.post(path, NEW).status_code == 404
    assert names_in_use(old) == ["OLD"]
