"""Staff renew licenses and give them to user groups, several at once, without a group's limits."""

import pytest
from django.test import Client
from django.urls import reverse

from licenses.models import License, LicenseModel
from licenses.terms import today
from organizations.models import UserGroup
from tests.cast import make_group, make_license, make_staff
from tests.licenses.reselling import in_days

pytestmark = pytest.mark.django_db
LIST = "admin:licenses_license_changelist"


@pytest.fixture
def stella(client: Client) -> Client:
    client.force_login(make_staff("Stella Berg", "view", "change"))
    return client


def act(client: Client, action: str, licenses: list[License], **fields: str) -> str:
    """Choose an action for these licenses and confirm it; return what is said then."""
    data = {"action": action, "_selected_action": [str(each.pk) for each in licenses], "confirmed": "yes", **fields}
    return client.post(reverse(LIST), data, follow=True).content.decode()


def test_staff_renew_several_beyond_the_limits_of_their_group(stella: Client) -> None:
    group = make_group()
    UserGroup.objects.filter(pk=group.pk).update(latest_expiry_on=today())
    licenses = [
        make_license(user_group=group, license_model=LicenseModel.SUBSCRIPTION, expires_on=in_days(5))
        for _number in range(2)
    ]
    page = act(stella, "renew", licenses, expires_on=in_days(400).isoformat())
    assert page.count("is renewed.") == 2
    assert set(License.objects.values_list("expires_on", flat=True)) == {in_days(400)}


def test_staff_are_told_what_cannot_be_renewed(stella: Client) -> None:
    license = make_license(license_model=LicenseModel.SUBSCRIPTION, expires_on=in_days(5))
    assert "Renewing sets a later date than" in act(stella, "renew", [license], expires_on=in_days(4).isoformat())


def test_staff_give_licenses_to_a_group_and_take_them_back(stella: Client) -> None:
    north, license = make_group(name="North"), make_license()
    assert "is given to the user group." in act(stella, "give_to_group", [license], user_group=str(north.pk))
    assert License.objects.get().user_group == north
    assert "already" in act(stella, "give_to_group", [license], user_group=str(north.pk))
    act(stella, "give_to_group", [license], user_group="")
    assert License.objects.get().user_group is None
    north.refresh_from_db()
    assert north.issued == 0
