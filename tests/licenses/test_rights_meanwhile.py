"""Between the gate and the lock: who acts for a user group that just lost a license or a right changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from accounts.audit import SYSTEM, Actor
from accounts.models import AuditEvent, Mail, User
from licenses import activation, deactivating, issuing, license_files
from licenses.bulk import revoke_several
from licenses.generic_files import issue_generic_file
from licenses.locking import locked_license
from licenses.mailing import mail_licenses
from licenses.models import Activation, GenericFile, License, LicenseFile, MailTemplate
from licenses.orders import place
from licenses.renewing import Renewal, renew, renew_several
from licenses.terms import today
from organizations.models import GroupMember, UserGroup
from organizations.privileges import Privilege
from tests.cast import make_customer, make_group, make_license, make_member, make_product
from tests.licenses.pages import words
from tests.licenses.reselling import SUBSCRIPTION, actor_of, make_reseller, order_of

P = Privilege
EVERYTHING = tuple(each for each in P if each not in {P.VIEW_ALL, P.VIEW_ALL_ORGANIZATIONS})


@dataclass(frozen=True)
class Scene:
    """A license of North with a computer in use and one that is free again, and a member who does something."""

    north: UserGroup
    south: UserGroup
    member: User
    actor: Actor
    license: License
    unused: License
    generic: License
    in_use: Activation
    free: Activation
    template: MailTemplate


@pytest.fixture
def scene(db: None) -> Scene:
    north, south = make_reseller(*EVERYTHING), make_group(*EVERYTHING, name="South")
    member = make_member(north, "Rasmus North")
    product = make_product("Spectra", generic_allowed=True, license_file_days=30)
    anna, later = make_customer("Anna Buyer", user_group=north), today() + timedelta(days=10)
    license, unused, generic = (
        make_license(
            customer=anna, user_group=north, product=product, license_model=SUBSCRIPTION, expires_on=later, **fields
        )
        for fields in ({}, {}, {"is_generic": True, "max_activations": 0})
    )
    in_use, free = (
        activation.activate(license.pk, SYSTEM, computer_id=name, computer_name=name).activation
        for name in ("IN-USE", "FREE")
    )
    activation.deactivate(free.pk, SYSTEM)
    free.refresh_from_db()
    template = MailTemplate.objects.create(name="New", subject="Licenses", body="Hello {customer}: {licenses}")
    actor = actor_of(north, member)
    return Scene(north, south, member, actor, license, unused, generic, in_use, free, template)


def edit(scene: Scene) -> None:
    license = License.objects.get(pk=scene.license.pk)
    license.licensee = "Somebody else"
    issuing.edit(license, scene.actor)


def reinstate(scene: Scene) -> None:
    issuing.reinstate(scene.license.pk, scene.actor)


LONGER = Renewal(expiry_days=5)
STORIES: dict[str, tuple[Privilege, Callable[[Scene], object]]] = {
    "edit": (P.EDIT, edit),
    "renew": (P.RENEW, lambda s: renew(s.license.pk, s.actor, LONGER)),
    "renew several": (
        P.RENEW,
        lambda s: renew_several(
            [s.license.pk, s.unused.pk], dict.fromkeys([s.license.pk, s.unused.pk], s.actor), LONGER
        ),
    ),
    "revoke": (P.REVOKE, lambda s: issuing.revoke(s.license.pk, s.actor, reason="Unpaid")),
    "revoke several": (
        P.REVOKE,
        lambda s: revoke_several(
            [s.license.pk, s.unused.pk], {s.license.pk: s.actor, s.unused.pk: s.actor}, reason="Unpaid"
        ),
    ),
    "reinstate": (P.REVOKE, reinstate),
    "delete": (P.DELETE, lambda s: issuing.delete(s.unused.pk, s.actor)),
    "mail": (P.SEND_MAIL, lambda s: mail_licenses([s.license.pk, s.unused.pk], s.template, s.actor)),
    "activate": (P.ACTIVATE, lambda s: activation.activate(s.license.pk, s.actor, computer_id="NEW")),
    "replace": (P.DEACTIVATE, lambda s: activation.replace(s.in_use.pk, s.actor, computer_id="NEW")),
    "deactivate": (P.DEACTIVATE, lambda s: activation.deactivate(s.in_use.pk, s.actor)),
    "deactivate several": (
        P.DEACTIVATE,
        lambda s: deactivating.deactivate_several([s.in_use.pk], {s.license.pk: s.actor}),
    ),
    "activate again": (P.ACTIVATE, lambda s: deactivating.activate_again([s.free.pk], {s.license.pk: s.actor})),
    "rename": (P.ACTIVATE, lambda s: activation.rename_computer(s.in_use.pk, s.actor, name="X", was="IN-USE")),
    "license file": (P.ACTIVATE, lambda s: license_files.issue_license_file(s.in_use.pk, s.actor)),
    "license files": (P.ACTIVATE, lambda s: license_files.issue_outdated_license_files(s.license.pk, s.actor)),
    "generic file": (P.ACTIVATE, lambda s: issue_generic_file(s.generic.pk, s.actor)),
}


def moved(scene: Scene) -> None:
    License.objects.update(user_group=scene.south)


def switched_off(scene: Scene) -> None:
    UserGroup.objects.filter(pk=scene.north.pk).update(is_active=False)


def removed(scene: Scene) -> None:
    GroupMember.objects.filter(user=scene.member).delete()


def switched_off_themselves(scene: Scene) -> None:
    User.objects.filter(pk=scene.member.pk).update(is_active=False)


def deleted(scene: Scene) -> None:
    License.objects.filter(pk__in=[scene.license.pk, scene.generic.pk]).update(deleted_at=scene.license.created_at)


def everything() -> list[object]:
    """Return every row that a story could write."""
    kept = (License, Activation, LicenseFile, GenericFile, AuditEvent, Mail)
    return [list(model._default_manager.order_by("pk").values()) for model in kept]


@pytest.mark.parametrize("what", [moved, switched_off, removed, switched_off_themselves])
@pytest.mark.parametrize("story", STORIES)
def test_license_that_is_not_the_groups_any_more_does_not_exist_for_who_acts(
    scene: Scene, story: str, what: Callable[[Scene], None]
) -> None:
    what(scene)
    refused_with(Http404, scene, story)


@pytest.mark.parametrize("story", sorted(STORIES.keys() - {"delete"}))
def test_license_that_was_deleted_meanwhile_does_not_exist_either(scene: Scene, story: str) -> None:
    deleted(scene)
    refused_with(Http404, scene, story)


@pytest.mark.parametrize("story", STORIES)
def test_privilege_that_was_taken_away_meanwhile_counts(scene: Scene, story: str) -> None:
    privilege, _done = STORIES[story]
    UserGroup.objects.filter(pk=scene.north.pk).update(privileges=sorted(set(EVERYTHING) - {privilege}))
    refused_with(PermissionDenied, scene, story)


@pytest.mark.parametrize("story", STORIES)
def test_who_still_may_does_it(scene: Scene, story: str) -> None:
    if story == "reinstate":
        issuing.revoke(scene.license.pk, scene.actor, reason="Unpaid")
    if story == "license files":
        License.objects.filter(pk=scene.license.pk).update(
            terms_changed_at=scene.license.created_at + timedelta(days=1)
        )
    before = everything()
    STORIES[story][1](scene)
    assert everything() != before


def test_delete_that_comes_twice_is_told_that_it_is_done(scene: Scene) -> None:
    assert issuing.delete(scene.unused.pk, scene.actor)
    assert not issuing.delete(scene.unused.pk, scene.actor)


@pytest.mark.parametrize("what", [switched_off, removed, switched_off_themselves])
def test_order_of_who_left_the_group_meanwhile_makes_nothing(scene: Scene, what: Callable[[Scene], None]) -> None:
    what(scene)
    order, before = order_of(), everything()
    with pytest.raises(Http404):
        place(order, scene.north.pk, scene.actor)
    assert everything() == before


def test_order_of_a_group_that_may_not_create_any_more_makes_nothing(scene: Scene) -> None:
    UserGroup.objects.filter(pk=scene.north.pk).update(privileges=[P.EDIT_CUSTOMERS])
    order, before = order_of(), everything()
    with pytest.raises(PermissionDenied, match="not yours to do"):
        place(order, scene.north.pk, scene.actor)
    assert everything() == before


def test_member_of_another_group_by_now_orders_nothing_for_the_first(scene: Scene) -> None:
    GroupMember.objects.filter(user=scene.member).update(user_group=scene.south)
    with pytest.raises(PermissionDenied):
        place(order_of(), scene.north.pk, scene.actor)


def test_what_the_person_holds_as_a_customer_stays(scene: Scene) -> None:
    """Acting for a group whose license it is no more: they see it by another way, and are told whom to ask."""
    License.objects.update(user_group=scene.south, customer=make_own(scene.member))
    for story in ("edit", "mail", "activate"):
        refused_with(PermissionDenied, scene, story)
    assert activation.activate(scene.license.pk, Actor.person(scene.member), computer_id="NEW").is_new


def make_own(user: User) -> UUID:
    customer = make_customer("Rasmus himself")
    type(customer).objects.filter(pk=customer.pk).update(user=user)
    return customer.pk


def refused_with(error: type[Exception], scene: Scene, story: str) -> None:
    before = everything()
    with pytest.raises(error):
        STORIES[story][1](scene)
    assert everything() == before


def without_revoke(scene: Scene) -> None:
    UserGroup.objects.filter(pk=scene.north.pk).update(privileges=[P.EDIT])


@pytest.mark.parametrize(("what", "status"), [(moved, 404), (switched_off, 404), (without_revoke, 403)])
def test_page_is_the_one_that_anybody_without_the_right_gets(
    scene: Scene, client: Client, monkeypatch: pytest.MonkeyPatch, what: Callable[[Scene], None], status: int
) -> None:
    def wait_for_somebody_else(license_id: UUID) -> License:
        what(scene)
        return locked_license(license_id)

    client.force_login(scene.member)
    address = reverse("licenses:revoke", args=[scene.license.pk])
    with monkeypatch.context() as patched:
        patched.setattr("licenses.issuing.locked_license", wait_for_somebody_else)
        late = client.post(address, {"reason": "Unpaid"})
    scene.license.refresh_from_db()
    assert scene.license.revoked_at is None
    what(scene)
    never = client.post(address, {"reason": "Unpaid"})
    assert late.status_code == never.status_code == status
    if what is not switched_off:
        assert words(late) == words(never)
