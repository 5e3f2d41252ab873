"""Who a provider's identity is: matched by a proved address, linked once, then decided by its subject (section 7)."""

import re
from http import HTTPStatus

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import SESSION_KEY
from django.test import Client
from pytest_django import Settings

from accounts.delivery import deliver_due
from accounts.mail import waiting
from accounts.models import AuditEvent, Mail, User
from accounts.people import create_person
from organizations.models import Customer, Organization, OrganizationDomain, OrganizationTenant
from qlmportal.mail import mail_server as parse
from tests.accounts.provider_answers import Answers
from tests.accounts.test_id_tokens import signed
from tests.platform.page import PASSWORD, Page
from tests.platform.test_mailed_code import CODE, CONFIRM
from tests.platform.test_providers import (
    TENANT,
    come_back,
    leave,
    let_facebook_say,
    let_google_say,
    let_microsoft_say,
    of_google,
    of_microsoft,
)
from tests.platform.test_signing_in import answer_without_tokens, sign_in
from tests.support.mail_server import running_mail_server


def with_google(client: Client, answers: Answers, process: str = "login", **told: object) -> Page:
    """Sign in with Google, which tells `told`; return where that leads."""
    asked = leave(client, "google", process=process)
    let_google_say(answers, signed(of_google(asked["nonce"], **told)))
    return come_back(client, "google", state=asked["state"])


def with_microsoft(client: Client, answers: Answers, process: str = "login", **told: object) -> Page:
    asked = leave(client, "azure", process=process)
    let_microsoft_say(answers, signed(of_microsoft(asked["nonce"], **told)))
    return come_back(client, "azure", state=asked["state"])


def with_facebook(client: Client, answers: Answers, **told: object) -> Page:
    let_facebook_say(answers, {"id": "f-1", "name": "Anna", **told})
    return come_back(client, "facebook", state=leave(client, "facebook")["state"])


def is_signed_in(client: Client) -> bool:
    return SESSION_KEY in client.session


def links() -> set[tuple[str, str, str]]:
    return set(SocialAccount.objects.values_list("user__email", "provider", "uid"))


def mailed(settings: Settings) -> str:
    """Let the worker send what waits; return all of it."""
    with running_mail_server() as server:
        settings.PORTAL_MAIL_SERVER = parse(server.address)
        deliver_due()
        return "".join(server.texts).replace("\r", "")


def code_in(mails: str) -> str:
    found = CODE.search(mails)
    return found[1] if found else ""


def waits_for_code(client: Client, answer: Page) -> bool:
    return answer.status_code == HTTPStatus.FOUND and answer["Location"] == CONFIRM and not is_signed_in(client)


@pytest.fixture
def gmail(db: None) -> User:
    """Return a person whose address is one of Google's own."""
    return create_person("anna@gmail.com", "Anna Private", password=PASSWORD)


# the provider vouches


def test_google_vouches_for_its_own_addresses_and_links_by_the_subject(
    client: Client, gmail: User, answers: Answers, settings: Settings
) -> None:
    with_google(client, answers)
    assert is_signed_in(client)
    assert links() == {("anna@gmail.com", "google", "g-1")}
    mails = mailed(settings)
    assert "a Google account signs anna@gmail.com in" in " ".join(mails.split())
    assert "This was not me" in mails
    assert AuditEvent.objects.get(action="signed_in").details == {"ways": ["google"]}


def test_afterwards_the_subject_decides_and_not_the_address(
    client: Client, gmail: User, anna: User, answers: Answers
) -> None:
    with_google(client, answers)
    for told in ({"email": anna.email}, {"email": "other@gmail.com"}, {"email": None}, {"email_verified": "false"}):
        later = Client()
        with_google(later, answers, **told)
        assert later.session[SESSION_KEY] == str(gmail.pk)
    assert links() == {("anna@gmail.com", "google", "g-1")}


def test_google_vouches_for_a_workspace_only_where_it_is_the_domains_own(
    client: Client, anna: User, answers: Answers
) -> None:
    assert waits_for_code(client, with_google(client, answers, email=anna.email, hd="evil.example"))
    assert links() == set()
    with_google(client, answers, email=anna.email, hd="acme.example")
    assert links() == {(anna.email, "google", "g-1")}


