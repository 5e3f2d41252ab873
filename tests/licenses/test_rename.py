"""Renaming a computer, also when somebody else did so meanwhile."""

import pytest

from accounts.audit import Actor
from accounts.models import AuditEvent
from licenses.activation import deactivate, rename_computer
from licenses.errors import LicenseError, Reason
from licenses.models import Activation, License
from tests.cast import make_activation
from tests.licenses.moments import HOUR, NOW, Clock


@pytest.fixture
def laptop(license: License) -> Activation:
    """A computer called LAPTOP."""
    return make_activation(license, "LAPTOP")


def refused(laptop: Activation, actor: Actor, name: str, was: str) -> LicenseError:
    before = Activation.objects.values().get(pk=laptop.pk)
    with pytest.raises(LicenseError) as refusal:
        rename_computer(laptop.pk, actor, name=name, was=was)
    assert Activation.objects.values().get(pk=laptop.pk) == before
    return refusal.value


def test_computer_gets_its_new_name_and_needs_a_new_license_file(
    laptop: Activation, actor: Actor, clock: Clock
) -> None:
    clock.pass_by(HOUR)
    rename_computer(laptop.pk, actor, name="  Anna’s laptop ", was="LAPTOP")
    laptop.refresh_from_db()
    assert laptop.computer_name == "Anna’s laptop"
    assert laptop.renamed_at == NOW + HOUR
    assert laptop.needs_license_file
    assert laptop.is_in_use


def test_name_can_be_taken_away_and_the_computer_id_stands_for_it(laptop: Activation, actor: Actor) -> None:
    rename_computer(laptop.pk, actor, name="", was="LAPTOP")
    laptop.refresh_from_db()
    assert (laptop.computer_name, laptop.label) == ("", "ID-LAPTOP")


def test_same_name_changes_nothing_and_leaves_the_file_as_it_is(laptop: Activation, actor: Actor, clock: Clock) -> None:
    events = AuditEvent.objects.count()
    clock.pass_by(HOUR)
    rename_computer(laptop.pk, actor, name="LAPTOP", was="LAPTOP")
    laptop.refresh_from_db()
    assert not laptop.needs_license_file
    assert AuditEvent.objects.count() == events


def test_who_saw_an_older_name_is_told_the_present_one(laptop: Activation, actor: Actor) -> None:
    rename_computer(laptop.pk, actor, name="Office", was="LAPTOP")
    found = refused(laptop, actor, "Home", "LAPTOP")
    assert found.reason is Reason.STALE
    assert found.sentence == ("This computer was renamed to “Office” meanwhile. Rename it again if that is not right.")


def test_same_renaming_sent_twice_has_one_effect(laptop: Activation, actor: Actor) -> None:
    rename_computer(laptop.pk, actor, name="Office", was="LAPTOP")
    events = AuditEvent.objects.count()
    rename_computer(laptop.pk, actor, name="Office", was="LAPTOP")
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize("name", ["n" * 101, "two\nlines", "bell\x07", "\u202eright to left"])
def test_bad_name_is_refused(laptop: Activation, actor: Actor, name: str) -> None:
    assert refused(laptop, actor, name, "LAPTOP").reason is Reason.BAD_COMPUTER_NAME


def test_computer_that_was_deactivated_meanwhile_keeps_its_name(laptop: Activation, actor: Actor) -> None:
    deactivate(laptop.pk, actor)
    found = refused(laptop, actor, "Office", "LAPTOP")
    assert found.reason is Reason.NOT_IN_USE
    assert found.sentence == "This computer was deactivated meanwhile, so it cannot be renamed any more."


def test_trail_tells_both_names(laptop: Activation, actor: Actor) -> None:
    rename_computer(laptop.pk, actor, name="Office", was="LAPTOP")
    event = AuditEvent.objects.latest("id")
    assert event.action == "license.computer_renamed"
    assert (event.details["before"], event.details["after"]) == ("LAPTOP", "Office")
