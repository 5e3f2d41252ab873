"""Acme, with its primary contact and a plain member."""

import pytest

from organizations.models import Customer, Organization
from tests.cast import make_contact, make_customer, make_organization


@pytest.fixture
def acme(db: None) -> Organization:
    return make_organization("Acme")


@pytest.fixture
def paula(acme: Organization) -> Customer:
    """Acme's primary contact."""
    return make_contact(acme, "Paula Brandt")


@pytest.fixture
def mira(acme: Organization) -> Customer:
    """A plain member of Acme."""
    return make_customer("Mira Lindholm", organization=acme)
