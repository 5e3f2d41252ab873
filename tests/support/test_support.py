"""What the tests stand on: real servers on the test's own database, a browser, Node, tables that are emptied."""

from http import HTTPStatus

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from playwright.sync_api import Page

from accounts import audit
from accounts.models import AuditEvent, User
from accounts.people import create_person
from tests.identity_provider.identities import IDENTITIES, ROLES
from tests.identity_provider.portal import callback_urls
from tests.support.node import Node
from tests.support.portal_server import PortalServer
from tests.support.visitor import at_once

PASSWORD = "a sentence nobody guesses"


def test_server_sees_what_the_test_wrote_and_lets_people_in(portal_server: PortalServer) -> None:
    anna = create_person("anna@acme.example", "Anna Acme", password=PASSWORD)
    assert portal_server.visitor().get("/licenses/").status == HTTPStatus.FOUND
    assert portal_server.visitor(anna).get("/licenses/").status == HTTPStatus.OK
    visitor = portal_server.visitor()
    assert visitor.sign_in_with("anna@acme.example", PASSWORD).location == "/"
    assert visitor.get("/licenses/").status == HTTPStatus.OK


def test_server_answers_many_visitors_at_once(portal_server: PortalServer) -> None:
    anna = portal_server.visitor(create_person("anna@acme.example", "Anna Acme"))
    answers = at_once(*[lambda: anna.get("/licenses/")] * 20)
    assert [answer.status for answer in answers] == [HTTPStatus.OK] * 20


def test_browser_opens_a_page_of_the_server(portal_server: PortalServer, page: Page) -> None:
    page.goto(portal_server.url)
    assert page.url == f"{portal_server.url}/accounts/login/?next=/"


def test_node_finds_the_locked_packages(node: Node) -> None:
    finished = node.run("import * as jose from 'jose'; console.log(typeof jose.compactVerify)")
    assert finished.stdout == "function\n", finished.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_identity_provider_knows_a_local_portal_by_each_of_its_names(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("PORTAL_URL", f"http://{host}:8001")
    ends = "/accounts/google/login/callback/"
    names = ("127.0.0.1", "localhost", "[::1]")
    assert set(callback_urls("google")) == {f"http://{name}:8001{ends}" for name in names}


def test_identity_provider_knows_another_portal_by_its_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_URL", "https://portal.example.com")
    assert callback_urls("microsoft") == ["https://portal.example.com/accounts/azure/login/callback/"]


@pytest.mark.parametrize("role", ROLES)
def test_accounts_at_the_identity_provider_can_be_told_apart(role: str) -> None:
    lines = [(each.claims["name"], each.address, each.meaning) for each in IDENTITIES[role]]
    assert len(set(lines)) == len(lines)


@pytest.mark.django_db(transaction=True)
def test_emptying_the_tables_leaves_the_audit_trail_protected() -> None:
    anna = create_person("anna@acme.example", "Anna Acme")
    audit.record(audit.SYSTEM, "person_created", anna)
    call_command("flush", interactive=False)
    assert not AuditEvent.objects.exists()
    assert not User.objects.exists()
    audit.record(audit.SYSTEM, "person_created", create_person("anna@acme.example", "Anna Acme"))
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        AuditEvent.objects.all().delete()
