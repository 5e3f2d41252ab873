"""R5: the same form sent many times at once, by one person or by several, has one effect; the others are told."""

from accounts.models import AuditEvent
from licenses.models import Activation, License
from tests.races.racing import (
    Crowd,
    activating,
    activations_of,
    address,
    assert_counter_was_right,
    deactivating,
    opening,
    press_at_once,
    pressing,
    replacing,
    watching,
)

AT_ONCE = 20


def events(license: License, action: str) -> int:
    return AuditEvent.objects.filter(target_id=license.pk, action=action).count()


def test_one_computer_activated_20_times_at_once_uses_up_one_activation(crowd: Crowd) -> None:
    license = crowd.license(allowed=5, in_use=0)
    with watching(license) as seen:
        answers = press_at_once([activating(visitor, license, "SAME") for visitor in crowd.visitors(AT_ONCE)])
    assert_counter_was_right(seen, license)
    assert license.activations_in_use == Activation.objects.count() == 1
    assert [each.answer.status for each in answers] == [302] * AT_ONCE
    assert sum("activated" in each.answer.location for each in answers) == 1
    assert events(license, "license.activated") == 1


def test_one_computer_deactivated_20_times_at_once_uses_one_of_the_quota(crowd: Crowd) -> None:
    license = crowd.license(allowed=2, in_use=2, quota=2)
    laptop = activations_of(license)[0]
    with watching(license) as seen:
        answers = press_at_once([deactivating(visitor, license, laptop) for visitor in crowd.visitors(AT_ONCE)])
    assert_counter_was_right(seen, license)
    assert license.activations_in_use == 1
    assert license.activations.filter(counts_for_quota=True).count() == 1
    assert {each.answer.status for each in answers} == {302}
    assert events(license, "license.deactivated") == 1


def test_one_replacement_sent_20_times_at_once_replaces_once(crowd: Crowd) -> None:
    license = crowd.license(allowed=1, in_use=1, quota=2)
    (old,) = activations_of(license)
    with watching(license) as seen:
        answers = press_at_once([replacing(visitor, license, old, "NEW") for visitor in crowd.visitors(AT_ONCE)])
    assert_counter_was_right(seen, license)
    assert {each.answer.status for each in answers} == {302}
    assert license.activations.filter(counts_for_quota=True).count() == 1
    assert [each.computer_name for each in activations_of(license)] == ["NEW"]


def test_of_20_who_rename_a_computer_at_once_one_names_it_and_the_others_are_told(crowd: Crowd) -> None:
    license = crowd.license(allowed=1, in_use=1)
    (laptop,) = activations_of(license)
    path = address(license, laptop, "rename")
    presses = [
        pressing(visitor, path, {"computer_name": f"NAME-{n}", "was": laptop.computer_name})
        for n, visitor in enumerate(crowd.visitors(AT_ONCE))
    ]
    answers = press_at_once(presses)
    laptop.refresh_from_db()
    assert sum(each.answer.status == 302 for each in answers) == 1
    told = f"This computer was renamed to “{laptop.computer_name}” meanwhile."
    assert sum(told in each.answer.text for each in answers) == AT_ONCE - 1
    assert events(license, "license.computer_renamed") == 1


def test_20_programs_that_ask_about_a_file_at_once_are_all_answered(crowd: Crowd) -> None:
    license = crowd.license(allowed=1, in_use=1)
    (laptop,) = activations_of(license)
    path = f"/license-files/{laptop.license_file_id}/"
    answers = press_at_once([opening(visitor, path) for visitor in crowd.visitors(AT_ONCE)])
    assert {each.answer.status for each in answers} == {200}
    laptop.refresh_from_db()
    assert laptop.last_seen_at is not None


def test_20_who_issue_a_file_at_once_leave_one_that_is_current(crowd: Crowd) -> None:
    license = crowd.license(allowed=1, in_use=1)
    (laptop,) = activations_of(license)
    path = address(license, laptop, "license-file")
    answers = press_at_once([pressing(visitor, path) for visitor in crowd.visitors(AT_ONCE)])
    assert {each.answer.status for each in answers} == {302}
    laptop.refresh_from_db()
    assert laptop.license_files.count() == AT_ONCE + 1
    assert laptop.license_files.latest("issued_at").pk == laptop.license_file_id
