"""An organization's pages, as its people use them: who sees what, users, contacts, licenses."""

import re
from http import HTTPStatus

import pytest

from accounts.models import User
from licenses.models import ReservedLicense
from organizations.models import Customer, Invitation, Organization, OrganizationDomain
from organizations.privileges import Privilege
from tests.cast import make_contact, make_customer, make_group, make_license, make_member, make_organization, make_staff
from tests.organizations.pages import invited, signed_in, text_of, url

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


def test_users_are_searched_by_parts_of_name_or_address(paula: Customer, mira: Customer, acme: Organization) -> None:
    client = signed_in(paula)
    answer = client.post(url(acme, "search/"), {"q": " mira"})
    assert answer["Location"] == url(acme) + "?q=mira"
    page = text_of(client, answer["Location"])
    assert mira.user.email in page
    assert f"<td>{paula.user.email}" not in page
    assert "No user’s name or address contains “zz”" in text_of(client, url(acme) + "?q=zz")


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
    page = text_of(client, path, **{f"give_{license.pk}": str(paula.pk), f"free_{activation.pk}": "yes"})
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


def test_refused_contacts_keep_what_was_chosen_and_can_be_sent_again(
    paula: Customer, mira: Customer, acme: Organization
) -> None:
    samuel, client = make_contact(acme, "Samuel Okoro", is_secondary=True), signed_in(paula)
    form = {"primary": str(paula.pk), "secondary": str(mira.pk), "was_primary": str(paula.pk), "was_secondary": ""}
    page = text_of(client, url(acme, "contacts/"), **form)
    assert "Somebody changed the contacts meanwhile" in page
    assert "They are now: Paula Brandt · Samuel Okoro." in page
    assert re.search(rf'name="secondary".*?<option value="{mira.pk}" selected>', page, re.DOTALL)
    seen = dict(re.findall(r'name="(was_\w+)" value="([^"]*)"', page))
    assert seen == {"was_primary": str(paula.pk), "was_secondary": str(samuel.pk)}
    assert "The contacts are changed." in text_of(client, url(acme, "contacts/"), **{**form, **seen})
    acme.refresh_from_db()
    assert acme.secondary_contact == mira


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
