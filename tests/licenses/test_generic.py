"""Generic licenses: their file fits any computer, always ends, and activates nothing."""

import base64
import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.audit import SYSTEM
from licenses import issuing
from licenses.activation import activate
from licenses.errors import LicenseError, Reason
from licenses.generic_files import issue_generic_file
from licenses.license_file import unwrap
from licenses.models import Activation, GenericFile, License, Product
from licenses.state import signed_state
from licenses.terms import end_of, today
from organizations.models import UserGroup
from tests.cast import make_member, make_product
from tests.licenses.pages import address, words
from tests.licenses.reselling import SUBSCRIPTION, P, in_days, issue_by, issued_by, make_reseller

pytestmark = pytest.mark.django_db


@pytest.fixture
def product() -> Product:
    return make_product("Spectra", generic_allowed=True, license_file_days=30)


@pytest.fixture
def north() -> UserGroup:
    return make_reseller(P.CREATE, P.EDIT_CUSTOMERS, P.ACTIVATE)


@pytest.fixture
def license(north: UserGroup, product: Product) -> License:
    return issued_by(north, product=product, is_generic=True)


def claims(text: str) -> dict[str, object]:
    part = unwrap(text).split(".")[1]
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=="))
    return found


def state(file: GenericFile) -> object:
    text = signed_state(file.pk)
    assert text is not None
    return json.loads(base64.urlsafe_b64decode(text.split(".")[1] + "=="))["state"]


def test_file_of_a_generic_license_names_no_computer_and_ends(license: License) -> None:
    said = claims(issue_generic_file(license.pk, SYSTEM).text)
    assert "computer" not in said
    assert said["exp"] == int(end_of(today() + timedelta(days=30)).timestamp())
    assert said["sub"] == str(license.pk)


def test_file_ends_with_the_license_where_that_is_sooner(north: UserGroup, product: Product) -> None:
    license = issued_by(north, product=product, is_generic=True, license_model=SUBSCRIPTION, expires_on=in_days(5))
    assert issue_generic_file(license.pk, SYSTEM).ends_at == end_of(in_days(5))


def test_generic_license_activates_nothing(license: License) -> None:
    assert license.max_activations == 0
    with pytest.raises(LicenseError, match="fits any computer") as refusal:
        activate(license.pk, SYSTEM, computer_id="ID-1")
    assert refusal.value.reason is Reason.GENERIC
    assert not Activation.objects.exists()


def test_database_refuses_activations_on_a_generic_license(license: License) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        License.objects.filter(pk=license.pk).update(max_activations=1)


def test_product_that_allows_none_refuses_generic_licenses(north: UserGroup) -> None:
    with pytest.raises(LicenseError, match="does not allow generic licenses"):
        issue_by(north, product=make_product(license_file_days=30), is_generic=True)


def test_database_refuses_generic_licenses_whose_files_would_not_end(product: Product) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(license_file_days=None)


def test_usual_days_of_the_group_become_a_date(product: Product) -> None:
    north = make_reseller(P.CREATE, P.EDIT_CUSTOMERS, default_expiry_days=90)
    license = issued_by(north, product=product, is_generic=True, license_model=SUBSCRIPTION)
    assert (license.expires_on, license.expires_after_days) == (in_days(90), None)


def test_new_file_replaces_the_one_before_and_revoking_ends_both(license: License) -> None:
    first = issue_generic_file(license.pk, SYSTEM)
    second = issue_generic_file(license.pk, SYSTEM, timezone.now() + timedelta(seconds=1))
    assert (state(first), state(second)) == ("replaced", "current")
    issuing.revoke(license.pk, SYSTEM, reason="Unpaid")
    assert (state(first), state(second)) == ("revoked", "revoked")
    with pytest.raises(LicenseError, match="revoked"):
        issue_generic_file(license.pk, SYSTEM)


def test_license_whose_file_was_handed_out_is_not_deleted(license: License) -> None:
    issue_generic_file(license.pk, SYSTEM)
    with pytest.raises(LicenseError, match="handed out"):
        issuing.delete(license.pk, SYSTEM)


def test_page_hands_out_the_file(client: Client, license: License, north: UserGroup) -> None:
    client.force_login(make_member(north))
    page = address("generic_file", license)
    assert page in client.get(license.get_absolute_url()).content.decode()
    assert "No license file has been issued yet." in words(client.get(page))
    assert client.post(page)["Location"] == page
    file = GenericFile.objects.get()
    assert file.text.splitlines()[1] in client.get(page).content.decode()
    answer = client.get(page, {"download": "1"})
    assert answer.content.decode() == file.text
    assert answer["Content-Disposition"].endswith('.lic"')


def test_customer_gets_the_file_too(client: Client, license: License) -> None:
    assert license.customer is not None
    client.force_login(license.customer.user)
    assert client.post(address("generic_file", license)).status_code == 302


def test_file_page_of_an_ordinary_license_says_why_there_is_none(client: Client, north: UserGroup) -> None:
    ordinary = issued_by(north)
    client.force_login(make_member(north))
    assert "activated on each computer" in words(client.get(address("generic_file", ordinary)))
    client.post(address("generic_file", ordinary))
    assert not GenericFile.objects.exists()


def test_state_of_the_file_is_told_to_programs(client: Client, license: License) -> None:
    file = issue_generic_file(license.pk, SYSTEM)
    assert client.get(reverse("licenses:license_file_status", args=[file.pk])).status_code == 200
