"""Staff issue, edit and find licenses in Django's admin."""

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from licenses.activation_key import has_valid_checksum, make
from licenses.models import Feature, License
from licenses.terms import last_ended_date
from tests.admin.pages import address, client_of, form_of, save, told
from tests.cast import (
    make_activation,
    make_customer,
    make_group,
    make_license,
    make_organization,
    make_product,
    make_staff,
)

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Page


def issue(client: Client, **fields: object) -> "Page":
    version = make_product().versions.get()
    return save(
        client, address(License, "add"), **({"product_version": version.pk, "license_model": "permanent"} | fields)
    )


def test_staff_issue_a_license_with_a_new_key(everything: Client, superuser: User) -> None:
    customer = make_customer("Anna Berg", organization=make_organization("Acme"))

    page = issue(everything, customer=customer.pk, max_activations="3")

    license = License.objects.get()
    assert has_valid_checksum(license.activation_key)
    assert license.customer == customer
    assert license.organization == customer.organization
    assert license.licensee == "Acme"
    assert license.created_by == superuser
    assert license.activation_key not in told(page)
    event = AuditEvent.objects.get(action="license.issued")
    assert (event.actor_kind, event.actor_id, event.customer_id) == ("vendor", superuser.pk, customer.pk)


def test_a_key_that_the_vendor_brings_along_is_kept_as_it_is(everything: Client) -> None:
    issue(everything, licensee="Somebody", activation_key="qlm/AAB-123456_x")

    assert License.objects.get().activation_key == "qlm/AAB-123456_x"


def test_a_key_of_our_own_format_is_kept_in_its_shown_form(everything: Client) -> None:
    key = make()

    issue(everything, licensee="Somebody", activation_key=key.lower().replace("-", " "))

    assert License.objects.get().activation_key == key


def test_a_key_that_is_taken_is_refused_however_it_is_typed(everything: Client) -> None:
    license = make_license()

    page = issue(everything, licensee="Somebody", activation_key=license.activation_key.lower().replace("-", ""))

    assert "There is a license with this activation key already." in told(page)
    assert License.objects.count() == 1


def test_a_license_names_its_licensee(everything: Client) -> None:
    page = issue(everything)

    assert "Enter whom the license is issued to, or choose a customer." in told(page)
    assert not License.objects.exists()


def test_features_belong_to_the_product(everything: Client) -> None:
    product, other = make_product("Spectra"), make_product("Bench")
    export = Feature.objects.create(product=product, code="export", name="Export")
    probe = Feature.objects.create(product=other, code="probe", name="Probe")
    fields = {"product_version": product.versions.get().pk, "licensee": "Somebody"}

    refused = issue(everything, **fields, features=[str(export.pk), str(probe.pk)])
    issue(everything, **fields, features=[str(export.pk)])

    assert "These are no features of Spectra: Probe." in told(refused)
    assert list(License.objects.get().features.all()) == [export]


def test_an_issued_license_stays_one_of_its_product(everything: Client) -> None:
    license, other = make_license(), make_product()

    page = save(everything, address(License, "change", license.pk), product_version=other.versions.get().pk)

    assert page.context["errors"]
    license.refresh_from_db()
    assert license.product != other


def test_editing_is_the_story_and_puts_license_files_out_of_date(everything: Client, superuser: User) -> None:
    license = make_license(computers=("PC",))

    save(everything, address(License, "change", license.pk), maintenance_until="2030-01-31", order_id="A-7")

    license.refresh_from_db()
    assert license.maintenance_until == date(2030, 1, 31)
    assert license.activations.get().needs_license_file
    event = AuditEvent.objects.get(action="license.edited")
    assert event.actor_id == superuser.pk
    assert event.details == {
        "maintenance_until": {"before": None, "after": "2030-01-31"},
        "order_id": {"before": "", "after": "A-7"},
    }


def test_saving_without_a_change_leaves_no_trace(everything: Client) -> None:
    license = make_license()
    before = AuditEvent.objects.count()

    page = save(everything, address(License, "change", license.pk))

    assert page.status_code == 200
    assert AuditEvent.objects.filter(action="license.edited").count() == 0
    assert AuditEvent.objects.count() == before


def test_fewer_activations_than_are_in_use_are_refused_with_the_computers(everything: Client) -> None:
    license = make_license(computers=("ANNAS-PC", "LAB-2"))

    page = save(everything, address(License, "change", license.pk), max_activations="1")

    assert "2 computers use this license, so 1 cannot be allowed" in told(page)
    assert "ANNAS-PC" in told(page)
    license.refresh_from_db()
    assert license.max_activations == 3


