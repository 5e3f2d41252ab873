"""Exporting the license list: the same rows in the same order, as far as each way of seeing allows it."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client

from accounts.audit import SYSTEM
from accounts.models import AuditEvent, User
from licenses.exporting import export_links, export_refusal
from licenses.filters import Criteria
from licenses.issuing import revoke
from licenses.models import LicenseModel
from organizations.access import viewer_for
from organizations.activity import recent_activity
from organizations.models import Customer, GroupMember, Organization
from organizations.privileges import Privilege
from tests.cast import (
    EVERY_PRIVILEGE,
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_person,
    make_product,
    make_staff,
)
from tests.licenses.exports import EXPORT, LIST, downloaded, make_many, tails
from tests.licenses.pages import words


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test here looks at licenses."""


@pytest.fixture
def anna(db: None) -> Customer:
    return make_customer("Anna Acme")


def test_customer_gets_the_columns_of_the_list_with_whole_keys_and_plain_dates(client: Client, anna: Customer) -> None:
    license = make_license(
        customer=anna,
        product=make_product("Spectra"),
        computers=("PC",),
        expires_on=date(2030, 1, 2),
        maintenance_until=date(2029, 3, 4),
        order_id="PO-1",
    )
    assert downloaded(client, anna.user) == [
        {
            "Product": "Spectra",
            "Version": "4.1",
            "Activation key": license.activation_key,
            "Status": "Partly activated",
            "License model": "Permanent",
            "Activations in use": "1",
            "Activations allowed": "3",
            "Expires on": "2030-01-02",
            "Updates included until": "2029-03-04",
        }
    ]


def test_group_sees_customer_organization_and_order_as_the_list_and_the_license_page_show_them(client: Client) -> None:
    north = make_group(Privilege.EXPORT, Privilege.ACTIVATE, Privilege.VIEW_ALL_ORGANIZATIONS, name="North")
    acme = make_organization("Acme")
    stranger, own = make_customer("Stan Stranger", organization=acme), make_customer("Nina", user_group=north)
    make_license(customer=stranger, user_group=north, licensee="Acme Design Team", order_id="PO-7")
    make_license(customer=own, user_group=north, order_id="")
    newest, oldest = downloaded(client, make_member(north))
    assert (oldest["Customer"], oldest["Organization"], oldest["Order ID"]) == ("Acme Design Team", "Acme", "PO-7")
    assert (newest["Customer"], newest["Organization"], newest["Order ID"]) == ("Nina", "", "")


def test_status_model_and_missing_names_are_as_in_the_list(client: Client) -> None:
    acme = make_organization("Acme")
    paula = make_contact(acme, "Paula")
    customer = make_customer("", organization=acme, email="nameless@acme.example")
    User.objects.filter(pk=customer.user_id).update(full_name="")
    revoked = make_license(customer=customer)
    revoke(revoked.pk, SYSTEM, reason="returned")
    make_license(organization=acme, license_model=LicenseModel.TRIAL, expires_on=date(2020, 1, 1))
    trial, other = downloaded(client, paula.user)
    assert (trial["Status"], trial["License model"], trial["Customer"]) == ("Expired", "Trial", "")
    assert (other["Status"], other["Customer"]) == ("Revoked", "nameless@acme.example")
    client.force_login(paula.user)
    assert [license.shown_customer for license in client.get(LIST).context["page"].rows] == [
        "",
        "nameless@acme.example",
    ]


def shown(client: Client, user: User, **parameters: str) -> list[str]:
    """Return the ends of the keys that all pages of the list show, in their order."""
    client.force_login(user)
    found, address = [], f"?{'&'.join(f'{name}={value}' for name, value in parameters.items())}"
    while address:
        page = client.get(LIST + address).context["page"]
        found += [license.key_tail for license in page.rows]
        address = page.next_url
    return found


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"order": "expires"},
        {"order": "updates"},
        {"model": "trial", "order": "expires"},
        {"q": "Somebody"},
        {"q": "Some", "order": "expires"},
        {"status": "expired"},
        {"product": "nonsense", "after": "x"},
    ],
    ids=str,
)
def test_export_has_the_rows_of_the_list_in_its_order(
    client: Client, monkeypatch: pytest.MonkeyPatch, parameters: dict[str, str]
) -> None:
    acme = make_organization("Acme")
    paula = make_contact(acme)
    for number in range(12):
        day = date(2020 + number % 4 * 5, 1, 1) if number % 3 else None
        model = LicenseModel.TRIAL if day else LicenseModel.PERMANENT
        make_many(3, paula, organization=acme, expires_on=day, license_model=model, maintenance_until=day)
    rows = downloaded(client, paula.user, **parameters)
    assert tails(rows) == shown(client, paula.user, **parameters)
    assert len(rows) > 5


