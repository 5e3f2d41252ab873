"""A user group that may manage organizations and nothing else: what its pages offer, and what else it asks for by hand.

Which addresses the privilege opens says tests/access_matrix/test_privileges_alone.py.
"""

import pytest
from django.test import Client

from accounts.mail import waiting
from accounts.models import AuditEvent, User
from licenses.models import License
from organizations.models import Customer, EnteredCustomer, Invitation, Organization, UserGroup
from organizations.privileges import Privilege
from tests.cast import make_contact, make_customer, make_group, make_license, make_member, make_organization
from tests.licenses.pages import words

KNOWN = "kim@known.example"


@pytest.fixture
def north(db: None) -> UserGroup:
    return make_group(Privilege.MANAGE_ORGANIZATIONS, name="North")


@pytest.fixture
def acme(north: UserGroup) -> Organization:
    """North's organization, of which nobody is contact yet; its member Nina is served by North, Mira by nobody."""
    acme = make_organization("Acme", user_group=north)
    make_customer("Nina Served", organization=acme, user_group=north)
    make_license(organization=acme, user_group=north, customer=make_customer("Mira Other", organization=acme))
    return acme


@pytest.fixture
def browser(north: UserGroup) -> Client:
    client = Client()
    client.force_login(make_member(north, "Rasmus North"))
    client.get("/")
    return client


def test_pages_offer_what_the_privilege_allows(browser: Client, acme: Organization) -> None:
    page = browser.get(f"/organizations/{acme.pk}/").content.decode()
    for path in ("users/add/", "users/add/many/", "edit/", "first-contact/"):
        assert f"/organizations/{acme.pk}/{path}" in page, path
    nina = Customer.objects.get(user__full_name="Nina Served")
    assert not any(each in page for each in (f"{nina.pk}/edit/", "/leave/", "/contacts/", "/assign/"))
    assert "/organizations/new/" in browser.get("/organizations/").content.decode()
    assert "/customers/new/" not in browser.get("/customers/").content.decode()
    customer = browser.get(f"/customers/{nina.pk}/").content.decode()
    assert f"/customers/{nina.pk}/edit/" not in customer
    assert f"/customers/{nina.pk}/delete/" not in customer
    assert "/licenses/new/" not in browser.get("/licenses/").content.decode()
    assert "Manage organizations" in words(browser.get("/group/"))


def test_what_is_not_theirs_is_refused_by_hand_too_and_changes_nothing(browser: Client, acme: Organization) -> None:
    nina, license = Customer.objects.get(user__full_name="Nina Served"), License.objects.get()
    here, before = f"/organizations/{acme.pk}", facts()
    person = {"full_name": "Other Name", "email": KNOWN, "phone": "1"}
    sent = {
        f"{here}/users/{nina.pk}/edit/": person,
        f"{here}/users/{nina.pk}/leave/": {"confirm": "yes"},
        f"{here}/contacts/": {"primary": str(nina.pk)},
        f"{here}/licenses/assign/": {"licenses": str(license.pk), "to": str(nina.pk)},
        "/customers/new/": person,
        f"/customers/{nina.pk}/edit/": person,
        f"/customers/{nina.pk}/delete/": {},
        "/licenses/new/": {"email": KNOWN},
        f"/licenses/{license.pk}/edit/": {"licensee": "Mine"},
        f"/licenses/{license.pk}/mail/": {"do": "send"},
        "/group/members/add/": person,
    }
    assert {path: browser.post(path, fields).status_code for path, fields in sent.items()} == dict.fromkeys(sent, 403)
    assert facts() == before


def test_organizations_of_others_do_not_exist(browser: Client, acme: Organization) -> None:
    other = make_organization("Umbrella", user_group=make_group(name="South"))
    before = facts()
    for page in ("", "edit/", "users/add/", "first-contact/", "contacts/"):
        path = f"/organizations/{other.pk}/{page}"
        assert browser.get(path).status_code == 404, path
        assert browser.post(path, {"name": "Mine", "notes": ""}).status_code == (405 if not page else 404), path
    assert facts() == before


def test_fields_beside_name_and_notes_are_not_read(browser: Client, acme: Organization, north: UserGroup) -> None:
    nina, south = Customer.objects.get(user__full_name="Nina Served"), make_group(name="South")
    more = {"user_group": str(south.pk), "primary_contact": str(nina.pk), "domains": "acme.example", "id": str(acme.pk)}
    seen = browser.get(f"/organizations/{acme.pk}/edit/").context["form"]["seen"].value()
    browser.post(f"/organizations/{acme.pk}/edit/", {"name": "Acme North", "notes": "Pays late", "seen": seen, **more})
    browser.post("/organizations/new/", {"name": "Umbrella", "notes": "", **more})
    made = Organization.objects.order_by("pk")
    assert [(each.name, each.user_group, each.primary_contact) for each in made] == [
        ("Acme North", north, None),
        ("Umbrella", north, None),
    ]
    assert not acme.domains.exists()


def test_only_members_whom_the_group_serves_become_the_first_contact(browser: Client, acme: Organization) -> None:
    path = f"/organizations/{acme.pk}/first-contact/"
    page = words(browser.get(path))
    assert "Nina Served" in page
    assert "Mira Other" not in page
    stranger = make_customer("Sol Stranger", email=KNOWN)
    for chosen in (Customer.objects.get(user__full_name="Mira Other"), stranger):
        assert browser.post(path, {"contact": str(chosen.pk)}).status_code == 200
    acme.refresh_from_db()
    assert acme.primary_contact is None
    make_contact(acme, "Paula Brandt")
    nina = Customer.objects.get(user__full_name="Nina Served")
    assert "Acme has a contact" in words(browser.post(path, {"contact": str(nina.pk)}))


def test_inviting_reads_the_same_for_known_and_unknown_addresses(browser: Client, acme: Organization) -> None:
    make_customer("Kim Known", email=KNOWN)
    read = []
    for address in ("nina@new.example", KNOWN):
        answer = browser.post(f"/organizations/{acme.pk}/users/add/", {"full_name": "Typed Name", "email": address})
        page = words(browser.get(answer["Location"]))
        assert "Kim Known" not in page
        read.append((answer.status_code, answer["Location"], "Typed Name" in page))
    assert read[0] == read[1] == (302, f"/organizations/{acme.pk}/", True)
    assert waiting().count() == 2
    assert not EnteredCustomer.objects.exists()


def facts() -> dict[str, object]:
    """Return what a request could have changed."""
    people = User.objects.order_by("pk").values_list("email", "full_name")
    customers = Customer.objects.order_by("pk").values_list("organization", "user_group", "phone")
    organizations = Organization.objects.order_by("pk").values_list("name", "primary_contact", "notes")
    counted = (AuditEvent, Invitation, EnteredCustomer, License)
    rows = [list(each) for each in (people, customers, organizations)]
    return {"mails": waiting().count(), "rows": rows, **{each.__name__: each.objects.count() for each in counted}}
