"""Issuing, editing, revoking and reinstating licenses."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accounts.audit import Actor
from accounts.models import AuditEvent
from licenses import activation_key as keys
from licenses.activation import deactivate
from licenses.errors import LicenseError, Reason
from licenses.issuing import edit, issue, reinstate, revoke
from licenses.models import Feature, License, LicenseModel, Product
from licenses.status import Status
from organizations.models import Customer
from tests.cast import make_activation, make_customer, make_group, make_license, make_organization
from tests.licenses.moments import DAY, HOUR, NOW, Clock


def new_license(product: Product, activation_key: str = "", **fields: object) -> License:
    return License(
        product_version=product.versions.get(),
        license_model=LicenseModel.PERMANENT,
        licensee="Somebody",
        activation_key=activation_key,
        **fields,
    )


def fresh(license: License) -> License:
    return License.objects.get(pk=license.pk)


def refused(call: Callable[[], object]) -> LicenseError:
    with pytest.raises(LicenseError) as refusal:
        call()
    return refusal.value


# Keys


def test_issued_license_gets_a_key_of_its_own(product: Product, actor: Actor) -> None:
    license = fresh(issue(new_license(product), actor))
    assert keys.has_valid_checksum(license.activation_key)
    assert license.folded_key == license.activation_key.replace("-", "")
    assert license.key_tail == license.activation_key[-5:]
    assert (license.created_by_id, license.created_at) == (actor.user_id, NOW)


@pytest.mark.parametrize(
    "foreign", ["QLM-2019-000417", "a5j2-33k9 01OI", "{0F8A-11C2-77D0}", "1234567890123456789012345"]
)
def test_key_of_another_format_is_kept_as_it_is(product: Product, actor: Actor, foreign: str) -> None:
    license = fresh(issue(new_license(product, f" {foreign} "), actor))
    assert license.activation_key == foreign
    assert license.folded_key == keys.fold(foreign)
    assert license.key_tail == keys.fold(foreign)[-5:]


@pytest.mark.parametrize("foreign", ["{0F8A-11}", "ABCDE-12345", "ключ от лицензии", "-----"])
def test_key_that_could_be_guessed_or_has_too_few_plain_characters_is_refused(
    product: Product, actor: Actor, foreign: str
) -> None:
    found = refused(lambda: issue(new_license(product, foreign), actor))
    assert found.reason is Reason.BAD_KEY
    assert found.sentence == "An activation key needs at least 12 letters and digits, or it could be guessed."


def test_own_key_brought_along_is_shown_in_groups_of_five(product: Product, actor: Actor) -> None:
    key = keys.make()
    assert issue(new_license(product, key.lower().replace("-", " ")), actor).activation_key == key


def test_own_key_with_a_wrong_checksum_is_refused(product: Product, actor: Actor) -> None:
    key = keys.make()
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
    found = refused(lambda: issue(new_license(product, wrong), actor))
    assert found.reason is Reason.BAD_KEY
    assert not License.objects.exists()


def test_no_key_is_given_twice_however_it_is_typed(product: Product, actor: Actor) -> None:
    key = issue(new_license(product), actor).activation_key
    with pytest.raises((LicenseError, IntegrityError)), transaction.atomic():
        issue(new_license(product, key.lower().replace("-", "")), actor)
    assert License.objects.count() == 1


# Whose it is


def test_license_of_a_member_belongs_to_their_organization_unless_another_is_chosen(
    product: Product, actor: Actor
) -> None:
    acme, globex = make_organization("Acme"), make_organization("Globex")
    member = make_customer(organization=acme)
    assert issue(new_license(product, customer=member), actor).organization == acme
    assert issue(new_license(product, customer=member, organization=globex), actor).organization == globex
    assert issue(new_license(product, customer=make_customer()), actor).organization is None


def test_issuing_is_written_down_with_whom_it_concerns(product: Product, anna: Customer, actor: Actor) -> None:
    acme, north = make_organization("Acme"), make_group(name="North")
    license = issue(new_license(product, customer=anna, organization=acme, user_group=north), actor)
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.target_id) == ("license.issued", license.pk)
    assert (event.customer_id, event.organization_id, event.user_group_id) == (anna.pk, acme.pk, north.pk)


# Editing


def test_edit_saves_the_changed_fields_and_tells_before_and_after(license: License, actor: Actor) -> None:
    license.order_id, license.expires_on = "4711", date(2027, 1, 1)
    edited = edit(license, actor)
    assert (edited.order_id, fresh(license).expires_on) == ("4711", date(2027, 1, 1))
    assert AuditEvent.objects.latest("id").details == {
        "expires_on": {"before": None, "after": "2027-01-01"},
        "order_id": {"before": "", "after": "4711"},
    }


def test_edit_that_changes_nothing_writes_nothing(license: License, actor: Actor, clock: Clock) -> None:
    events, edited_at = AuditEvent.objects.count(), license.edited_at
    clock.pass_by(HOUR)
    edit(fresh(license), actor)
    assert AuditEvent.objects.count() == events
    assert fresh(license).edited_at == edited_at


def test_edit_never_writes_counters_keys_or_what_other_stories_keep(license: License, actor: Actor) -> None:
    stale = fresh(license)
    stale.activations_in_use, stale.activation_key, stale.revoked_at = 2, "FORGED", NOW
    stale.comment = "Called on Monday"
    edit(stale, actor)
    saved = fresh(license)
    assert (saved.activations_in_use, saved.activation_key, saved.revoked_at) == (0, license.activation_key, None)
    assert saved.comment == "Called on Monday"


def test_who_edits_what_somebody_changed_meanwhile_is_told(license: License, actor: Actor, clock: Clock) -> None:
    mine, theirs = fresh(license), fresh(license)
    seen = mine.edited_at
    clock.pass_by(HOUR)
    theirs.licensee = "Acme Holding"
    edit(theirs, actor, edited_at=seen)
    mine.order_id = "4711"
    found = refused(lambda: edit(mine, actor, edited_at=seen))
    assert found.reason is Reason.STALE
    assert found.sentence == "Somebody else changed this license meanwhile. Look at it again, then change it."
    assert (fresh(license).licensee, fresh(license).order_id) == ("Acme Holding", "")


def test_activating_meanwhile_makes_no_form_stale(license: License, actor: Actor, clock: Clock) -> None:
    mine = fresh(license)
    clock.pass_by(HOUR)
    make_activation(license)
    mine.order_id = "4711"
    edit(mine, actor, edited_at=mine.edited_at)
    assert (fresh(license).order_id, fresh(license).activations_in_use) == ("4711", 1)


def test_fewer_than_in_use_cannot_be_allowed_and_the_computers_are_named(anna: Customer, actor: Actor) -> None:
    license = make_license(customer=anna, max_activations=3, computers=("ONE", "TWO"))
    license.max_activations = 1
    found = refused(lambda: edit(license, actor))
    assert found.reason is Reason.BELOW_IN_USE
    assert found.sentence == ("2 computers use this license, so 1 cannot be allowed. Deactivate first: TWO, ONE.")
    assert fresh(license).max_activations == 3
    license.max_activations = 2
    assert edit(license, actor).max_activations == 2


def test_of_many_computers_in_use_ten_are_named(anna: Customer, actor: Actor) -> None:
    license = make_license(customer=anna, max_activations=12, computers=tuple(f"PC-{n:02}" for n in range(12)))
    license.max_activations = 0
    assert refused(lambda: edit(license, actor)).sentence.endswith("PC-03, PC-02 and 2 more.")


def test_days_until_it_expires_cannot_begin_after_the_first_activation(license: License, actor: Actor) -> None:
    license.expires_after_days = 30
    assert edit(license, actor).expires_after_days == 30
    make_activation(license)
    late = fresh(license)
    late.expires_on = None
    found = refused(lambda: edit(late, actor))
    assert found.reason is Reason.NEEDS_DATE
    late.expires_on = date(2027, 1, 1)
    assert edit(late, actor).expires_on == date(2027, 1, 1)


def test_changed_features_are_told_by_their_codes(license: License, actor: Actor) -> None:
    export = Feature.objects.create(product=license.product, code="export", name="Export")
    edit(fresh(license), actor, features=(export,))
    assert AuditEvent.objects.latest("id").details == {"features": {"before": [], "after": ["export"]}}
    assert [feature.code for feature in license.features.all()] == ["export"]


# Revoking and reinstating


def test_revoking_ends_a_license_and_reinstating_undoes_that(anna: Customer, actor: Actor) -> None:
    license = make_license(customer=anna, computers=("ONE",))
    assert revoke(license.pk, actor, reason="  Unpaid ")
    revoked = fresh(license)
    assert (revoked.revoked_at, revoked.revoked_by_id, revoked.revoked_reason) == (NOW, actor.user_id, "Unpaid")
    assert revoked.status is Status.REVOKED
    assert revoked.activations_in_use == 1
    assert reinstate(license.pk, actor)
    back = fresh(license)
    assert (back.revoked_at, back.revoked_by_id, back.revoked_reason) == (None, None, "")
    assert back.status is Status.PARTLY_ACTIVATED


def test_revoking_twice_and_reinstating_twice_have_one_effect(license: License, actor: Actor, clock: Clock) -> None:
    assert revoke(license.pk, actor, reason="Unpaid")
    clock.pass_by(DAY)
    assert not revoke(license.pk, actor, reason="Lost")
    assert (fresh(license).revoked_at, fresh(license).revoked_reason) == (NOW, "Unpaid")
    assert reinstate(license.pk, actor)
    assert not reinstate(license.pk, actor)
    actions = AuditEvent.objects.filter(target_id=license.pk).order_by("id").values_list("action", flat=True)
    assert list(actions) == ["license.issued", "license.revoked", "license.reinstated"]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_reason_for_revoking_is_required_and_short(license: License, actor: Actor, reason: str) -> None:
    assert refused(lambda: revoke(license.pk, actor, reason=reason)).reason is Reason.BAD_REASON
    assert fresh(license).revoked_at is None


def test_computers_of_a_revoked_license_stay_as_they_are_and_can_be_freed(anna: Customer, actor: Actor) -> None:
    license = make_license(customer=anna, computers=("ONE", "TWO"))
    revoke(license.pk, actor, reason="Unpaid")
    deactivate(license.activations.earliest("pk").pk, actor)
    assert fresh(license).activations_in_use == 1
