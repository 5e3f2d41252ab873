"""A license that moves from one reseller to another keeps who did what for whom."""

import pytest
from django.test import Client

from accounts.audit import SYSTEM
from accounts.models import User
from licenses.activation import activate
from licenses.issuing import edit
from licenses.models import License
from organizations.access import viewer_for
from organizations.models import Customer
from organizations.privileges import Privilege
from tests.cast import make_customer, make_group, make_license, make_member

EVERYTHING = (Privilege.ACTIVATE, Privilege.DEACTIVATE)


def page_for(user: User, license: License) -> str:
    client = Client()
    client.force_login(user)
    return client.get(license.get_absolute_url()).content.decode()


@pytest.fixture
def customer(db: None) -> Customer:
    return make_customer("Carla Customer")


@pytest.fixture
def moved(customer: Customer) -> License:
    """A license that Nina of North activated, and that South serves now."""
    north = make_group(*EVERYTHING, name="North")
    nina = viewer_for(make_member(north, "Nina Aalto"))
    license = make_license(customer=customer, user_group=north)
    activate(license.pk, nina.actor_on(nina.ways_to(license)), computer_id="ID-1", computer_name="LAPTOP")
    license = License.objects.get(pk=license.pk)
    license.user_group = make_group(*EVERYTHING, name="South")
    return edit(license, SYSTEM)


def test_the_new_reseller_reads_the_old_ones_name_and_nobody_of_theirs(moved: License) -> None:
    assert moved.user_group is not None
    page = page_for(make_member(moved.user_group), moved)
    assert "LAPTOP" in page
    assert "North" in page
    assert "Nina Aalto" not in page


def test_the_customer_reads_who_it_was_then(moved: License, customer: Customer) -> None:
    page = page_for(customer.user, moved)
    assert '<span class="by">North</span>' in page or "by North" in page or ">North<" in page
    assert "Nina Aalto" not in page


def test_colleagues_of_then_are_no_colleagues_by_a_name_alone(moved: License) -> None:
    """A group that takes the name of another one later learns nothing of its people."""
    assert moved.user_group is not None
    type(moved.user_group).objects.filter(name="North").update(name="North of old")
    type(moved.user_group).objects.filter(pk=moved.user_group.pk).update(name="North")
    assert "Nina Aalto" not in page_for(make_member(moved.user_group), moved)
