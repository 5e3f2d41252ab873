"""What user groups type of people and organizations carries no message to strangers by the portal's mail."""

import pytest
from django.test import Client

from accounts.audit import Actor
from accounts.mail import take_out, waiting
from licenses.mailing import mail_licenses
from licenses.models import License, MailTemplate
from organizations.models import Organization, UserGroup
from tests.cast import make_customer, make_license, make_member, make_organization, make_staff
from tests.licenses.pages import words
from tests.licenses.reselling import P, Recipient, actor_of, issue_by, make_reseller

OFFER = "Win a prize at prize.example"
MESSAGES = (OFFER, "Call 0800 123 456 now", "a@b.example", "https://prize.example", "Prize 🎁", "word " * 9)
NAMES = ("Anna Berg", "Zoë O’Neill-Çelik", "Müller & Söhne GmbH", "李小龍", "Dr. A. B. Berg, Jr.")

pytestmark = pytest.mark.django_db


@pytest.fixture
def north() -> UserGroup:
    return make_reseller(P.CREATE, P.EDIT_CUSTOMERS, P.SEND_MAIL, P.MANAGE_ORGANIZATIONS)


@pytest.fixture
def template() -> MailTemplate:
    return MailTemplate.objects.create(name="New", subject="For {customer}", body="Hello {customer} of {licensee}.")


def mailed(template: MailTemplate, license: License) -> str:
    """Return subject and text of the mail about the license, as its group or else the vendor sends it."""
    actor = actor_of(license.user_group) if license.user_group else Actor.vendor(make_staff())
    mail_licenses([license.pk], template, actor)
    mail = waiting().latest("id")
    return f"{mail.subject}\n{take_out(mail)[0]}"


@pytest.mark.parametrize("typed", MESSAGES)
def test_mail_leaves_out_what_a_reseller_typed_instead_of_a_name(
    north: UserGroup, template: MailTemplate, typed: str
) -> None:
    issue_by(north, recipients=(Recipient("anna@buyer.example", typed),), licensee=typed)
    text = mailed(template, License.objects.get())
    assert text.startswith("For customer\n")
    assert "Hello customer of as its page says." in " ".join(text.split())
    assert typed not in text


@pytest.mark.parametrize("name", NAMES)
def test_mail_says_names_as_they_are(north: UserGroup, template: MailTemplate, name: str) -> None:
    issue_by(north, recipients=(Recipient("anna@buyer.example", name),))
    assert f"Hello {name} of {name}." in " ".join(mailed(template, License.objects.get()).split())


def test_vendor_writes_whatever_it_likes(north: UserGroup, template: MailTemplate) -> None:
    license = make_license(customer=make_customer("Team 4711/12"), licensee="prize.example Ltd")
    assert "Hello Team 4711/12 of prize.example Ltd." in " ".join(mailed(template, license).split())


def test_preview_leaves_out_the_same(north: UserGroup, template: MailTemplate, client: Client) -> None:
    issue_by(north, recipients=(Recipient("anna@buyer.example", OFFER),))
    client.force_login(make_member(north))
    page = client.post(f"/licenses/{License.objects.get().pk}/mail/", {"template": str(template.pk)})
    assert "Hello customer of as its page says." in words(page)


@pytest.mark.parametrize("typed", MESSAGES)
def test_organization_of_a_group_is_called_by_a_name(north: UserGroup, client: Client, typed: str) -> None:
    client.force_login(make_member(north))
    page = client.post("/organizations/new/", {"name": typed, "notes": ""})
    assert "so it has to be plainly one" in words(page)
    assert not Organization.objects.exists()
    acme = make_organization("Acme", user_group=north)
    seen = client.get(f"/organizations/{acme.pk}/edit/").context["form"]["seen"].value()
    page = client.post(f"/organizations/{acme.pk}/edit/", {"name": typed, "notes": "", "seen": seen})
    assert "so it has to be plainly one" in words(page)
    assert Organization.objects.get().name == "Acme"


def test_name_that_the_vendor_entered_stays_while_notes_are_edited(north: UserGroup, client: Client) -> None:
    booking = make_organization("Prize.example 4711", user_group=north)
    client.force_login(make_member(north))
    form = client.get(f"/organizations/{booking.pk}/edit/").context["form"]
    sent = {"name": booking.name, "notes": "New", "seen": form["seen"].value()}
    assert client.post(f"/organizations/{booking.pk}/edit/", sent).status_code == 302
    assert Organization.objects.get().notes == "New"
