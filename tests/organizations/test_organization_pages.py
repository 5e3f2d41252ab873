"""An organization's pages, as its people use them: who sees what, inviting, joining, leaving, contacts."""

import re
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.mail import take_out, waiting
from accounts.models import User
from licenses.models import License, ReservedLicense
from organizations.models import Customer, Invitation, Organization, OrganizationDomain
from organizations.privileges import Privilege
from tests.cast import make_contact, make_customer, make_group, make_license, make_member, make_organization, make_staff

LINK = re.compile(r"http://127\.0\.0\.1:8000(/invitations/[\w-]+/)")


@pytest.fixture
def acme(db: None) -> Organization:
    return make_organization("Acme")


@pytest.fixture
def paula(acme: Organization) -> Customer:
    return make_contact(acme, "Paula Brandt")


@pytest.fixture
def mira(acme: Organization) -> Customer:
    return make_customer("Mira Lindholm", organization=acme)


def signed_in(person: Customer | User) -> Client:
    client = Client()
    client.force_login(person.user if isinstance(person, Customer) else person)
    return client


def url(organization: Organization, rest: str = "") -> str:
    return f"/organizations/{organization.pk}/{rest}"


def text_of(client: Client, path: str, **form: object) -> str:
    """Return the page that a form leads to in the end, or the page itself."""
    answer = client.post(path, form, follow=True) if form else client.get(path)
    return answer.content.decode()


def mailed_link() -> str:
    return LINK.findall(take_out(waiting().order_by("-pk")[0])[0])[0]


# who sees what


def test_contact_sees_users_invitations_licenses_and_domains(
    paula: Customer, mira: Customer, acme: Organization
) -> None:
    OrganizationDomain.objects.create(organization=acme, domain="acme.example")
    make_license(organization=acme)
    page = text_of(signed_in(paula), url(acme))
    for shown in (mira.user.email, "Primary contact", "acme.example", "Open invitations", "Invite a user"):
        assert shown in page
    assert f'href="{url(acme)}"' in page


def test_member_sees_name_and_contacts_and_nothing_else(paula: Customer, mira: Customer, acme: Organization) -> None:
    other = make_customer("Olga Other", organization=acme)
    page = text_of(signed_in(mira), url(acme))
    assert "Paula Brandt" in page
    for hidden in (other.user.email, "Olga Other", "Open invitations", "Mail domains", "Invite"):
        assert hidden not in page


def test_organization_does_not_exist_for_strangers(paula: Customer, acme: Organization) -> None:
    for stranger in (make_customer(), make_contact(make_organization()), make_member(make_group(*Privilege))):
        if isinstance(stranger, User):
            stranger.group_member.user_group.privileges = []
            stranger.group_member.user_group.save()
        assert signed_in(stranger).get(url(acme)).status_code == HTTPStatus.NOT_FOUND


def test_member_does_none_of_what_contacts_do_and_reads_who_can(
    paula: Customer, mira: Customer, acme: Organization
) -> None:
    for rest in ("contacts/", "users/add/", "users/add/many/", f"users/{mira.pk}/edit/", f"users/{mira.pk}/leave/"):
        answer = signed_in(mira).get(url(acme, rest))
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert "Paula Brandt" in answer.content.decode()


def test_group_that_manages_organizations_invites_and_sees_only_customers_it_serves(
    paula: Customer, acme: Organization
) -> None:
    north = make_group(Privilege.MANAGE_ORGANIZATIONS, name="North")
    Organization.objects.filter(pk=acme.pk).update(user_group=north)
    served = make_customer("Sara Served", organization=acme, user_group=north)
    page = text_of(signed_in(make_member(north)), url(acme))
    assert served.user.email in page
    assert paula.user.email in page, "contacts are known"
    assert page.count("row-link") == 0, "it may not edit users"
    assert "Invite a user" in page


def test_users_are_searched_by_the_beginning_of_name_or_address(
    paula: Customer, mira: Customer, acme: Organization
) -> None:
    client = signed_in(paula)
    answer = client.post(url(acme, "search/"), {"q": " mira"})
    assert answer["Location"] == url(acme) + "?q=mira"
    page = text_of(client, answer["Location"])
    assert mira.user.email in page
    assert f"<td>{paula.user.email}" not in page
    assert "No user’s name or address begins with “zz”" in text_of(client, url(acme) + "?q=zz")


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
    invitation = Invitation.objects.get()
    again = text_of(client, url(acme, f"invitations/{invitation.pk}/resend/"), x="")
    assert "once a day is enough" in again
    page = text_of(client, url(acme, f"invitations/{invitation.pk}/withdraw/"), x="")
    assert "The invitation of Nina is withdrawn." in page
    assert "No invitation waits for an answer." in page
    assert Client().get(mailed_link()).status_code == HTTPStatus.GONE


# joining


