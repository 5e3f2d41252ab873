"""One world for all tests of a file: making it anew for each would take longer than the tests themselves."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.bad_input.places import World, make_world


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One transaction around all tests of a file, in place of pytest-django's fixture of this name.

    Each test undoes what it does to the database itself, as it has to after each single request anyway.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(db: None) -> World:
    """The cast, and somebody who was sent a link to set a first password."""
    return make_world()
