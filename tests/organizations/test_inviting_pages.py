"""Inviting to an organization and answering the invitation, as its people use the pages."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.mail import waiting
from accounts.models import User
from licenses.models import License
from organizations.models import Customer, Invitation, Organization, OrganizationDomain
from tests.cast import make_contact, make_customer, make_license, make_organization
from tests.organizations.pages import invited, mailed_link, signed_in, text_of, url

# inviting


def test_known_and_unknown_addresses_get_the_same_words(paula: Customer, acme: Organization) -> None:
    known = make_contact(make_organization("Globex"), "Greta Novak")
    pages = [
        text_of(signed_in(paula), url(acme, "users/add/"), full_name="New", email=address).replace(address, "X")
        for address in ("nina@new.example", known.user.email)
    ]
    assert "A mail that invites X is on its way." in pages[0]
    assert "A mail that invites X is on its way." in pages[1]
    assert Customer.objects.filter(pk=known.pk, organization__name="Globex").exists()


def test_address_outside_of_the_domains_is_confirmed_a_second_time(paula: Customer, acme: Organization) -> None:
    OrganizationDomain.objects.create(organization=acme, domain="acme.example")
    client, form = signed_in(paula), {"full_name": "Nina", "email": "nina@new.example"}
    page = text_of(client, url(acme, "users/add/"), **form)
    assert "outside of the mail domains of this organization (acme.example)" in page
    assert not Invitation.objects.exists()
    assert "is on its way" in text_of(client, url(acme, "users/add/"), **form, is_outside_meant="on")


def test_list_shows_what_happens_to_each_line_and_then_invites(
    paula: Customer, mira: Customer, acme: Organization
) -> None:
    client = signed_in(paula)
    lines = f"Nina New, nina@new.example\n{mira.user.email}\nno address\nnina@new.example\nOle Old;ole@new.example"
    page = text_of(client, url(acme, "users/add/many/"), text=lines)
    assert not Invitation.objects.exists()
    for shown in (
        "Invite 2 users",
        "Belongs to the organization already.",
        "There is no address",
        "stands in the list",
    ):
        assert shown in page
    page = text_of(client, url(acme, "users/add/many/"), text=lines, do="invite")
    assert "2 invitations are on their way." in page
    assert {row.full_name for row in Invitation.objects.all()} == {"Nina New", "Ole Old"}


def test_list_says_beforehand_who_is_beyond_the_mails_of_a_day(paula: Customer, acme: Organization) -> None:
    client = signed_in(paula)
    lines = "\n".join(f"new{number}@new.example" for number in range(52))
    page = text_of(client, url(acme, "users/add/many/"), text=lines)
    assert "Invite 50 users" in page
    assert page.count("Beyond the 50 invitation mails of 24 hours; invite them tomorrow.") == 2
    assert "50 invitations are on their way." in text_of(client, url(acme, "users/add/many/"), text=lines, do="invite")


def test_invitation_is_mailed_again_from_the_next_day_on(paula: Customer, acme: Organization) -> None:
    client = signed_in(paula)
    text_of(client, url(acme, "users/add/"), full_name="Nina", email="nina@new.example")
    assert "Mail again" not in text_of(client, url(acme))
    Invitation.objects.update(mailed_at=timezone.now() - timedelta(days=1, minutes=1))
    assert "Mail again" in text_of(client, url(acme))


def test_csv_file_of_ten_thousand_bad_lines_names_each_and_changes_nothing(paula: Customer, acme: Organization) -> None:
    bad = ["no address", "a@b@c", "Nina,nina@", "x" * 300 + ",x@new.example", "Nina\u202e,n@new.example", '"open,quote']
    lines = "\n".join(bad[number % len(bad)] for number in range(10_000))
    file = SimpleUploadedFile("users.csv", lines.encode(), content_type="text/csv")
    answer = signed_in(paula).post(url(acme, "users/add/many/"), {"file": file, "do": "invite"})
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.OK
    assert page.count("Is wrong") == 10_000
    assert "Nobody of these can be invited" in page
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"", "empty"),
        (b"x@y.example\n" * 90_000, "more than 1 MB"),
        (b"\x00", "cannot be read"),
    ],
)
def test_file_that_is_no_list_is_refused_with_what_to_do(
    paula: Customer, acme: Organization, content: bytes, sentence: str
) -> None:
    file = SimpleUploadedFile("users.csv", content, content_type="text/csv")
    assert sentence in signed_in(paula).post(url(acme, "users/add/many/"), {"file": file}).content.decode()


def test_invitation_is_mailed_again_tomorrow_and_withdrawn_at_once(paula: Customer, acme: Organization) -> None:
    client = signed_in(paula)
    text_of(client, url(acme, "users/add/"), full_name="Nina", email="nina@new.example")
    invitation, link = Invitation.objects.get(), mailed_link()
    again = text_of(client, url(acme, f"invitations/{invitation.pk}/resend/"), x="")
    assert "once a day is enough" in again
    page = text_of(client, url(acme, f"invitations/{invitation.pk}/withdraw/"), x="")
    assert "The invitation of Nina is withdrawn." in page
    assert "No invitation waits for an answer." in page
    assert not waiting().exists()
    assert Client().get(link).status_code == HTTPStatus.GONE


# joining


def test_opening_the_link_changes_nothing(paula: Customer) -> None:
    link = invited(paula, "nina@new.example")
    page = text_of(Client(), link)
    assert "Paula Brandt invites nina@new.example to Acme." in page
    assert not User.objects.filter(email="nina@new.example").exists()


def test_unknown_person_accepts_and_proves_the_address_to_sign_in(paula: Customer) -> None:
    client, link = Client(), invited(paula, "nina@new.example")
    answer = client.post(link, {"answer": "accept"})
    assert answer["Location"] == "/accounts/code/confirm/"
    assert Customer.objects.get(user__email="nina@new.example").organization == paula.organization
    assert "_auth_user_id" not in client.session
    assert waiting().filter(to="nina@new.example", context__request="sign_in_code").exists()


def test_known_person_signs_in_first(paula: Customer) -> None:
    sol = make_customer("Sol Herrera")
    link = invited(paula, sol.user.email)
    page = text_of(Client(), link)
    assert "Sign in to answer the invitation" in page
    assert f"/accounts/login/?next={link}" in page
    assert Client().post(link, {"answer": "accept"}).status_code == HTTPStatus.OK
    assert Customer.objects.get(pk=sol.pk).organization is None


def test_somebody_else_cannot_use_the_link(paula: Customer, mira: Customer) -> None:
    link = invited(paula, "nina@new.example")
    for method in ("get", "post"):
        answer = getattr(signed_in(mira), method)(link, {"answer": "accept"})
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert "nina@new.example" not in answer.content.decode()
    assert not User.objects.filter(email="nina@new.example").exists()


def test_person_ticks_what_to_hand_over_and_nothing_is_ticked_before(paula: Customer) -> None:
    sol = make_customer("Sol Herrera")
    kept, handed = make_license(customer=sol), make_license(customer=sol)
    client, link = signed_in(sol), invited(paula, sol.user.email)
    page = text_of(client, link)
    assert page.count('name="licenses"') == 2
    assert "checked" not in page
    text_of(client, link, answer="accept", licenses=[str(handed.pk)])
    assert {each.pk: each.organization_id for each in License.objects.all()} == {
        kept.pk: None,
        handed.pk: paula.organization_id,
    }


def test_declining_changes_nothing_else(paula: Customer) -> None:
    link = invited(paula, "nina@new.example")
    assert "You declined the invitation to Acme" in text_of(Client(), link, answer="decline")
    assert Client().get(link).status_code == HTTPStatus.GONE
    assert not User.objects.filter(email="nina@new.example").exists()