def test_counters_and_what_the_stories_keep_cannot_be_typed(everything: Client) -> None:
    license = make_license(computers=("PC",))
    key = license.activation_key

    save(
        everything,
        address(License, "change", license.pk),
        activations_in_use="0",
        activation_key=make(),
        revoked_at="2026-01-01",
        revoked_reason="x",
        order_id="A-7",
    )

    license.refresh_from_db()
    assert (license.activations_in_use, license.activation_key, license.revoked_at) == (1, key, None)
    assert license.order_id == "A-7"


def test_a_stale_form_is_told_so_and_keeps_what_was_typed(everything: Client) -> None:
    license = make_license()
    page = address(License, "change", license.pk)
    stale = form_of(everything.get(page))

    save(everything, page, comment="from a colleague")
    answer = everything.post(page, stale | {"comment": "from me"})

    assert "Somebody else changed this meanwhile." in told(answer)
    assert "from me" in answer.content.decode()
    license.refresh_from_db()
    assert license.comment == "from a colleague"


@pytest.mark.parametrize("seen", ["", "nonsense", "2020-01-01T00:00:00+00:00"])
def test_a_form_that_does_not_say_what_it_has_seen_is_stale(seen: str, everything: Client) -> None:
    license = make_license()

    page = save(everything, address(License, "change", license.pk), last_edited_at=seen, comment="x")

    assert "Somebody else changed this meanwhile." in told(page)


def test_an_activation_meanwhile_does_not_make_the_form_stale(everything: Client) -> None:
    license = make_license()
    page = address(License, "change", license.pk)
    fields = form_of(everything.get(page))

    make_activation(license)
    everything.post(page, fields | {"comment": "from me"})

    license.refresh_from_db()
    assert (license.comment, license.activations_in_use) == ("from me", 1)


def test_whole_keys_are_shown_only_to_those_who_may_change_licenses(everything: Client, looking: Client) -> None:
    license = make_license(customer=make_customer("Anna Berg"), computers=("PC",))
    page = address(License, "change", license.pk)

    assert license.activation_key in everything.get(page).content.decode()
    seen = looking.get(page).content.decode()
    assert license.activation_key not in seen
    assert license.masked_key in seen


def test_whole_keys_stand_in_no_list_history_or_event(everything: Client) -> None:
    license = make_license(computers=("PC",))
    save(everything, address(License, "change", license.pk), comment="x")
    activation = license.activations.get()
    event = AuditEvent.objects.get(action="license.edited")

    pages = [
        address(License, "changelist"),
        address(License, "history", license.pk),
        address(type(activation), "changelist"),
        address(type(activation), "change", activation.pk),
        address(AuditEvent, "changelist"),
        address(AuditEvent, "change", event.pk),
    ]
    for page in pages:
        assert license.activation_key not in everything.get(page).content.decode(), page


def test_the_status_filter_agrees_with_the_status_that_is_shown(everything: Client) -> None:
    ended = last_ended_date()
    make_license(max_activations=0)
    make_license()
    make_license(computers=("PC",))
    make_license(max_activations=1, computers=("PC",))
    make_license(expires_on=ended)
    revoked = make_license(expires_on=ended)
    License.objects.filter(pk=revoked.pk).update(revoked_at=revoked.created_at)
    licenses = {license.pk: license.status.name.lower() for license in License.objects.all()}

    for status in set(licenses.values()) | {"nonsense"}:
        page = everything.get(address(License, "changelist"), {"status": status})
        found = {license.pk for license in page.context["cl"].result_list}
        assert found == {pk for pk, name in licenses.items() if status in {name, "nonsense"}}, status
    assert len(set(licenses.values())) == 5


def test_a_first_activation_that_sets_the_expiry_date_makes_the_form_stale(everything: Client) -> None:
    license = make_license(license_model="trial", expires_after_days=30)
    page = address(License, "change", license.pk)
    stale = form_of(everything.get(page))

    make_activation(license)
    answer = everything.post(page, stale | {"comment": "from me"})

    assert "Somebody else changed this meanwhile." in told(answer)
    license.refresh_from_db()
    assert license.expires_on is not None


@pytest.mark.django_db
def test_staff_who_may_change_but_not_add_issue_nothing() -> None:
    client = client_of(make_staff("Chris Change", "view", "change"))

    assert client.get(address(License, "add")).status_code == 403
    assert client.get(address(License, "change", make_license(user_group=make_group()).pk)).status_code == 200
