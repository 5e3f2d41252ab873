"""Every page of Django's admin, for staff who may do everything, only look, or do nothing."""

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client

from accounts.letters import Letter
from accounts.mail import queue
from accounts.models import AuditEvent, AuditSeal, DemoMark, Mail, User
from licenses.models import (
    Activation,
    Batch,
    Download,
    Feature,
    GenericFile,
    GroupProduct,
    License,
    LicenseFile,
    MailTemplate,
    Product,
    ProductVersion,
    Release,
    ReleaseFile,
    ReservedLicense,
    SigningKey,
)
from organizations.models import (
    Customer,
    EnteredCustomer,
    GroupInvitation,
    GroupInvitationBlock,
    GroupMember,
    Invitation,
    InvitationBlock,
    Organization,
    OrganizationDomain,
    OrganizationTenant,
    UserGroup,
)
from tests.accounts.sealing import make_seal
from tests.admin.pages import address, client_of
from tests.cast import make_contact, make_group, make_license, make_member, make_organization, make_product, make_staff
from tests.releases import make_release, make_release_file

STAFF_ENTER = [
    *(User, Customer, Organization, UserGroup, GroupMember),
    *(Product, ProductVersion, Release, ReleaseFile, Feature, License, MailTemplate),
]
ONLY_STORIES_CHANGE = [AuditEvent, AuditSeal, Mail, SigningKey, Activation]
WITHOUT_PAGES = {
    DemoMark,
    Batch,
    Download,
    EnteredCustomer,
    GenericFile,
    GroupInvitation,
    GroupInvitationBlock,
    GroupProduct,
    Invitation,
    InvitationBlock,
    LicenseFile,
    OrganizationDomain,
    OrganizationTenant,
    ReservedLicense,
}
REGISTERED = STAFF_ENTER + ONLY_STORIES_CHANGE


@pytest.fixture
def rows(db: None) -> dict[type[Model], Model]:
    """Make one row of each model."""
    group = make_group(name="North")
    make_member(group, "Rasmus North")
    organization = make_organization("Acme", user_group=group)
    contact = make_contact(organization, "Paula Brandt")
    product = make_product("Spectra")
    Feature.objects.create(product=product, code="export", name="Export")
    make_release_file(make_release(product))
    make_license(customer=contact, user_group=group, product=product, computers=("PAULAS-PC",))
    MailTemplate.objects.create(name="New", subject="Your license", body="Hello {customer}.")
    queue(Letter("About something", "Hello.", "<p>Hello.</p>"), "paula@people.example")
    make_seal()
    return {model: model._default_manager.order_by("pk").first() for model in REGISTERED}  # type: ignore[misc]  # one is made of each


def test_every_model_of_the_portal_has_pages_or_a_reason_not_to() -> None:
    portal = {
        model for app in ("accounts", "organizations", "licenses") for model in apps.get_app_config(app).get_models()
    }

    assert portal - set(REGISTERED) == WITHOUT_PAGES
    assert set(admin.site._registry) == set(REGISTERED)


def test_addresses_and_djangos_groups_have_no_pages() -> None:
    assert not admin.site.is_registered(EmailAddress)
    assert not admin.site.is_registered(Group)


def test_superuser_sees_list_page_and_history_of_everything(rows: dict[type[Model], Model], everything: Client) -> None:
    for model, row in rows.items():
        for page in (address(model, "changelist"), address(model, "change", row.pk), address(model, "history", row.pk)):
            assert everything.get(page).status_code == 200, page


def test_superuser_adds_everything_but_what_only_stories_change(
    rows: dict[type[Model], Model], everything: Client
) -> None:
    for model in REGISTERED:
        expected = 200 if model in STAFF_ENTER else 403
        assert everything.get(address(model, "add")).status_code == expected, model


def test_not_even_a_superuser_changes_what_only_stories_change(
    rows: dict[type[Model], Model], everything: Client
) -> None:
    for model in ONLY_STORIES_CHANGE:
        page = address(model, "change", rows[model].pk)
        assert everything.post(address(model, "add"), {}).status_code == 403, model
        assert everything.post(page, {}).status_code == 403, model
        assert b'name="_save"' not in everything.get(page).content, model


def test_staff_who_may_look_see_and_change_nothing(rows: dict[type[Model], Model], looking: Client) -> None:
    for model, row in rows.items():
        page = address(model, "change", row.pk)
        assert looking.get(address(model, "changelist")).status_code == 200, model
        seen = looking.get(page)
        assert seen.status_code == 200, model
        assert b'name="_save"' not in seen.content, model
        assert looking.post(page, {}).status_code == 403, model
        assert looking.get(address(model, "add")).status_code == 403, model
        assert looking.get(address(model, "delete", row.pk)).status_code == 403, model


def test_staff_without_permissions_see_nothing(rows: dict[type[Model], Model], nothing: Client) -> None:
    for model, row in rows.items():
        for page in ("changelist", "add"):
            assert nothing.get(address(model, page)).status_code == 403, (model, page)
        for page in ("change", "delete", "history"):
            assert nothing.get(address(model, page, row.pk)).status_code == 403, (model, page)


def test_staff_without_permissions_enter_an_empty_house(nothing: Client) -> None:
    page = nothing.get("/admin/")

    assert page.status_code == 200
    assert page.context["app_list"] == []


def test_what_does_not_exist_is_not_found(everything: Client) -> None:
    for model in REGISTERED:
        for pk in ("00000000-0000-0000-0000-000000000000", "nonsense", "1"):
            assert everything.get(address(model, "change", pk)).status_code == 404, (model, pk)
            assert everything.get(address(model, "history", pk)).status_code == 404, (model, pk)
            assert everything.get(address(model, "delete", pk)).status_code in {403, 404}, (model, pk)


def test_history_needs_the_right_to_read_the_audit_trail(rows: dict[type[Model], Model]) -> None:
    person = make_staff("Lee Licenses", "view")
    person.user_permissions.remove(*person.user_permissions.filter(codename="view_auditevent"))
    client = client_of(person)

    assert client.get(address(License, "history", rows[License].pk)).status_code == 403
    assert b"historylink" not in client.get(address(License, "change", rows[License].pk)).content


def test_pages_show_the_portals_name_and_lead_back_to_it(everything: Client) -> None:
    page = everything.get("/admin/").content.decode()

    assert "License Portal" in page
    assert '<a href="/">View site</a>' in page
    assert "password_change" not in page


def test_what_is_not_offered_does_not_exist(everything: Client) -> None:
    not_offered = ["password_change/", "password_change/done/", "r/1/nonsense/", "auth/group/", "account/emailaddress/"]
    for path in not_offered:
        assert everything.get(f"/admin/{path}").status_code == 404, path
