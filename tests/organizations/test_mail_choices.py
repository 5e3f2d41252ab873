"""Who wants mails about releases says so in the profile, or ends them with one click (RFC 8058)."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import AuditEvent, User
from organizations.mail_choices import customer_of, unsubscribe_link, wants_mails
from organizations.models import Customer
from tests.cast import make_contact, make_customer, make_group, make_member, make_organization
from tests.licenses.pages import message_after, words

CHOOSE = reverse("organizations:choose_mails")
PROFILE = reverse("organizations:profile")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def anna(db: None) -> Customer:
    return make_customer("Anna Acme", email="anna@acme.example")


def path_of(customer: Customer) -> str:
    return urlsplit(unsubscribe_link(customer.pk)).path


def wants(customer: Customer) -> str | None:
    return wants_mails(Customer.objects.get(pk=customer.pk).user)


def test_customer_chooses_in_the_profile_and_back(client: Client, anna: Customer) -> None:
    client.force_login(anna.user)
    assert "No mails about releases" in words(client.get(PROFILE))
    answer = client.post(CHOOSE, {"wants": "no"})
    assert message_after(client, answer) == "You get no more mails about releases."
    assert wants(anna) == "no"
    assert "Mails about releases again" in words(client.get(PROFILE))
    client.post(CHOOSE, {"wants": "yes"})
    assert wants(anna) == "yes"


def test_choosing_the_same_again_changes_nothing_and_is_not_written_down(client: Client, anna: Customer) -> None:
    client.force_login(anna.user)
    for _ in range(2):
        client.post(CHOOSE, {"wants": "no"})
    events = AuditEvent.objects.filter(action="profile.edited")
    assert [event.details for event in events] == [{"has_opted_out_of_mail": {"before": False, "after": True}}]


def test_nonsense_is_answered_with_a_sentence(client: Client, anna: Customer) -> None:
    client.force_login(anna.user)
    answer = client.post(CHOOSE, {"wants": "maybe"})
    assert message_after(client, answer) == "Choose whether you want mails about releases or not."
    assert wants(anna) == "yes"


@pytest.mark.parametrize("lacks", ["password", "second step"])
def test_link_works_in_a_browser_where_something_else_has_to_be_done_first(
    client: Client, db: None, settings: Settings, lacks: str
) -> None:
    settings.PORTAL_SECOND_STEP_FOR = frozenset({"contacts"} if lacks == "second step" else ())
    paula = make_contact(make_organization("Acme"), "Paula")
    User.objects.filter(pk=paula.user_id).update(must_change_password=lacks == "password")
    client.force_login(paula.user)
    assert "No more of these mails" in words(client.get(path_of(paula)))
    assert client.post(path_of(paula)).status_code == 200
    assert wants(paula) == "no"


def test_who_is_no_customer_is_told_that_none_come(client: Client, db: None) -> None:
    client.force_login(make_member(make_group()))
    assert "Mail choices" not in words(client.get(PROFILE))
    assert "go to customers only" in message_after(client, client.post(CHOOSE, {"wants": "no"}))


def test_mail_program_ends_the_mails_at_once_without_session_or_token(anna: Customer) -> None:
    program = Client(enforce_csrf_checks=True)
    assert program.post(path_of(anna), ONE_CLICK).status_code == 200
    assert program.post(path_of(anna), ONE_CLICK).status_code == 200
    assert wants(anna) == "no"
    assert AuditEvent.objects.filter(action="profile.edited").count() == 1


def test_opening_the_link_changes_nothing_and_shows_a_button(client: Client, anna: Customer) -> None:
    page = client.get(path_of(anna))
    assert "No more of these mails" in words(page)
    assert wants(anna) == "yes"
    done = client.post(path_of(anna))
    assert "You get no more mails about releases" in words(done)
    assert wants(anna) == "no"


def test_page_says_nothing_about_who_it_is(client: Client, anna: Customer) -> None:
    said = words(client.get(path_of(anna)))
    assert "Anna" not in said
    assert "anna@acme.example" not in said


def test_one_persons_link_is_nobody_elses(anna: Customer) -> None:
    bea = make_customer("Bea")
    Client().post(path_of(anna), ONE_CLICK)
    assert wants(bea) == "yes"


@pytest.mark.parametrize("token", ["nonsense", "a:b:c", "x" * 500, "%F0%9F%98%80"])
def test_link_of_nobody_leads_nowhere(client: Client, db: None, token: str) -> None:
    path = f"/no-more-mails/{token}/"
    assert client.get(path).status_code == 404
    assert client.post(path, ONE_CLICK).status_code == 404
    assert customer_of(token) is None
