"""People and small tools for the tests of the platform: settings, middleware, signing in."""

from collections.abc import Iterator

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from accounts import demo
from accounts.models import User
from accounts.people import create_person
from tests.accounts.provider_answers import Answers, answers_instead_of
from tests.platform.at_providers import OBJECT, TENANT
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


@pytest.fixture
def answers(db: None, monkeypatch: pytest.MonkeyPatch) -> Answers:
    """What providers answer with, instead of the network."""
    return answers_instead_of(monkeypatch)


@pytest.fixture
def known(anna: User) -> User:
    """Return Anna, whom each provider knows and who is linked there."""
    for provider, uid in (("google", "g-1"), ("azure", f"{TENANT}:{OBJECT}"), ("facebook", "f-1")):
        SocialAccount.objects.create(user=anna, provider=provider, uid=uid)
    return anna
