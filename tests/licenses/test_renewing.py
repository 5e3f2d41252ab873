"""Renewing sets a later date, once, and an end to nothing that has none (Product rules, sections 1 and 5)."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from licenses.errors import LicenseError, Reason
from licenses.models import License
from licenses.renewing import Renewal, renew, renewed
from organizations.models import UserGroup
from tests.cast import make_license, make_member, make_staff
from tests.licenses.pages import address, words
from tests.licenses.reselling import SUBSCRIPTION, P, actor_of, in_days, make_reseller

pytestmark = pytest.mark.django_db
SELECTED = reverse("licenses:renew_selected")
SEEN = re.compile(r'name="seen" value="([^"]+)"')


@pytest.fixture
def north() -> UserGroup:
    return make_reseller(P.RENEW, P.SET_EXPIRY_DURATION, P.SET_EXPIRY_DATE, default_expiry_days=365)


@pytest.fixture
def nina(client: Client, north: UserGroup) -> Client:
    client.force_login(make_member(north, "Nina Northern"))
    return client


@pytest.fixture
def licenses(north: UserGroup) -> list[License]:
    """Two subscriptions of the group that expire on two days."""
    return [
        make_license(user_group=north, license_model=SUBSCRIPTION, expires_on=in_days(days), licensee=f"L{days}")
        for days in (20, 10)
    ]


def days_of(licenses: list[License]) -> list[object]:
    return [License.objects.get(pk=each.pk).expires_on for each in licenses]


def form_of(client: Client, licenses: list[License], **typed: object) -> dict[str, object]:
    """Return what the page for several licenses sends."""
    chosen = {"license": [str(each.pk) for each in licenses]}
    [seen] = SEEN.findall(client.post(SELECTED, chosen).content.decode())
    return {**chosen, "seen": seen, **typed}


def test_form_for_several_that_is_sent_twice_prolongs_them_once(nina: Client, licenses: list[License]) -> None:
    form = form_of(nina, licenses, expires_after_days="30", do="renew")
    assert nina.post(SELECTED, form).status_code == 302
    again = nina.post(SELECTED, form)
    assert "One of these licenses was changed meanwhile, perhaps by this form." in words(again)
    assert days_of(licenses) == [in_days(50), in_days(40)]


def test_who_looks_at_the_new_dates_renews_once_more(nina: Client, licenses: list[License]) -> None:
    form = form_of(nina, licenses, expires_after_days="30")
    nina.post(SELECTED, {**form, "do": "renew"})
    [seen] = SEEN.findall(nina.post(SELECTED, {**form, "do": "look"}).content.decode())
    assert nina.post(SELECTED, {**form, "seen": seen, "do": "renew"}).status_code == 302
    assert days_of(licenses) == [in_days(80), in_days(70)]


@pytest.mark.parametrize("seen", ["x", "2099-01-01T00:00:00", "9999-99-99", "1"])
def test_mark_that_cannot_be_read_renews_nothing(nina: Client, licenses: list[License], seen: str) -> None:
    form = form_of(nina, licenses, expires_after_days="30", do="renew")
    assert nina.post(SELECTED, {**form, "seen": seen}).status_code == 200
    page = address("renew", licenses[0])
    assert nina.post(page, {"expires_after_days": "30", "seen": seen}).status_code == 200
    assert days_of(licenses) == [in_days(20), in_days(10)]


def test_staff_who_send_a_form_twice_prolong_once(client: Client, licenses: list[License]) -> None:
    client.force_login(make_staff("Stella Berg", "view", "change"))
    page = reverse("admin:licenses_license_changelist")
    asked = {"action": "renew", "_selected_action": [str(each.pk) for each in licenses]}
    [seen] = SEEN.findall(client.post(page, asked).content.decode())
    form = {**asked, "confirmed": "yes", "expires_after_days": "30", "seen": seen}
    client.post(page, form)
    client.post(page, form)
    assert days_of(licenses) == [in_days(50), in_days(40)]


def test_license_without_an_end_gets_none(nina: Client, north: UserGroup, licenses: list[License]) -> None:
    forever = make_license(user_group=north, licensee="Forever")
    with pytest.raises(LicenseError) as refused:
        renew(forever.pk, actor_of(north), Renewal(expires_on=in_days(400)))
    assert refused.value.reason is Reason.NOT_LATER
    form = form_of(nina, [*licenses, forever], expires_on=in_days(400).isoformat(), do="renew")
    assert "this license does not expire" in words(nina.post(SELECTED, form))
    assert days_of([*licenses, forever]) == [in_days(20), in_days(10), None]


def test_updates_of_a_license_without_an_end_are_renewed_all_the_same(north: UserGroup) -> None:
    forever = make_license(user_group=north, maintenance_until=in_days(10))
    after = renewed(forever, Renewal(expires_on=in_days(400), maintenance_until=in_days(400)))
    assert (after.expires_on, after.maintenance_until) == (None, in_days(400))


def test_date_before_the_days_that_begin_with_the_first_activation_is_no_later_one(north: UserGroup) -> None:
    license = make_license(user_group=north, license_model=SUBSCRIPTION, expires_after_days=365)
    with pytest.raises(LicenseError, match="Renewing sets a later date than"):
        renewed(license, Renewal(expires_on=in_days(30)))
    assert renewed(license, Renewal(expires_on=in_days(400))).expires_on == in_days(400)
