"""One real portal with the demo data for all tests in a real browser, and people who visit it."""

import io
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.core.management import call_command
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django import DjangoDbBlocker

from accounts import demo
from accounts.audit import SYSTEM
from accounts.demo import DEMO_PASSWORD
from accounts.models import User
from accounts.own_password import give_password
from accounts.people import create_person
from licenses.models import Activation, License, LicenseFile
from tests.browser.holders import make_holder
from tests.browser.people import GIVEN, GIVENS_NAME, NOBODY, NOBODYS_NAME, sign_in_by_session
from tests.browser.providers import forget_everything
from tests.support.browser import PATIENCE_MS
from tests.support.identity_provider import WithProviders, portal_with_providers
from tests.support.portal_server import PortalServer, running_portal

Visit = Callable[..., Page]


@pytest.fixture(scope="package")
def transactional_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo data, people who have nothing, a given password, or many licenses, for all tests of this folder.

    The tables are emptied at the end.

    It stands in place of pytest-django's fixture of this name, which empties them after each test:
    with a server and the demo data for each, these tests would take half an hour. Tests that change
    something take licenses of their own.
    """
    with django_db_blocker.unblock():
        call_command("demo", stdout=io.StringIO())
        create_person(NOBODY, NOBODYS_NAME)
        make_holder()
        give_password(create_person(GIVEN, GIVENS_NAME), DEMO_PASSWORD, SYSTEM)
        yield
        call_command("flush", interactive=False, stdout=io.StringIO())
        demo.forget()


@pytest.fixture(scope="package")
def portal(browser: Browser, transactional_db: None) -> Iterator[PortalServer]:
    """The portal that all tests of this folder visit: gunicorn with the demo data."""
    with running_portal() as server:
        yield server


@pytest.fixture(scope="package")
def failing_portal(portal: PortalServer) -> Iterator[PortalServer]:
    """A second server on the same database, with addresses that fail: for the pages 500 and 503."""
    with running_portal("tests.browser.failing_settings") as server:
        yield server


@pytest.fixture(scope="package")
def with_providers(portal: PortalServer) -> Iterator[WithProviders]:
    """Another server on the same database, whose three buttons lead to a local identity provider."""
    with portal_with_providers() as both:
        yield both


@pytest.fixture
def visit_with(visit: Visit, with_providers: WithProviders) -> Visit:
    """The same as `visit`, at the portal with the three buttons."""
    return partial(visit, server=with_providers.portal)


@pytest.fixture
def forgotten(transactional_db: None) -> Iterator[None]:
    """Afterwards, no account at a provider is linked to anybody, and no mail is there."""
    yield
    forget_everything()


@pytest.fixture(autouse=True)
def computers_as_before(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a visit, the licenses have the computers that they had, so that other tests find activations left."""
    if "visit" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    counted = dict(License.objects.values_list("pk", "activations_in_use"))
    before = {row["id"]: row for row in Activation.objects.values()}
    yield
    with transaction.atomic():
        new = Activation.objects.exclude(pk__in=before)
        LicenseFile.objects.filter(activation__in=new).delete()
        new.delete()
        for row in Activation.objects.values():
            if row != before[row["id"]]:
                Activation.objects.filter(pk=row["id"]).update(**before[row["id"]])
        for pk, number in counted.items():
            License.objects.filter(pk=pk).exclude(activations_in_use=number).update(activations_in_use=number)


@pytest.fixture
def visit(portal: PortalServer, new_context: Callable[..., BrowserContext]) -> Visit:
    """A function that opens a fresh browser window of a person, signed in by a session, or of nobody.

    Other arguments are those of Playwright's `new_context`.
    """

    def visit(person: str = "", *, server: PortalServer = portal, **options: object) -> Page:
        context = new_context(base_url=server.url, **options)
        context.set_default_timeout(PATIENCE_MS)
        if person:
            sign_in_by_session(context, User.objects.get(email=person), server.url)
        return context.new_page()

    return visit
