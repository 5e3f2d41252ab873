"""People and small tools for the tests of the platform: settings, middleware, signing in."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import demo
from accounts.models import User
from accounts.people import create_person
from tests.platform.page import PASSWORD


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Forget the demo mark that one test's database had before the next test asks."""
    demo.forget()
    yield
    demo.forget()


@pytest.fixture
def anna(db: None) -> User:
    """Return a person who can sign in and is nothing else."""
    cache.clear()
    return create_person("anna@acme.example", "Anna Acme", password=PASSWORD)


@pytest.fixture
def staff(db: None) -> User:
    """Return one of the vendor's people, with every right."""
    return create_person("staff@vendor.example", "Sam Staff", password=PASSWORD, is_staff=True, is_superuser=True)


@pytest.fixture
def signed_in(client: Client, anna: User) -> Client:
    """Return a browser in which Anna is signed in."""
    client.force_login(anna)
    return client