@pytest.mark.parametrize("claim", ["false", "true", 1, None, False])
def test_verified_as_anything_but_true_is_not_verified(
    client: Client, gmail: User, answers: Answers, claim: object
) -> None:
    assert waits_for_code(client, with_google(client, answers, email_verified=claim))
    assert links() == set()


def test_microsoft_vouches_where_the_domains_owner_is_verified(client: Client, anna: User, answers: Answers) -> None:
    with_microsoft(client, answers, email=anna.email, xms_edov=True)
    assert is_signed_in(client)
    assert len(links()) == 1


def test_tenant_that_staff_entered_vouches_for_the_members_of_that_organization_alone(
    client: Client, anna: User, answers: Answers
) -> None:
    acme, globex = (Organization.objects.create(name=name) for name in ("Acme", "Globex"))
    customer = Customer.objects.create(user=anna, organization=globex)
    OrganizationTenant.objects.create(organization=acme, tenant_id=TENANT)
    assert waits_for_code(client, with_microsoft(client, answers, xms_edov=None))
    Customer.objects.filter(pk=customer.pk).update(organization=acme)
    OrganizationDomain.objects.create(organization=acme, domain="another.example")
    assert waits_for_code(client, with_microsoft(client, answers, xms_edov=None))
    OrganizationDomain.objects.create(organization=acme, domain="acme.example")
    with_microsoft(client, answers, xms_edov=None)
    assert is_signed_in(client)


# nobody vouches


def test_foreign_tenant_that_claims_somebody_elses_address_gets_a_code_page_and_the_owner_the_code(
    client: Client, anna: User, answers: Answers, settings: Settings
) -> None:
    assert waits_for_code(client, with_microsoft(client, answers, xms_edov=None))
    with running_mail_server() as server:
        settings.PORTAL_MAIL_SERVER = parse(server.address)
        deliver_due()
        assert server.recipients == [anna.email]
        assert "signed in at http://127.0.0.1:8000 with Microsoft" in " ".join(server.texts[0].split())
    for _ in range(5):
        client.post(CONFIRM, {"code": "BBBB-BBBB"})
    assert not is_signed_in(client)
    assert links() == set()


def test_owner_of_the_address_types_the_code_and_is_linked(
    client: Client, anna: User, answers: Answers, settings: Settings
) -> None:
    with_microsoft(client, answers, xms_edov=None)
    client.post(CONFIRM, {"code": code_in(mailed(settings))})
    assert is_signed_in(client)
    assert len(links()) == 1
    assert AuditEvent.objects.get(action="signed_in").details == {"ways": ["code"]}
    later = Client()
    with_microsoft(later, answers, xms_edov=None)
    assert is_signed_in(later)


def test_facebook_never_vouches(client: Client, anna: User, answers: Answers, settings: Settings) -> None:
    assert waits_for_code(client, with_facebook(client, answers, email=anna.email, verified=True, is_proved=True))
    client.post(CONFIRM, {"code": code_in(mailed(settings))})
    assert links() == {(anna.email, "facebook", "f-1")}


def test_unknown_staff_and_inactive_addresses_get_the_same_page_and_no_mail(
    anna: User, staff: User, answers: Answers, settings: Settings
) -> None:
    off = create_person("off@acme.example", "Off")
    User.objects.filter(pk=off.pk).update(is_active=False)
    pages = set()
    for address in (anna.email, "nobody@acme.example", staff.email, off.email):
        client = Client()
        assert waits_for_code(client, with_facebook(client, answers, email=address))
        pages.add(answer_without_tokens(client.get(CONFIRM)).replace(address, "X"))
        code = code_in(mailed(settings))
        assert bool(code) == (address == anna.email)
        assert client.post(CONFIRM, {"code": "BBBB-BBBB"}).status_code == HTTPStatus.OK
    assert len(pages) == 1
    assert links() == set()


