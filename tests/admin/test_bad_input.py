"""Whatever is typed or made up gets a sentence or a plain page, never a failure, and changes nothing."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from licenses.models import Feature, License, Product, ProductVersion
from organizations.models import Customer, GroupMember, Organization, UserGroup
from tests.admin.pages import address, client_of, form_of, save, told
from tests.cast import make_customer, make_group, make_license, make_organization, make_product, make_staff

HUGE = "9" * 40


@pytest.mark.parametrize("selected", ["nonsense", "1", HUGE])
def test_actions_on_made_up_rows_are_a_bad_request(selected: str, everything: Client) -> None:
    page = everything.post(address(License, "changelist"), {"action": "revoke", "_selected_action": selected})

    assert page.status_code == 400


@pytest.mark.parametrize("fields", [{"action": "nonsense"}, {"action": "revoke", "index": HUGE}, {"index": "x"}, {}])
def test_unknown_actions_do_nothing(fields: dict[str, str], everything: Client) -> None:
    license = make_license()

    page = everything.post(address(License, "changelist"), {"_selected_action": str(license.pk), **fields}, follow=True)

    assert page.status_code == 200
    assert not AuditEvent.objects.filter(action="license.revoked").exists()


def test_values_in_the_address_of_an_empty_form_are_taken_or_ignored(everything: Client) -> None:
    parameters = {
        "customer": "nonsense",
        "organization": HUGE,
        "features": "a,b",
        "expires_on": "x",
        "user": "nonsense",
    }
    for model in (License, Customer, GroupMember, UserGroup, Organization, Product, ProductVersion, Feature, User):
        assert everything.get(address(model, "add"), parameters).status_code == 200, model


LICENSE_FIELDS: list[dict[str, object]] = [
    {"max_activations": HUGE},
    {"max_activations": "-1"},
    {"max_activations": "1e400"},
    {"max_activations": "9" * 5000},
    {"floating_seats": HUGE},
    {"expires_after_days": "0"},
    {"expires_after_days": HUGE},
    {"expires_on": "0001-01-01"},
    {"expires_on": "9999-12-31"},
    {"expires_on": "31.13.2026"},
    {"maintenance_until": HUGE},
    {"deactivations_allowed": "3"},
    {"deactivation_days": "3"},
    {"deactivations_allowed": "3", "deactivation_days": HUGE},
    {"deactivations_per": "nonsense"},
    {"license_model": "nonsense"},
    {"license_model": "trial"},
    {"product_version": "nonsense"},
    {"product_version": ""},
    {"customer": "nonsense"},
    {"organization": "00000000-0000-0000-0000-000000000000"},
    {"user_group": HUGE},
    {"features": ["nonsense"]},
    {"features": ["00000000-0000-0000-0000-000000000000"]},
    {"licensee": "x" * 201},
    {"licensee": "a\x07b"},
    {"order_id": "x" * 101},
    {"comment": "x" * 10_001},
]


def test_what_is_wrong_in_a_license_stands_beside_its_field(everything: Client) -> None:
    license = make_license(customer=make_customer("Sol Herrera"))
    change = address(License, "change", license.pk)
    right = form_of(everything.get(change))
    for fields in LICENSE_FIELDS:
        page = everything.post(change, right | fields)
        assert page.status_code == 200, fields
        assert page.context["errors"], fields
    assert not AuditEvent.objects.filter(action="license.edited").exists()


@pytest.mark.parametrize(
    "key",
    ["-----", "ß" * 100, "ABCD", "x" * 101, "22222-22222-22222-22222-22223", "漢字漢字漢字"],
)
def test_keys_that_cannot_be_looked_up_or_have_a_typo_are_refused(key: str, everything: Client) -> None:
    version = make_product().versions.get()

    page = save(
        everything,
        address(License, "add"),
        activation_key=key,
        product_version=version.pk,
        license_model="permanent",
        licensee="Somebody",
    )

    assert "activation_key" in page.context["adminform"].form.errors
    assert not License.objects.exists()


PRODUCT_FIELDS: list[dict[str, object]] = [
    {"slug": "not a slug"},
    {"slug": ""},
    {"name": " "},
    {"license_file_days": "0"},
    {"license_file_days": HUGE},
    {"default_deactivations_allowed": "3"},
    {"default_deactivation_days": HUGE},
    {"renew_url": "javascript:alert(1)"},
    {"renew_url": "ftp://example.com/"},
    {"buy_more_url": "nonsense"},
    {"computer_id_pattern": "("},
    {"computer_id_pattern": "a{99999999999999999999}"},
    {"computer_id_pattern": "[0-9]+", "computer_id_example": "abc"},
    {"after_deactivation": "nonsense"},
    {"versions-TOTAL_FORMS": "nonsense"},
    {
        "versions-TOTAL_FORMS": "1",
        "versions-0-major": HUGE,
        "versions-0-minor": "-1",
        "versions-0-released_on": "0001-01-01",
    },
    {"features-TOTAL_FORMS": "1", "features-0-code": "with blank", "features-0-name": "Export"},
    {"features-TOTAL_FORMS": "1", "features-0-id": "nonsense", "features-0-code": "", "features-0-name": "Export"},
]


def test_what_is_wrong_in_a_product_stands_beside_its_field(everything: Client) -> None:
    right = form_of(everything.get(address(Product, "add"))) | {"name": "Spectra", "slug": "spectra"}
    for fields in PRODUCT_FIELDS:
        page = everything.post(address(Product, "add"), right | fields)
        assert page.status_code == 200, fields
        assert page.context["errors"], fields
    assert not Product.objects.exists()


def test_what_is_wrong_with_people_and_organizations_stands_beside_its_field(everything: Client) -> None:
    organization, group, customer = make_organization("Acme"), make_group(), make_customer("Anna Berg")
    wrong: list[tuple[str, dict[str, object]]] = [
        (address(Customer, "add"), {"email": "nonsense", "full_name": "Anna"}),
        (address(Customer, "add"), {"email": f"{'a' * 300}@example.com", "full_name": "Anna"}),
        (address(Customer, "add"), {"email": "anna@example.com", "full_name": " "}),
        (address(Customer, "add"), {"email": "аnna@example.com", "full_name": "Cyrillic а"}),
        (address(Customer, "change", customer.pk), {"full_name": "x" * 151}),
        (address(Customer, "change", customer.pk), {"full_name": "Anna\nBcc: x"}),
        (address(Customer, "change", customer.pk), {"country": "de"}),
        (address(Customer, "change", customer.pk), {"organization": "nonsense"}),
        (address(Customer, "change", customer.pk), {"phone": "1" * 51}),
        (address(Organization, "change", organization.pk), {"name": "ﷺ" * 200}),
        (address(Organization, "change", organization.pk), {"primary_contact": "nonsense"}),
        (address(Organization, "change", organization.pk), {"user_group": HUGE}),
        (
            address(Organization, "change", organization.pk),
            {"domains-TOTAL_FORMS": "1", "domains-0-domain": "gmail.com"},
        ),
        (
            address(Organization, "change", organization.pk),
            {"domains-TOTAL_FORMS": "1", "domains-0-domain": "nonsense"},
        ),
        (
            address(Organization, "change", organization.pk),
            {"domains-TOTAL_FORMS": "1", "domains-0-domain": "a." * 200 + "de"},
        ),
        (address(UserGroup, "change", group.pk), {"privileges": ["nonsense"]}),
        (address(UserGroup, "change", group.pk), {"email": "nonsense"}),
        (address(UserGroup, "change", group.pk), {"name": ""}),
        (address(UserGroup, "change", group.pk), {"members-TOTAL_FORMS": "1", "members-0-user": "nonsense"}),
        (address(GroupMember, "add"), {"user": str(customer.pk), "user_group": str(group.pk)}),
        (
            address(User, "add"),
            {"email": "anna@example.com", "full_name": "Anna", "time_zone": "Mars/Phobos", "language": "en"},
        ),
        (
            address(User, "add"),
            {"email": "anna@example.com", "full_name": "Anna", "time_zone": "UTC", "language": "xx"},
        ),
        (
            address(User, "add"),
            {"email": customer.user.email, "full_name": "Anna", "time_zone": "UTC", "language": "en"},
        ),
    ]
    for page, fields in wrong:
        answer = save(everything, page, **fields)
        assert answer.status_code == 200, fields
        assert answer.context["errors"], fields
    assert not AuditEvent.objects.filter(actor_kind="vendor").exists()


def test_nul_characters_are_a_bad_request(everything: Client) -> None:
    assert everything.post(address(Customer, "add"), {"full_name": "a\x00b"}).status_code == 400
    assert everything.get(address(Customer, "changelist"), {"q": "a\x00b"}).status_code == 400


def test_finding_rows_while_typing_copes_with_anything(everything: Client) -> None:
    page = reverse("admin:autocomplete")
    known = {"app_label": "organizations", "model_name": "organization", "field_name": "primary_contact"}
    for fields, status in [
        ({}, 403),
        ({"app_label": "x", "model_name": "y", "field_name": "z"}, 403),
        (known | {"field_name": "nonsense"}, 403),
        (known | {"field_name": "name"}, 403),
        (known | {"term": HUGE * 20}, 200),
        (known | {"term": '"'}, 200),
        (known | {"page": "nonsense"}, 404),
        (known | {"page": HUGE}, 200),
        (known | {"organization": "nonsense"}, 200),
    ]:
        assert everything.get(page, fields).status_code == status, fields


def test_rows_are_found_while_typing_only_by_who_may_see_them(nothing: Client) -> None:
    known = {"app_label": "organizations", "model_name": "organization", "field_name": "primary_contact"}

    assert nothing.get(reverse("admin:autocomplete"), known).status_code == 403


def test_a_row_that_the_database_refuses_is_a_sentence(everything: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    organization = make_organization("Acme")
    monkeypatch.setattr("organizations.admin.organizations.OrganizationForm._is_taken", lambda *_anything: False)

    page = save(everything, address(Organization, "add"), name="ACME")

    assert "The database refused this" in told(page)
    assert Organization.objects.get() == organization


def test_dates_that_staff_see_are_those_that_were_typed(everything: Client) -> None:
    license = make_license()

    save(everything, address(License, "change", license.pk), expires_on="2030-02-28")

    license.refresh_from_db()
    assert license.expires_on == date(2030, 2, 28)


def test_staff_without_the_right_to_change_licenses_post_no_action(looking: Client) -> None:
    license = make_license()
    page = {"action": "revoke", "_selected_action": str(license.pk), "confirmed": "yes", "reason": "because"}

    assert looking.post(address(License, "changelist"), page, follow=True).status_code == 200
    assert client_of(make_staff("Bea Bare")).post(address(License, "changelist"), page).status_code == 403
    license.refresh_from_db()
    assert license.revoked_at is None
