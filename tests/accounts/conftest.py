"""A mail server, and a portal that uses it."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts import demo
from qlmportal.mail import mail_server as parse
from tests.accounts.provider_answers import Answers, answers_instead_of
from tests.support.mail_server import MailServer, running_mail_server


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """A real mail server on this machine, which the portal's worker sends to."""
    with running_mail_server() as server:
        settings.PORTAL_MAIL_SERVER = parse(server.address)
        yield server


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Forget the demo mark that one test's database had before the next test asks."""
    demo.forget()
    yield
    demo.forget()


@pytest.fixture
def answers(db: None, monkeypatch: pytest.MonkeyPatch) -> Answers:
    """What providers answer with, instead of the network."""
    return answers_instead_of(monkeypatch)
