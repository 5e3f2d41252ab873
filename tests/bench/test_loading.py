"""The reference data, on a tiny scale: as many rows as promised, and everything in them agrees."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection
from django.db.models import Count, F, Q

from accounts.fields import DerivedCharField
from accounts.models import User
from bench.loading import FILLED, load
from bench.reference.sizes import (
    CONTACT_OF_BUSY,
    CONTACT_OF_LARGEST,
    MEMBER_OF_LARGEST_GROUP,
    STAFF,
    Size,
)
from licenses.activation_key import has_valid_checksum
from licenses.models import Activation, License, Product
from licenses.status import Status, status_q
from organizations.access import viewer_for
from organizations.models import Customer, Organization, UserGroup

TINY = Size(
    name="tiny",
    licenses=400,
    activations=600,
    customers=100,
    organizations=20,
    user_groups=3,
    products=4,
    of_largest_organization=40,
    of_largest_group=80,
    of_busy_organization=60,
)
pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the reference data is loaded by COPY, which PostgreSQL alone knows"
)


@pytest.fixture
def loaded(transactional_db: None) -> Iterator[None]:
    """The tiny data set, in the database of the test."""
    load(TINY)
    yield
    ContentType.objects.clear_cache()


def seen_by(address: str) -> int:
    return License.objects.visible_to(viewer_for(User.objects.get(email=address))).count()


def of_organization(contact: str) -> int:
    return License.objects.filter(organization__primary_contact__user__email=contact).count()


def indexes_and_constraints() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace "
            "UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        )
        return set(cursor.fetchall())


def test_indexes_and_constraints_are_as_the_migrations_made_them(transactional_db: None) -> None:
    before = indexes_and_constraints()
    load(TINY)
    assert indexes_and_constraints() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE NOT convalidated")
        assert cursor.fetchone() == (0,)
    with pytest.raises(IntegrityError):
        License.objects.update(activations_in_use=F("max_activations") + 1)


def test_data_is_what_its_size_says(loaded: None) -> None:
    counts = {
        model: model.objects.count() for model in (License, Activation, Customer, Organization, UserGroup, Product)
    }
    assert counts == {License: 400, Activation: 600, Customer: 100, Organization: 20, UserGroup: 3, Product: 4}
    assert User.objects.count() == 100 + 3 + 1
    of_contacts = {contact: of_organization(contact) for contact in (CONTACT_OF_LARGEST, CONTACT_OF_BUSY)}
    assert of_contacts == {CONTACT_OF_LARGEST: 40, CONTACT_OF_BUSY: 60}


def test_known_people_see_what_they_are_known_for(loaded: None) -> None:
    License.objects.update(deleted_at=None)
    assert seen_by(CONTACT_OF_LARGEST) == 40
    assert seen_by(CONTACT_OF_BUSY) == 60
    assert seen_by(MEMBER_OF_LARGEST_GROUP) == 80
    assert User.objects.get(email=STAFF).is_superuser


def test_largest_organization_has_the_oldest_and_the_largest_group_has_some_everywhere(loaded: None) -> None:
    licenses = list(License.objects.order_by("pk"))
    assert [license.created_at for license in licenses] == sorted(license.created_at for license in licenses)
    largest = Organization.objects.get(primary_contact__user__email=CONTACT_OF_LARGEST)
    assert {license.organization_id for license in licenses[:40]} == {largest.pk}
    assert largest.pk not in {license.organization_id for license in licenses[40:]}
    group = User.objects.get(email=MEMBER_OF_LARGEST_GROUP).group_member.user_group_id
    per_quarter = [
        sum(each.user_group_id == group for each in licenses[start : start + 100]) for start in (0, 100, 200, 300)
    ]
    assert per_quarter == [20, 20, 20, 20]


def test_counters_agree_with_the_activations(loaded: None) -> None:
    in_use = Count("activations", filter=Q(activations__deactivated_at=None))
    assert not License.objects.annotate(rows=in_use).exclude(rows=F("activations_in_use")).exists()
    assert not Activation.objects.filter(activated_at__lt=F("license__created_at")).exists()
    assert not Activation.objects.filter(deactivated_at__lt=F("activated_at")).exists()


def test_rows_are_what_the_portal_itself_would_save(loaded: None) -> None:
    for model in FILLED:
        derived = [field for field in model._meta.concrete_fields if isinstance(field, DerivedCharField)]
        for row in model._default_manager.all():
            assert all(getattr(row, field.name) == field.by(getattr(row, field.source)) for field in derived)
            row.clean_fields(
                exclude=[field.name for field in row._meta.concrete_fields if not field.value_from_object(row)]
            )
    assert all(has_valid_checksum(license.activation_key) for license in License.objects.all())


def test_every_status_and_empty_fields_occur(loaded: None) -> None:
    assert all(License.objects.filter(status_q(status)).exists() for status in Status)
    for field in ("customer", "organization", "user_group", "expires_on", "maintenance_until", "order_id"):
        missing = Counter(not getattr(license, field) for license in License.objects.all())
        assert min(missing[True], missing[False]) > 10, field
