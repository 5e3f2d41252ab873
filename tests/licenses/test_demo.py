"""The demo data: believable, consistent, and nothing of the real world in it."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from accounts import demo
from accounts.audit import Kind
from accounts.models import AuditEvent, User
from licenses import license_file
from licenses.demo import acme, direct, resold
from licenses.models import Activation, AfterDeactivation, License, LicenseFile, Product, QuotaPer, SigningKey
from licenses.quota import quota_of
from licenses.status import Status
from licenses.terms import ends_soon
from organizations.access import viewer_for
from organizations.models import Customer, Organization, UserGroup
from organizations.privileges import Privilege

SEEN_BY = {
    "primary@acme.example": 20,
    "secondary@acme.example": 20,
    "member@acme.example": 4,
    "solo@home.example": 4,
    "primary@globex.example": 5,
    "reseller@north.example": 10,
    "viewer@south.example": 5,
    "staff@vendor.example": 40,
}


@pytest.fixture(scope="module", autouse=True)
def _loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the demo once for all these tests, which only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", verbosity=0)
        yield
        transaction.set_rollback(True)
    demo.forget()


def visible_to(address: str) -> list[License]:
    viewer = viewer_for(User.objects.get(email=address))
    return list(License.objects.visible_to(viewer).select_related("product_version__product"))


def every_license() -> list[License]:
    return list(License.objects.select_related("product_version__product", "customer__user", "organization"))


def by_address(address: str) -> Customer:
    return Customer.objects.get(user__email=address)


# People


@pytest.mark.parametrize("person", demo.DEMO_PEOPLE, ids=lambda person: person.address)
def test_each_of_the_eight_people_signs_in_with_the_public_password(person: demo.DemoPerson, client: Client) -> None:
    here = {"host": "localhost"}  # a demo answers to nothing else
    client.post(reverse("account_login"), {"login": person.address, "password": demo.DEMO_PASSWORD}, headers=here)
    assert person.name in client.get(reverse("licenses:list"), headers=here).content.decode()


def test_nobody_else_can_sign_in() -> None:
    others = User.objects.exclude(email__in=[person.address for person in demo.DEMO_PEOPLE])
    assert others.count() > 10
    assert not any(user.has_usable_password() for user in others)


def test_everybody_has_a_verified_address() -> None:
    assert not User.objects.exclude(emailaddress__verified=True, emailaddress__primary=True).exists()


def test_only_one_person_is_staff() -> None:
    assert [user.email for user in User.objects.filter(is_staff=True)] == ["staff@vendor.example"]


def test_every_contact_is_a_member_of_the_organization() -> None:
    for organization in Organization.objects.select_related("primary_contact", "secondary_contact"):
        assert organization.primary_contact is not None
        for contact in filter(None, (organization.primary_contact, organization.secondary_contact)):
            assert contact.organization_id == organization.pk


def test_every_member_has_an_address_of_the_organizations_domains() -> None:
    for customer in Customer.objects.exclude(organization=None).select_related("organization", "user"):
        assert customer.organization is not None
        assert customer.user.email.partition("@")[2] in customer.organization.domains.values_list("domain", flat=True)


def test_there_are_five_organizations_with_domains_and_two_resellers() -> None:
    assert Organization.objects.exclude(domains=None).distinct().count() == Organization.objects.count() == 5
    north, south = UserGroup.objects.order_by("name")
    assert set(Privilege) - set(north.privileges) == {Privilege.VIEW_ALL, Privilege.DELETE}
    assert south.privileges == []


# Who sees what


@pytest.mark.parametrize(("address", "number"), SEEN_BY.items())
def test_each_person_sees_so_many_licenses(address: str, number: int) -> None:
    assert len(visible_to(address)) == number


def test_the_member_of_acme_sees_only_their_own() -> None:
    assert {license.customer_id for license in visible_to("member@acme.example")} == {
        by_address("member@acme.example").pk
    }


def test_the_contacts_of_acme_see_nothing_of_others() -> None:
    organization_id = by_address("primary@acme.example").organization_id
    assert {license.organization_id for license in visible_to("primary@acme.example")} == {organization_id}


def test_a_reseller_serves_people_whom_the_vendor_serves_too() -> None:
    for address in ("reseller@north.example", "viewer@south.example"):
        served = viewer_for(User.objects.get(email=address)).group_id
        customers = {license.customer.user_group_id for license in visible_to(address) if license.customer}
        assert customers == {served, None}


def test_every_license_belongs_to_the_organization_of_its_customer() -> None:
    for license in every_license():
        if license.customer:
            assert license.organization_id == license.customer.organization_id


# Variety


def test_every_status_occurs_for_the_contacts_of_acme() -> None:
    assert {license.status for license in visible_to("primary@acme.example")} == set(Status)


def test_every_notice_occurs_for_the_contacts_of_acme() -> None:
    assert {str(notice.label) for license in visible_to("primary@acme.example") for notice in license.notices} == {
        "Trial",
        "Expires within 30 days",
        "Updates ended",
        "Updates end within 30 days",
    }


def test_something_expires_soon_and_something_has_expired_for_most_people() -> None:
    for address in ("primary@acme.example", "solo@home.example", "primary@globex.example"):
        assert any(ends_soon(license.expires_on) for license in visible_to(address))
    for address in ("primary@globex.example", "reseller@north.example", "viewer@south.example"):
        assert any(license.is_expired for license in visible_to(address))


def test_durations_begin_with_the_first_activation() -> None:
    with_duration = License.objects.filter(expires_after_days__isnull=False)
    assert with_duration.filter(activations=None, expires_on=None).exists()
    assert with_duration.exclude(activations=None).filter(expires_on__isnull=False).exists()


def test_license_files_are_out_of_date_for_acme_and_for_a_customer_of_north() -> None:
    outdated = Activation.objects.needing_license_file().values_list("license_id", flat=True)
    for address in ("primary@acme.example", "member@acme.example", "reseller@north.example"):
        assert any(not license.is_expired and license.pk in outdated for license in visible_to(address))


def test_a_quota_is_untouched_partly_used_used_up_nought_and_absent() -> None:
    quotas = [quota_of(license) for license in visible_to("primary@acme.example")]
    assert None in quotas
    found = {(quota.left > 0, quota.used > 0, quota.allowed > 0) for quota in quotas if quota}
    assert found == {(True, False, True), (True, True, True), (False, True, True), (False, False, False)}


def test_one_license_has_twelve_computers_and_one_more_than_a_page_holds() -> None:
    in_use = {license.activations_in_use for license in visible_to("primary@acme.example")}
    assert 12 in in_use
    assert max(in_use) > 25


def test_keys_of_another_format_organizations_without_customer_features_and_seats_occur() -> None:
    licenses = every_license()
    assert sum(len(license.folded_key) != 25 for license in licenses) == 2
    assert any(license.customer is None for license in licenses)
    assert License.objects.exclude(features=None).exists()
    assert any(license.floating_seats for license in licenses)


def test_long_and_foreign_names_occur() -> None:
    names = [*User.objects.values_list("full_name", flat=True), *Organization.objects.values_list("name", flat=True)]
    assert any(not name.isascii() for name in names)
    assert max(map(len, names)) > 60


def test_products_differ_in_quota_and_in_what_is_true_after_deactivating() -> None:
    products = list(Product.objects.all())
    assert {product.after_deactivation for product in products} == set(AfterDeactivation.values)
    quotas = [(each.default_deactivations_allowed, each.default_deactivations_per) for each in products]
    assert {per for allowed, per in quotas if allowed} == set(QuotaPer.values)
    assert [allowed for allowed, _per in quotas].count(None) == 1
    assert sum(product.license_file_days is not None for product in products) == 1


# Consistency


def test_every_counter_equals_the_computers_in_use() -> None:
    for license in every_license():
        assert license.activations_in_use == license.activations.in_use().count()


def test_every_license_file_verifies_with_the_published_key() -> None:
    keys = {
        key_id: license_file.public_key(public)
        for key_id, public in SigningKey.objects.values_list("key_id", "public_key")
    }
    files = LicenseFile.objects.select_related("activation__license__product_version__product")
    verified = 0
    for file in files:
        product = file.activation.license.product
        try:
            claims = license_file.verify(file.text, keys, product=product.slug, issuer=settings.PORTAL_URL)
        except license_file.NotALicenseFileError as refusal:
            assert "expired" in str(refusal), "only a file that has ended may fail"  # noqa: PT017  # most files raise nothing
            continue
        assert claims["jti"] == file.pk
        assert claims["sub"] == str(file.activation.license_id)
        verified += 1
    assert verified > 100


def test_every_row_is_what_the_vendors_staff_could_have_entered() -> None:
    for row in [*Product.objects.all(), *UserGroup.objects.all(), *Customer.objects.all(), *every_license()]:
        row.full_clean()


def test_every_feature_of_the_tables_is_there() -> None:
    plans = acme.LICENSES + direct.LICENSES + resold.LICENSES
    assert sorted(len(plan.features) for plan in plans) == sorted(
        license.features.count() for license in every_license()
    )


def test_every_computer_has_an_id_as_the_product_shows_it() -> None:
    for activation in Activation.objects.select_related("license__product_version__product"):
        assert activation.license.product.fits_computer_id(activation.computer_id)
    for product in Product.objects.all():
        assert product.fits_computer_id(product.computer_id_example)


def test_most_programs_asked_after_they_were_activated() -> None:
    seen = Activation.objects.filter(last_seen_at__isnull=False)
    assert seen.count() > Activation.objects.in_use().count() / 2
    assert all(each.last_seen_at and each.last_seen_at > each.activated_at for each in seen)


def test_nothing_happens_before_it_can() -> None:
    for license in every_license():
        events = AuditEvent.objects.filter(target_id=license.pk).order_by("id")
        assert events[0].action == "license.issued"
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert license.product_version.released_on <= events[len(events) - 1].at.date()
        if license.customer:
            assert license.customer.created_at <= license.created_at


def test_timelines_tell_of_the_vendor_of_resellers_and_of_customers() -> None:
    about_licenses = AuditEvent.objects.filter(target_type="license")
    assert set(about_licenses.values_list("actor_kind", flat=True)) == {Kind.VENDOR, Kind.GROUP, Kind.PERSON}
    assert set(about_licenses.values_list("action", flat=True)) == {
        "license.issued",
        "release.downloaded",
        "license.activated",
        "license.deactivated",
        "license.replaced",
        "license.computer_renamed",
        "license.file_issued",
        "license.edited",
        "license.revoked",
        "license.reinstated",
    }


def test_every_address_link_and_domain_ends_in_example() -> None:
    products = list(Product.objects.all())
    texts = [
        *User.objects.values_list("email", flat=True),
        *UserGroup.objects.values_list("email", flat=True),
        *Organization.objects.values_list("domains__domain", flat=True),
        *(url for product in products for url in (product.renew_url, product.buy_more_url)),
    ]
    hosts = {re.sub(r"^(https://|[^@]*@)", "", text).partition("/")[0] for text in texts if text}
    assert len(hosts) > 10
    assert all(host.endswith(".example") for host in hosts)