def test_proved_and_unknown_address_is_told_so(client: Client, db: None, answers: Answers) -> None:
    page = with_google(client, answers)
    assert page.status_code == HTTPStatus.FORBIDDEN
    assert "Google says that “anna@gmail.com” is yours" in page.content.decode()
    assert not User.objects.exists()


def test_staff_are_never_matched_even_when_the_provider_vouches(client: Client, staff: User, answers: Answers) -> None:
    page = with_google(client, answers, email=staff.email, hd="vendor.example")
    assert page.status_code == HTTPStatus.FORBIDDEN
    assert not is_signed_in(client)
    assert links() == set()


def test_second_identity_at_the_same_provider_always_needs_a_code(
    client: Client, gmail: User, answers: Answers, settings: Settings
) -> None:
    with_google(client, answers)
    other = Client()
    assert waits_for_code(other, with_google(other, answers, sub="g-2"))
    other.post(CONFIRM, {"code": code_in(mailed(settings))})
    assert links() == {("anna@gmail.com", "google", "g-1"), ("anna@gmail.com", "google", "g-2")}


@pytest.mark.parametrize(
    "address", ["", "ann\u0430@gmail.com", "anna@gm\u0430il.com, anna@gmail.com", '"anna"@gmail.com']
)
def test_without_a_usable_address_the_page_asks_for_one_and_mails_a_code(
    client: Client, gmail: User, answers: Answers, settings: Settings, address: str
) -> None:
    answer = with_google(client, answers, email=address)
    assert answer["Location"] == "/accounts/identity/address/"
    page = client.post("/accounts/identity/address/", {"email": "anna@gmail.com"})
    assert waits_for_code(client, page)
    client.post(CONFIRM, {"code": code_in(mailed(settings))})
    assert links() == {("anna@gmail.com", "google", "g-1")}


def test_look_alike_domain_is_another_address(client: Client, gmail: User, answers: Answers) -> None:
    page = with_google(client, answers, email="anna@gm\u0430il.com")
    assert not is_signed_in(client)
    assert page.status_code == HTTPStatus.FOUND
    assert links() == set()


def test_proving_by_code_is_slowed_down_per_address(anna: User, answers: Answers) -> None:
    statuses = [with_facebook(Client(), answers, email=anna.email).status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]


# who is signed in links, too


def test_who_is_signed_in_connects_an_identity_of_another_address(
    client: Client, staff: User, answers: Answers, settings: Settings
) -> None:
    sign_in(client, staff.email)
    with_google(client, answers, process="connect", email="sam@gmail.com")
    assert links() == {(staff.email, "google", "g-1")}
    later = Client()
    with_google(later, answers, email="sam@gmail.com")
    assert later.session[SESSION_KEY] == str(staff.pk)


def test_identity_of_somebody_else_is_not_connected(client: Client, gmail: User, anna: User, answers: Answers) -> None:
    with_google(Client(), answers)
    sign_in(client, anna.email)
    answer = with_google(client, answers, process="connect")
    assert "signs somebody else in here" in client.get(answer["Location"]).content.decode()
    assert links() == {("anna@gmail.com", "google", "g-1")}


def test_person_switched_off_stays_out_though_linked(client: Client, gmail: User, answers: Answers) -> None:
    with_google(Client(), answers)
    User.objects.update(is_active=False)
    assert with_google(client, answers).status_code == HTTPStatus.FORBIDDEN
    assert not is_signed_in(client)


def test_identity_linked_elsewhere_meanwhile_is_not_linked_twice(
    client: Client, anna: User, gmail: User, answers: Answers, settings: Settings
) -> None:
    with_facebook(client, answers, email=anna.email)
    SocialAccount.objects.create(user=gmail, provider="facebook", uid="f-1")
    client.post(CONFIRM, {"code": code_in(mailed(settings))})
    assert links() == {("anna@gmail.com", "facebook", "f-1")}


def test_nothing_secret_is_left_behind(client: Client, anna: User, answers: Answers, settings: Settings) -> None:
    with_facebook(client, answers, email=anna.email)
    assert waiting().count() == 1
    code = code_in(mailed(settings))
    left = str(list(AuditEvent.objects.values())) + str(list(Mail.objects.values()))
    assert not re.search(rf"SECRET|{code}", left)
