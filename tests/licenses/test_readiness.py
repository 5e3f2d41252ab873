"""What the readiness report finds, as a page for staff and as a command with an exit status."""

from io import StringIO
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from licenses.models import License
from licenses.readiness import report
from organizations.models import Organization, OrganizationDomain
from tests.cast import (
    make_contact,
    make_customer,
    make_license,
    make_organization,
    make_person,
    make_staff,
    name_contact,
)


@pytest.fixture(autouse=True)
def _ready(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with settings in which all is well, whatever the database of the tests."""
    settings.PORTAL_URL, settings.PORTAL_SECOND_STEP_FOR = "https://portal.example.com", frozenset({"staff"})
    monkeypatch.setattr("licenses.readiness.connection", SimpleNamespace(vendor="postgresql"))


def found() -> dict[str, tuple[bool, list[str]]]:
    return {each.what: (each.is_danger, [row.label for row in each.rows]) for each in report()}


def test_nothing_is_found_where_all_is_well(db: None) -> None:
    acme = make_organization("Acme")
    paula = make_contact(acme, "Paula Brandt")
    make_license(customer=paula, organization=acme)
    make_license(customer=make_customer())
    assert found() == {}


def test_contact_from_outside_is_a_danger_unless_staff_gave_a_reason(db: None) -> None:
    acme = make_organization("Acme")
    name_contact(acme, make_customer("Hal Holding"))
    assert found() == {"Contacts from outside of their organization": (True, ["Acme"])}
    Organization.objects.update(outside_reason="The holding manages it.")
    assert found() == {"Contacts from outside of their organization": (False, ["Acme"])}


def test_organization_with_users_and_without_a_primary_contact(db: None) -> None:
    make_organization("Empty")
    make_customer(organization=make_organization("Acme"))
    assert found() == {"Organizations with users and without a primary contact": (True, ["Acme"])}


def test_user_with_an_address_outside_of_the_domains(db: None) -> None:
    acme, other = make_organization("Acme"), make_organization("Without domains")
    make_contact(other)
    OrganizationDomain.objects.create(organization=acme, domain="people.example")
    name_contact(acme, make_customer("Paula Brandt", organization=acme))
    assert found() == {}
    mira = make_customer("Mira Lindholm", organization=acme, email="mira@sub.people.example")
    assert found() == {"Users with an address outside of their organization’s domains": (True, [str(mira)])}


def test_license_whose_customer_belongs_elsewhere(db: None) -> None:
    acme, globex = make_organization("Acme"), make_organization("Globex")
    paula, greta = make_contact(acme), make_contact(globex)
    license = make_license(customer=paula, organization=acme)
    License.objects.update(customer=greta)
    assert found() == {"Licenses whose customer belongs to another organization": (True, [str(license)])}
    License.objects.update(organization=None)
    assert found() == {"Licenses without organization whose customer belongs to one": (False, [str(license)])}


def test_staff_without_a_second_step(db: None) -> None:
    stella = make_staff("Stella Berg")
    assert found() == {"Staff without a second step": (True, [stella.email])}
    Authenticator.objects.create(user=stella, type=Authenticator.Type.TOTP, data={})
    assert found() == {}
    User.objects.update(is_active=False)
    assert found() == {}


def test_missing_settings(db: None, settings: Settings) -> None:
    settings.PORTAL_URL, settings.PORTAL_SUPPORT_ADDRESS = "http://127.0.0.1:8000", ""
    settings.PORTAL_MAIL_SERVER, settings.PORTAL_SECOND_STEP_FOR = None, frozenset()
    [(is_danger, rows)] = found().values()
    assert is_danger
    assert [row.split(" ")[0] for row in rows] == [
        "PORTAL_URL",
        "EMAIL_URL",
        "PORTAL_SUPPORT_ADDRESS",
        "PORTAL_SECOND_STEP_FOR",
    ]


def test_command_ends_with_an_error_when_there_is_a_danger(db: None) -> None:
    output = StringIO()
    call_command("readiness", stdout=output)
    assert output.getvalue().strip() == "No danger found."
    make_staff("Stella Berg")
    with pytest.raises(CommandError, match="1 danger found"):
        call_command("readiness", stdout=output)
    assert "Danger: Staff without a second step (1)." in output.getvalue()


def test_page_is_for_staff_who_may_see_all_of_it(client: Client, db: None, settings: Settings) -> None:
    settings.PORTAL_SECOND_STEP_FOR = frozenset()
    for person, status in ((make_person(), 404), (make_staff("Vic View"), 403)):
        client.force_login(person)
        assert client.get("/admin/readiness/").status_code == status
    client.force_login(make_staff("Stella", "view"))
    answer = client.get("/admin/readiness/")
    assert answer.status_code == 200
    assert "Staff without a second step (2)" in answer.content.decode()
    assert "Readiness report" in client.get("/admin/").content.decode()


def test_many_rows_are_counted_and_the_first_named(db: None) -> None:
    for number in range(23):
        make_staff(f"Staff {number}")
    [finding] = report()
    assert (finding.number, len(finding.rows), finding.more) == (23, 20, 3)
