"""Who asks for the plans, and what they look at: people of the reference data, and what it lacks, made for a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from accounts.audit import SYSTEM, Detail, record_each
from accounts.models import User
from accounts.people import create_person
from bench.reference.sizes import CONTACT_OF_BUSY, CONTACT_OF_LARGEST, MEMBER_OF_LARGEST_GROUP, REFERENCE, STAFF
from licenses.license_files import issue_license_file
from licenses.locking import concerned_by
from licenses.models import Activation, Batch, License, Product
from licenses.querysets import seen_by_way
from licenses.signing import rotate_signing_key
from organizations.access import viewer_for
from organizations.models import Customer, GroupMember, Organization, UserGroup
from organizations.privileges import Privilege
from tests.invited import make_group_invitation, make_invitation
from tests.releases import make_release, make_release_file

MEMBER_WHO_SEES_ALL = "member@group2.example"
PEOPLE = {
    "contact with 100,000": (CONTACT_OF_LARGEST, REFERENCE.of_largest_organization),
    "contact with 5,000": (CONTACT_OF_BUSY, REFERENCE.of_busy_organization),
    "member of the group with 200,000": (MEMBER_OF_LARGEST_GROUP, REFERENCE.of_largest_group),
    "group member who sees all": (MEMBER_WHO_SEES_ALL, REFERENCE.licenses),
    "staff": (STAFF, REFERENCE.licenses),
    "signed out": ("", 0),
}
"""Who asks: their address, and how many licenses they see."""
ALL_BUT_EVERYTHING = frozenset(Privilege) - {Privilege.VIEW_ALL, Privilege.VIEW_ALL_ORGANIZATIONS}
OF_AN_ORDER = 25
OF_A_LONG_HISTORY = 1_000
A_YEAR = timedelta(days=365)


@contextmanager
def set_stage() -> Iterator[None]:
    """Make what the reference data lacks, and take all of it back: keys, a release, orders, invitations, privileges."""
    with transaction.atomic():
        _give_privileges()
        for product in Product.objects.all():
            rotate_signing_key(product, SYSTEM)
        files = [make_release_file(make_release(product, "99.0.0")) for product in Product.objects.all()]
        for email in (MEMBER_OF_LARGEST_GROUP, MEMBER_WHO_SEES_ALL):
            _furnish(User.objects.get(email=email))
        try:
            yield
        finally:
            for file in files:
                file.file.delete(save=False)
            transaction.set_rollback(True)


def _give_privileges() -> None:
    given = {MEMBER_OF_LARGEST_GROUP: ALL_BUT_EVERYTHING, MEMBER_WHO_SEES_ALL: frozenset(Privilege)}
    for email, privileges in given.items():
        UserGroup.objects.filter(members__user__email=email).update(
            privileges=sorted(privileges), may_issue_all_products=True
        )


def _furnish(member: User) -> None:
    """Give the user group of `member` an order, a colleague and an open invitation."""
    group = member.group_member.user_group
    batch = Batch.objects.create(token=uuid4(), user_group=group, created_by=member)
    newest = License.objects.filter(user_group=group).order_by("-pk").values_list("pk", flat=True)[:OF_AN_ORDER]
    License.objects.filter(pk__in=list(newest)).update(batch=batch)
    colleague = create_person(f"colleague.of.{member.email}", "Carla Colleague")
    GroupMember.objects.create(user=colleague, user_group=group)
    make_group_invitation(group, member, f"Ina {member.email}")


def things_of(user: User) -> dict[str, str]:
    """Return what of the data `user` looks at, by what addresses call it."""
    license = _license_of(user)
    activation = Activation.objects.in_use().filter(license=license).first()
    assert activation is not None
    much_happened_to(license)
    activation = issue_license_file(activation.pk, SYSTEM)
    organization = license.organization or Organization.objects.latest("pk")
    members = organization.members.exclude(primary_contact_of=organization).exclude(secondary_contact_of=organization)
    member = members.first() or Customer.objects.latest("pk")
    invitation = make_invitation(organization, user, f"Ino {uuid4()}")
    found = {
        "license_id": license.pk,
        "activation_id": activation.pk,
        "file_id": activation.license_file_id,
        "organization_id": organization.pk,
        "member_id": member.pk,
        "invitation_id": invitation.pk,
        "known_id": _customer_of(user).pk,
        "key_id": license.product.signing_keys.filter(retired_at=None).get().key_id,
        "release_file_id": license.product.versions.get(major=99).releases.get().files.get().pk,
        "pk": 1,
        "email": user.email,
        "app_label": "licenses",
        **_of_group(user),
        **_newest_of_models(),
    }
    return {name: str(value) for name, value in found.items()}


def much_happened_to(license: License) -> None:
    """Let the license have a long history, which began when it was made: what is newest stays what it was."""
    each: list[dict[str, Detail]] = [{}] * OF_A_LONG_HISTORY
    concerned, made = concerned_by(license), license.created_at
    record_each(SYSTEM, "license.key_shown", license, each, concerned=concerned, now=made)
    internal: list[dict[str, Detail]] = [{"order_id": {"before": "", "after": "SO"}}] * OF_A_LONG_HISTORY
    record_each(SYSTEM, "license.edited", license, internal, concerned=concerned, now=made + timedelta(days=1))


def _license_of(user: User) -> License:
    """Return a license with everything: in use, of a customer in an organization, ending and with updates."""
    _way, condition = seen_by_way(viewer_for(user))[-1]
    today = timezone.now().date()
    rows = License.objects.filter(
        condition,
        customer__isnull=False,
        organization__isnull=False,
        revoked_at=None,
        activations_in_use__gt=0,
        expires_on__gt=today,
        maintenance_until__gt=today,
    )
    return rows.order_by("-pk")[0]


def _customer_of(user: User) -> Customer:
    """Return a customer whom the person's user group serves; for anybody else, any."""
    member = GroupMember.objects.filter(user=user).first()
    customers = Customer.objects.filter(user_group=member.user_group) if member else Customer.objects.all()
    return customers.latest("pk")


def _of_group(user: User) -> dict[str, object]:
    member = GroupMember.objects.filter(user=user).first() or GroupMember.objects.get(
        user__email=MEMBER_OF_LARGEST_GROUP
    )
    group = member.user_group
    return {
        "batch_id": Batch.objects.filter(user_group=group).latest("pk").pk,
        "colleague_id": group.members.exclude(pk=member.pk).latest("pk").pk,
        "group_invitation_id": group.invitations.latest("pk").pk,
        "content_type_id": ContentType.objects.get_for_model(License).pk,
    }


def _newest_of_models() -> dict[str, object]:
    """Return the newest row of each model in the administration, by what addresses there call the model."""
    models = [model._meta for model in apps.get_models() if admin.site.is_registered(model)]
    newest = {model: model.default_manager.order_by("-pk").first() for model in models if model.default_manager}
    return {f"{model.app_label}_{model.model_name}": row.pk for model, row in newest.items() if row}
