"""Staff who enter Django's admin, each in a browser of their own."""

import pytest
from django.test import Client

from accounts.models import User
from tests.admin.pages import client_of
from tests.cast import make_person, make_staff


@pytest.fixture
def superuser(db: None) -> User:
    return make_person("Stella Berg", is_staff=True, is_superuser=True)


@pytest.fixture
def everything(superuser: User) -> Client:
    """The browser of a superuser."""
    return client_of(superuser)


@pytest.fixture
def looking(db: None) -> Client:
    """The browser of somebody who may see everything and change nothing."""
    return client_of(make_staff("Vic View", "view"))


@pytest.fixture
def nothing(db: None) -> Client:
    """The browser of somebody who is staff and may do nothing."""
    return client_of(make_staff("Stan Bare"))
