"""The rows of a world, made without the portal's stories, so that anything the database allows can be."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from accounts.audit import Kind
from accounts.models import AuditEvent, User
from licenses import models
from licenses.activation_key import make
from organizations.models import Customer, GroupMember, Organization, UserGroup
from tests.worlds import EventFacts, World

RowT = TypeVar("RowT", bound=Model)


@dataclass(frozen=True)
class Rows:
    """The rows of a world, in the order of its numbers. Not every person has a customer."""

    groups: list[UserGroup]
    users: list[User]
    customers: dict[int, Customer]
    organizations: list[Organization]
    licenses: list[models.License]
    activations: list[models.Activation]
    events: list[AuditEvent]


@contextmanager
def existing(world: World) -> Iterator[Rows]:
    """Make the rows of `world`, and undo them and everything else at the end."""
    with transaction.atomic():
        yield _make_rows(world)
        transaction.set_rollback(True)


def _make_rows(world: World) -> Rows:
    groups = UserGroup.objects.bulk_create(
        UserGroup(
            name=f"Group {n}", email="g@example.org", privileges=sorted(facts.privileges), is_active=facts.is_active
        )
        for n, facts in enumerate(world.groups)
    )
    organizations = Organization.objects.bulk_create(
        Organization(name=f"Organization {n}", user_group=_at(groups, facts.group))
        for n, facts in enumerate(world.organizations)
    )
    users = _make_users(world, groups)
    customers = _make_customers(world, users, groups, organizations)
    for row, facts in zip(organizations, world.organizations, strict=True):
        row.primary_contact, row.secondary_contact = _of(customers, facts.primary), _of(customers, facts.secondary)
    Organization.objects.bulk_update(organizations, ["primary_contact", "secondary_contact"])
    licenses = _make_licenses(world, customers, organizations, groups)
    activations = models.Activation.objects.bulk_create(
        models.Activation(
            license=license,
            computer_id=f"ID-{n}",
            activated_as=Kind.SYSTEM,
            license_file_id=f"{n:032}",
            license_file_issued_at=timezone.now(),
        )
        for n, license in enumerate(licenses)
    )
    events = _make_events(world, users, customers, organizations, groups, licenses)
    return Rows(groups, users, customers, organizations, licenses, activations, events)


def _make_users(world: World, groups: list[UserGroup]) -> list[User]:
    users = User.objects.bulk_create(
        User(
            email=f"person{n}@example.org",
            full_name=f"Person {n}",
            is_active=facts.is_active,
            is_staff=facts.is_staff,
            is_superuser=facts.is_superuser,
        )
        for n, facts in enumerate(world.people)
    )
    GroupMember.objects.bulk_create(
        GroupMember(user=user, user_group=groups[facts.member_of])
        for user, facts in zip(users, world.people, strict=True)
        if facts.member_of is not None
    )
    by_name = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    User.user_permissions.through.objects.bulk_create(
        User.user_permissions.through(user=user, permission=by_name[name])
        for user, facts in zip(users, world.people, strict=True)
        for name in facts.permissions
    )
    return users


def _make_customers(
    world: World, users: list[User], groups: list[UserGroup], organizations: list[Organization]
) -> dict[int, Customer]:
    customers = {
        n: Customer(
            user=users[n],
            organization=_at(organizations, facts.organization),
            user_group=_at(groups, facts.served_by),
        )
        for n, facts in enumerate(world.people)
        if facts.is_customer
    }
    Customer.objects.bulk_create(customers.values())
    return customers


def _make_licenses(
    world: World, customers: dict[int, Customer], organizations: list[Organization], groups: list[UserGroup]
) -> list[models.License]:
    product = models.Product.objects.create(name="Spectra", slug="spectra")
    version = models.ProductVersion.objects.create(product=product, major=4, minor=1, released_on=date(2025, 3, 1))
    return models.License.objects.bulk_create(
        models.License(
            activation_key=make(),
            product_version=version,
            license_model=models.LicenseModel.PERMANENT,
            licensee=f"Licensee {n}",
            customer=_of(customers, facts.customer),
            organization=_at(organizations, facts.organization),
            user_group=_at(groups, facts.group),
            activations_in_use=1,
            deleted_at=timezone.now() if facts.is_deleted else None,
        )
        for n, facts in enumerate(world.licenses)
    )


def _make_events(
    world: World,
    users: list[User],
    customers: dict[int, Customer],
    organizations: list[Organization],
    groups: list[UserGroup],
    licenses: list[models.License],
) -> list[AuditEvent]:
    return AuditEvent.objects.bulk_create(
        AuditEvent(
            actor_id=_pk(_at(users, facts.actor)),
            actor_kind=Kind.SYSTEM if facts.actor is None else Kind.PERSON,
            at=timezone.now() - timedelta(days=n),
            action=f"{_target(facts, licenses, users)._meta.model_name}.edited".replace("user.", "person."),
            details={"comment" if facts.is_internal else "licensee": {"before": "A", "after": "B"}},
            target_type=_target(facts, licenses, users)._meta.model_name or "",
            target_id=_target(facts, licenses, users).pk,
            customer_id=_pk(_of(customers, facts.customer)),
            organization_id=_pk(_at(organizations, facts.organization)),
            user_group_id=_pk(_at(groups, facts.group)),
        )
        for n, facts in enumerate(world.events)
    )


def _target(facts: EventFacts, licenses: list[models.License], users: list[User]) -> Model:
    """Return what an event is about: a license, else somebody's sign-in, else something that nobody owns."""
    return _at(licenses, facts.license) or _at(users, facts.person) or models.Product.objects.get()


def _at(rows: list[RowT], number: int | None) -> RowT | None:
    return None if number is None else rows[number]


def _of(customers: dict[int, Customer], number: int | None) -> Customer | None:
    return None if number is None else customers[number]


def _pk(row: Model | None) -> UUID | None:
    return None if row is None else row.pk