P = Privilege
EVERYTHING = "own contact group other"


@dataclass(frozen=True)
class Who:
    """Somebody with any number of roles, which of the licenses they may export, and of which with the whole key.

    `group` are the privileges of the user group they belong to, `staff` Django's permissions.
    """

    name: str
    exported: str
    whole: str
    roles: str = ""
    group: frozenset[Privilege] | None = None
    staff: str | None = None


RIGHTS = (
    Who("customer", "own", "own", roles="customer"),
    Who("contact", "contact", "contact", roles="contact"),
    Who("plain member", "", "", roles="plain"),
    Who("member of a group", "refused", "", group=frozenset()),
    Who("… with export", "group", "", group=frozenset({P.EXPORT})),
    Who("… with export and activate", "group", "group", group=frozenset({P.EXPORT, P.ACTIVATE})),
    Who("… with view all", "refused", "", group=frozenset({P.VIEW_ALL})),
    Who("… with view all and export", "group", "", group=frozenset({P.VIEW_ALL, P.EXPORT})),
    Who("… with every privilege", "group", "group", group=EVERY_PRIVILEGE),
    Who("customer in a group", "own", "own", roles="customer", group=frozenset()),
    Who("customer in a group with view all", "own", "own", roles="customer", group=frozenset({P.VIEW_ALL})),
    Who("contact in a group with export", "contact group", "contact", roles="contact", group=frozenset({P.EXPORT})),
    Who("nobody", "refused", ""),
    Who("staff", "refused", "", staff=""),
    Who("staff with view", EVERYTHING, "", staff="view"),
    Who("staff with view and change", EVERYTHING, EVERYTHING, staff="view change"),
    Who("staff with change", "refused", "", staff="change"),
    Who("customer on the staff with view", EVERYTHING, "own", roles="customer", staff="view"),
)


@pytest.mark.parametrize("who", RIGHTS, ids=lambda who: who.name)
def test_each_license_and_its_key_are_exported_as_one_of_the_ways_of_seeing_it_allows(client: Client, who: Who) -> None:
    user = make_person("Anna") if who.staff is None else make_staff("Anna", *who.staff.split())
    group, acme = make_group(*(who.group or ())), make_organization("Acme")
    if who.group is not None:
        GroupMember.objects.create(user=user, user_group=group)
    customer = make_customer("Other")
    if who.roles:
        anna = Customer.objects.create(user=user, organization=None if who.roles == "customer" else acme)
        Organization.objects.filter(pk=acme.pk).update(primary_contact=anna if who.roles == "contact" else None)
        customer = anna if who.roles == "customer" else customer
    licenses = {
        "own": make_license(customer=customer),
        "contact": make_license(organization=acme),
        "group": make_license(user_group=group),
        "other": make_license(customer=make_customer("Somebody Else")),
    }
    if who.exported == "refused":
        client.force_login(user)
        assert client.get(EXPORT).status_code == 403
        return
    expected = {
        licenses[name].activation_key if name in who.whole.split() else licenses[name].masked_key
        for name in who.exported.split()
    }
    assert {row["Activation key"] for row in downloaded(client, User.objects.get(pk=user.pk))} == expected


def test_search_by_what_only_the_group_may_find_exports_what_is_ones_own(client: Client) -> None:
    user = make_member(make_group())
    customer = Customer.objects.create(user=user)
    group = user.group_member.user_group
    own = make_license(customer=customer, user_group=group, order_id="PO-7")
    make_license(user_group=group, order_id="PO-7")
    assert len(shown(client, user, q="PO-7")) == 2
    assert tails(downloaded(client, user, q="PO-7")) == [own.key_tail]
    assert AuditEvent.objects.get(action="licenses.exported").details["number"] == 1


