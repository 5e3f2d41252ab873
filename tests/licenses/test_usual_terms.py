"""What a group's licenses begin with, and are renewed by, never contradicts the group's own limits."""

import pytest
from django.test import Client
from django.urls import reverse

from licenses.models import License, LicenseModel
from tests.cast import make_license, make_member, make_product
from tests.licenses.pages import address, message_after, words
from tests.licenses.reselling import SUBSCRIPTION, TRIAL, P, in_days, issued_by, make_reseller
from tests.licenses.test_order_page import sent

pytestmark = pytest.mark.django_db
MAY = (P.CREATE, P.EDIT_CUSTOMERS, P.RENEW)


@pytest.mark.parametrize("model", [SUBSCRIPTION, TRIAL])
def test_usual_days_end_on_the_latest_day(model: LicenseModel) -> None:
    north = make_reseller(*MAY, default_expiry_days=365, latest_expiry_on=in_days(100))
    license = issued_by(north, license_model=model)
    assert (license.expires_after_days, license.expires_on) == (100, in_days(100))


def test_usual_days_of_a_generic_license_end_on_the_latest_day() -> None:
    north = make_reseller(*MAY, default_expiry_days=365, latest_expiry_on=in_days(100))
    product = make_product(generic_allowed=True, license_file_days=30)
    license = issued_by(north, product=product, license_model=SUBSCRIPTION, is_generic=True)
    assert license.expires_on == in_days(100)


def test_usual_days_of_a_trial_are_within_both_limits() -> None:
    north = make_reseller(*MAY, default_expiry_days=5, shortest_trial_days=14)
    assert issued_by(north, license_model=TRIAL).expires_after_days == 14
    assert issued_by(north, license_model=SUBSCRIPTION).expires_after_days == 5


def test_nobody_is_told_of_a_day_that_they_did_not_ask_for(client: Client) -> None:
    north = make_reseller(*MAY, default_expiry_days=365, latest_expiry_on=in_days(100), shortest_trial_days=14)
    client.force_login(make_member(north))
    page = reverse("licenses:create")
    assert "A trial lasts at least 14 days." in words(client.get(page))
    answer = client.post(page, sent(make_product("Spectra"), license_model="subscription"))
    assert message_after(client, answer) == "1 license is made."


def test_license_is_renewed_as_usual_until_the_latest_day(client: Client) -> None:
    north = make_reseller(*MAY, default_expiry_days=365, latest_expiry_on=in_days(100))
    license = make_license(user_group=north, license_model=SUBSCRIPTION, expires_on=in_days(10), licensee="Mira")
    client.force_login(make_member(north))
    page = client.get(address("renew", license))
    assert "It is renewed by 90 days" in words(page)
    client.post(address("renew", license), {"seen": page.context["form"]["seen"].value()})
    assert License.objects.get().expires_on == in_days(100)
    page = client.get(address("renew", license))
    answer = client.post(address("renew", license), {"seen": page.context["form"]["seen"].value()})
    assert "at the latest" in words(answer), "nothing is left, and the limit is named"
