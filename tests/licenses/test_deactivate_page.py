"""The page that asks before a computer is deactivated."""

import pytest
from django.test import Client

from licenses.models import Activation, License
from licenses.models.products import AfterDeactivation
from organizations.models import Customer
from tests.cast import make_activation, make_license, make_product, make_staff
from tests.licenses.moments import DAY, HOUR, Clock
from tests.licenses.pages import address, fields, links, message_after, words


@pytest.fixture
def laptop(license: License) -> Activation:
    """Anna's laptop; no quota."""
    return make_activation(license, "LAPTOP")


def license_with_quota(customer: Customer) -> License:
    return make_license(
        customer=customer,
        product=make_product("Sonar", buy_more_url="https://vendor.example/buy"),
        computers=("ONE", "TWO"),
        deactivations_allowed=1,
        deactivation_days=30,
        deactivations_per="license",
    )


def is_in_use(activation: Activation) -> bool:
    activation.refresh_from_db()
    return activation.is_in_use


def test_opening_the_page_asks_and_pressing_the_button_deactivates(browser_of_anna: Client, laptop: Activation) -> None:
    page = browser_of_anna.get(address("deactivate", laptop))
    assert "Deactivate LAPTOP?" in words(page)
    assert "ID-LAPTOP" in words(page)
    assert is_in_use(laptop)
    answer = browser_of_anna.post(address("deactivate", laptop))
    assert answer.status_code == 302
    assert answer["Location"] == address("detail", laptop.license)
    assert message_after(browser_of_anna, answer) == "LAPTOP is deactivated. Its activation is free again."
    assert not is_in_use(laptop)


def test_pressing_twice_has_one_effect_and_the_second_is_told(browser_of_anna: Client, laptop: Activation) -> None:
    browser_of_anna.get(browser_of_anna.post(address("deactivate", laptop))["Location"])
    answer = browser_of_anna.post(address("deactivate", laptop))
    assert message_after(browser_of_anna, answer) == "LAPTOP was deactivated before; nothing was changed."


@pytest.mark.parametrize("after", AfterDeactivation)
def test_page_says_what_becomes_of_the_old_computer(
    browser_of_anna: Client, anna: Customer, after: AfterDeactivation
) -> None:
    product = make_product("Sonar", after_deactivation=after)
    activation = make_license(customer=anna, product=product, computers=("LAPTOP",)).activations.get()
    assert str(after.label) in words(browser_of_anna.get(address("deactivate", activation)))


def test_quota_is_shown_before_the_click(browser_of_anna: Client, anna: Customer) -> None:
    one = license_with_quota(anna).activations.earliest("pk")
    assert "1 of 1 deactivations within 30 days is left." in words(browser_of_anna.get(address("deactivate", one)))


def test_without_a_quota_none_is_shown(browser_of_anna: Client, laptop: Activation) -> None:
    assert "within" not in words(browser_of_anna.get(address("deactivate", laptop)))


def test_used_up_quota_says_when_the_next_one_comes_back_and_whom_to_ask(
    browser_of_anna: Client, anna: Customer
) -> None:
    one, two = license_with_quota(anna).activations.order_by("pk")
    browser_of_anna.post(address("deactivate", one))
    for page in (
        browser_of_anna.get(address("deactivate", two)),
        browser_of_anna.post(address("deactivate", two)),
    ):
        assert page.status_code == 200
        assert "No deactivation is left: 1 of 1 were used within 30 days." in words(page)
        assert "9 Apr 2026" in words(page)
        assert "https://vendor.example/buy" in links(page)
        assert any(link.startswith("mailto:") for link in links(page))
        assert "<button" not in page.content.decode().partition("<main")[2].partition("</main>")[0]
    assert is_in_use(two)


def test_quota_that_has_come_back_can_be_used(browser_of_anna: Client, anna: Customer, clock: Clock) -> None:
    one, two = license_with_quota(anna).activations.order_by("pk")
    browser_of_anna.post(address("deactivate", one))
    clock.pass_by(30 * DAY)
    browser_of_anna.force_login(anna.user)
    assert browser_of_anna.post(address("deactivate", two)).status_code == 302
    assert not is_in_use(two)


def test_staff_are_shown_no_quota_and_need_none(client: Client, anna: Customer) -> None:
    one, two = license_with_quota(anna).activations.order_by("pk")
    client.force_login(make_staff("Stella Berg", "view", "change"))
    for activation in (one, two):
        assert "within 30 days" not in words(client.get(address("deactivate", activation)))
        assert client.post(address("deactivate", activation)).status_code == 302
    assert not Activation.objects.filter(counts_for_quota=True).exists()


def test_within_an_hour_the_license_page_offers_to_undo_and_that_costs_nothing(
    browser_of_anna: Client, anna: Customer, clock: Clock
) -> None:
    license = license_with_quota(anna)
    one = license.activations.earliest("pk")
    browser_of_anna.post(address("deactivate", one))
    clock.pass_by(HOUR / 2)
    page = browser_of_anna.get(address("detail", license))
    assert "Undo deactivating ONE" in words(page)
    assert fields(page)["computer_id"] == "ID-ONE"
    browser_of_anna.post(address("activate", license), {"computer_id": "ID-ONE", "computer_name": "ONE"})
    assert "1 of 1 deactivations within 30 days is left." in words(browser_of_anna.get(address("detail", license)))


def test_after_an_hour_nothing_is_left_to_undo(browser_of_anna: Client, anna: Customer, clock: Clock) -> None:
    license = license_with_quota(anna)
    browser_of_anna.post(address("deactivate", license.activations.earliest("pk")))
    clock.pass_by(HOUR)
    page = words(browser_of_anna.get(address("detail", license)))
    assert "Undo" not in page
    assert "0 of 1 deactivations within 30 days are left." in page