def test_refusal_names_whom_to_ask_and_the_list_shows_no_button(client: Client) -> None:
    viewer_of_south = make_member(make_group())
    make_license(user_group=viewer_of_south.group_member.user_group)
    client.force_login(viewer_of_south)
    refused = client.get(EXPORT)
    assert refused.status_code == 403
    assert "Exporting licenses is not yours to do. Ask Northwind Instruments." in words(refused)
    assert EXPORT not in client.get(LIST).content.decode()
    assert export_links(viewer_for(viewer_of_south), Criteria()) is None
    assert not AuditEvent.objects.filter(action="licenses.exported").exists()


def test_list_leads_to_the_export_of_what_it_shows(client: Client, anna: Customer) -> None:
    make_license(customer=anna, license_model=LicenseModel.TRIAL, expires_on=date(2020, 1, 1))
    make_license(customer=anna)
    client.force_login(anna.user)
    page = client.get(LIST, {"model": "trial", "order": "expires", "after": "x"})
    export = page.context["export"]
    assert export.csv_url == f"{EXPORT}?format=csv&model=trial&order=expires"
    assert export.xlsx_url == f"{EXPORT}?format=xlsx&model=trial&order=expires"
    assert export.csv_url.replace("&", "&amp;") in page.content.decode()
    assert export_refusal(viewer_for(anna.user)) == ""


def test_one_event_says_what_was_exported_and_holds_no_key(client: Client, anna: Customer) -> None:
    license = make_license(customer=anna, order_id="PO-7")
    downloaded(client, anna.user, order="expires", model="permanent", q="Anna", unknown="x")
    event = AuditEvent.objects.get(action="licenses.exported")
    assert (event.target_id, event.actor_id, event.actor_kind) == (anna.user_id, anna.user_id, "person")
    shown = {"order": "expires", "model": "permanent", "q": "Anna"}
    assert event.details == {"filter": shown, "format": "CSV", "number": 1}
    downloaded(client, anna.user, q="abcd1-23456-efghi-77777")
    assert AuditEvent.objects.latest("id").details["filter"] == {"q": "•••••-•••••-•••••-•••••-77777"}
    assert not [each for each in AuditEvent.objects.all() if license.activation_key in str(each.details)]


def test_event_is_written_before_the_first_byte(client: Client, anna: Customer) -> None:
    client.force_login(anna.user)
    client.get(EXPORT)
    assert AuditEvent.objects.filter(action="licenses.exported").count() == 1


def test_groups_export_is_seen_by_its_members(client: Client) -> None:
    group = make_group(Privilege.EXPORT)
    downloaded(client, make_member(group))
    event = AuditEvent.objects.get(action="licenses.exported")
    assert (event.actor_kind, event.user_group_id, event.customer_id) == ("group", group.pk, None)


def test_member_who_is_a_customer_too_exports_their_groups_licenses_for_the_group(client: Client) -> None:
    group = make_group(Privilege.EXPORT)
    user = make_member(group, "Dora Double")
    own = make_license(customer=Customer.objects.create(user=user), product=make_product("Own"))
    make_license(user_group=group, product=make_product("Resold"))
    client.force_login(user)
    client.post("/licenses/export/selected/", {"license": [str(own.pk)]})
    downloaded(client, user, product=str(own.product.pk))
    downloaded(client, user, q="own")
    assert exports_seen_by(make_member(group, is_manager=True)) == []
    downloaded(client, user)
    downloaded(client, user, q="resold")
    assert exports_seen_by(make_member(group, is_manager=True)) == ["Dora Double", "Dora Double"]


def exports_seen_by(user: User) -> list[str]:
    """Return who exported, as `user` reads it."""
    return [each.actor for each in recent_activity(viewer_for(user), 9) if "exported" in each.sentence]


def test_asking_for_the_head_alone_exports_nothing(client: Client, anna: Customer) -> None:
    client.force_login(anna.user)
    response = client.head(EXPORT)
    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert not AuditEvent.objects.filter(action="licenses.exported").exists()
