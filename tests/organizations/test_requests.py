"""Every request knows who asks, speaks their language in their time zone, and shows what they can use."""

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from organizations.models import UserGroup
from organizations.viewer import Viewer
from tests.cast import make_customer, make_group, make_license, make_member, make_person, make_staff


@pytest.fixture
def anna(db: None) -> User:
    return make_customer("Anna Acme").user


def test_page_knows_who_asks(client: Client, anna: User) -> None:
    client.force_login(anna)
    viewer = client.get("/licenses/").context["viewer"]
    assert isinstance(viewer, Viewer)
    assert viewer.user == anna


def test_page_for_anybody_knows_nobody(client: Client, db: None) -> None:
    assert client.get("/accounts/login/").context["viewer"] is None


def test_person_who_is_switched_off_is_out_with_the_next_click(client: Client, anna: User) -> None:
    client.force_login(anna)
    assert client.get("/licenses/").status_code == 200
    User.objects.filter(pk=anna.pk).update(is_active=False)
    answer = client.get("/licenses/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/licenses/")


def test_group_that_is_switched_off_shows_nothing_with_the_next_click(client: Client, db: None) -> None:
    north = make_group(name="North")
    license = make_license(user_group=north)
    client.force_login(make_member(north))
    assert client.get(license.get_absolute_url()).status_code == 200
    UserGroup.objects.filter(pk=north.pk).update(is_active=False)
    assert client.get(license.get_absolute_url()).status_code == 404


def test_people_of_a_group_that_is_switched_off_read_why(client: Client, db: None) -> None:
    client.force_login(make_member(make_group(name="North", is_active=False)))
    assert client.get("/licenses/").context["switched_off_group"] == "North"
    assert "North" in client.get("/licenses/").content.decode()


def test_moments_are_in_the_persons_time_zone(client: Client, anna: User) -> None:
    license = make_license(customer=anna.customer, computers=("ANNAS-LAPTOP",))
    client.force_login(anna)
    in_utc = client.get(license.get_absolute_url()).content.decode()
    User.objects.filter(pk=anna.pk).update(time_zone="Pacific/Kiritimati")
    in_kiritimati = client.get(license.get_absolute_url()).content.decode()
    assert "+00:00" in in_utc
    assert "+14:00" in in_kiritimati


def test_language_and_time_zone_end_with_the_request(client: Client, anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(time_zone="Asia/Tokyo")
    client.force_login(anna)
    before = translation.get_language(), timezone.get_current_timezone_name()
    client.get("/licenses/")
    assert (translation.get_language(), timezone.get_current_timezone_name()) == before


FOR_ALL = ["Overview", "Licenses", "Computers", "Activity"]


@pytest.mark.parametrize(
    ("kind", "entries"),
    [
        ("nobody", FOR_ALL),
        ("customer", FOR_ALL),
        ("member", [*FOR_ALL, "Customers", "Organizations", "North"]),
        ("staff", [*FOR_ALL, "Administration"]),
    ],
)
def test_navigation_has_what_this_person_can_use(client: Client, db: None, kind: str, entries: list[str]) -> None:
    people = {
        "nobody": make_person(),
        "customer": make_customer().user,
        "member": make_member(make_group(name="North")),
        "staff": make_staff("Stan Bare"),
    }
    client.force_login(people[kind])
    navigation = client.get("/licenses/").context["navigation"]
    assert [entry.label for entry in navigation] == entries
    assert [entry.label for entry in navigation if entry.is_current] == ["Licenses"]
    assert [client.get(entry.url).status_code for entry in navigation] == [200] * len(entries)