def invited(paula: Customer, address: str) -> str:
    """Invite, and return the path that the mail leads to."""
    text_of(signed_in(paula), url(paula.organization, "users/add/"), full_name="Nina New", email=address)
    return mailed_link()


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


# users


def test_contact_edits_a_user_but_never_the_address(paula: Customer, mira: Customer, acme: Organization) -> None:
    client, path = signed_in(paula), url(acme, f"users/{mira.pk}/edit/")
    seen = re.findall(r'name="seen" value="([^"]+)"', text_of(client, path))[0]
    form = {"full_name": "Mira L.", "phone": "1", "company": "", "address": "", "country": "", "seen": seen}
    assert "Mira L. is saved." in text_of(client, path, **form, email="evil@new.example")
    mira.refresh_from_db()
    assert (mira.user.full_name, mira.phone, mira.user.email) == ("Mira L.", "1", mira.user.email)
    assert "changed elsewhere meanwhile" in text_of(client, path, **{**form, "phone": "2"})


def test_contact_lets_a_user_leave_on_one_page(paula: Customer, mira: Customer, acme: Organization) -> None:
    license = make_license(customer=mira, organization=acme, computers=("PC",))
    client, path = signed_in(paula), url(acme, f"users/{mira.pk}/leave/")
    activation = license.activations.get()
    page = text_of(client, path)
    assert f"give_{license.pk}" in page
    page = text_of(client, path, **{f"give_{license.pk}": str(paula.pk), f"free_{activation.pk}": "on"})
    assert "Mira Lindholm no longer belongs to Acme." in page
    license.refresh_from_db()
    assert (license.customer, license.activations_in_use) == (paula, 0)


def test_contact_who_should_leave_leads_to_the_contacts(paula: Customer, acme: Organization) -> None:
    page = text_of(signed_in(paula), url(acme, f"users/{paula.pk}/leave/"))
    assert "contacts do not leave before others are named" in page


def test_contacts_change_hands(paula: Customer, mira: Customer, acme: Organization) -> None:
    client = signed_in(paula)
    form = {"primary": str(mira.pk), "secondary": "", "was_primary": str(paula.pk), "was_secondary": ""}
    answer = client.post(url(acme, "contacts/"), form, follow=True)
    assert "The contacts are changed." in answer.content.decode()
    assert client.get(url(acme, "users/add/")).status_code == HTTPStatus.FORBIDDEN
    assert signed_in(mira).get(url(acme, "users/add/")).status_code == HTTPStatus.OK


def test_large_organization_names_contacts_by_address(
    paula: Customer, mira: Customer, acme: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("organizations.forms.members.MOST_OFFERED", 1)
    client = signed_in(paula)
    form = {
        "primary": paula.user.email,
        "secondary": "x@new.example",
        "was_primary": str(paula.pk),
        "was_secondary": "",
    }
    assert "is none of the users" in text_of(client, url(acme, "contacts/"), **form)
    text_of(client, url(acme, "contacts/"), **{**form, "secondary": mira.user.email})
    acme.refresh_from_db()
    assert acme.secondary_contact == mira


# licenses of users


def test_contact_gives_a_license_to_a_user(paula: Customer, mira: Customer, acme: Organization) -> None:
    license, client = make_license(organization=acme), signed_in(paula)
    page = text_of(client, f"/licenses/{license.pk}/assign/", user=str(mira.pk))
    assert "The license is given to Mira Lindholm" in page
    assert signed_in(mira).get(f"/licenses/{license.pk}/").status_code == HTTPStatus.OK
    text_of(client, f"/licenses/{license.pk}/assign/", user="")
    assert signed_in(mira).get(f"/licenses/{license.pk}/").status_code == HTTPStatus.NOT_FOUND


def test_contact_gives_several_licenses_to_somebody_invited(paula: Customer, acme: Organization) -> None:
    licenses = [make_license(organization=acme) for _ in range(2)]
    invited(paula, "nina@new.example")
    form = {
        "licenses": [str(each.pk) for each in licenses],
        "user": "",
        "invited": f"invitation:{Invitation.objects.get().pk}",
    }
    page = text_of(signed_in(paula), url(acme, "licenses/assign/"), **form)
    assert "2 licenses are given to Nina New" in page
    assert ReservedLicense.objects.count() == 2


def test_own_customer_does_not_give_licenses_away(mira: Customer, acme: Organization, paula: Customer) -> None:
    license = make_license(organization=acme, customer=mira)
    assert signed_in(mira).get(f"/licenses/{license.pk}/assign/").status_code == HTTPStatus.FORBIDDEN


def test_staff_do_all_of_it(paula: Customer, acme: Organization) -> None:
    client = signed_in(make_staff("Stella Berg", "view", "change"))
    for rest in ("", "users/add/", "contacts/", f"users/{paula.pk}/edit/", "licenses/assign/"):
        assert client.get(url(acme, rest)).status_code == HTTPStatus.OK
