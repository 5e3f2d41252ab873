"""Anna, her license for three computers, and the time of day, for the tests of licenses."""

from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.audit import Actor
from licenses.models import License, Product
from organizations.models import Customer
from tests.cast import make_customer, make_license, make_product
from tests.licenses.moments import Clock, standing_clock


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The time of day, standing still on 10 March 2026, 15:30 UTC."""
    with standing_clock() as clock:
        yield clock


@pytest.fixture
def anna(db: None, clock: Clock) -> Customer:
    """A customer."""
    return make_customer("Anna Acme", email="anna@acme.example")


@pytest.fixture
def actor(anna: Customer) -> Actor:
    """Anna, doing something."""
    return Actor.person(anna.user)


@pytest.fixture
def product(db: None, clock: Clock) -> Product:
    """A product without a deactivation quota, whose license files end with the license."""
    return make_product("Spectra", buy_more_url="https://vendor.example/buy", renew_url="https://vendor.example/renew")


@pytest.fixture
def license(anna: Customer, product: Product) -> License:
    """Anna's license, for three computers, in use on none."""
    return make_license(customer=anna, product=product)


@pytest.fixture
def browser_of_anna(client: Client, anna: Customer) -> Client:
    """A browser in which Anna is signed in."""
    client.force_login(anna.user)
    return client
