"""Activating a license on a computer: the checks in their order, and what is used up."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.audit import Actor
from accounts.models import AuditEvent
from licenses.activation import activate, deactivate
from licenses.errors import LicenseError, Reason
from licenses.issuing import revoke
from licenses.models import Activation, License, LicenseFile, LicenseModel, Product
from organizations.models import Customer
from tests.cast import make_activation, make_license, make_product
from tests.licenses.moments import DAY, NOW, TODAY, Clock

OVER = TODAY - timedelta(days=2)


def refusal(license: License, actor: Actor, computer_id: str = "ID-NEW", computer_name: str = "") -> LicenseError:
    """Activate in vain, see that nothing was changed, and return why."""
    before = state_of_everything(license)
    with pytest.raises(LicenseError) as refused:
        activate(license.pk, actor, computer_id=computer_id, computer_name=computer_name)
    assert state_of_everything(license) == before
    return refused.value


def state_of_everything(license: License) -> list[object]:
    counts = [model.objects.count() for model in (Activation, LicenseFile, AuditEvent)]
    return [*counts, License.objects.filter(pk=license.pk).values().get()]


def fresh(license: License) -> License:
    license.refresh_from_db()
    return license


def test_first_computer_uses_up_one_activation_and_gets_a_license_file(license: License, actor: Actor) -> None:
    outcome = activate(license.pk, actor, computer_id="ID-1", computer_name="Anna’s laptop", client_version="4.1.5")
    activation = Activation.objects.get()
    assert outcome.is_new
    assert outcome.activation == activation
    assert fresh(license).activations_in_use == 1
    assert (activation.computer_id, activation.computer_name, activation.client_version) == (
        "ID-1",
        "Anna’s laptop",
        "4.1.5",
    )
    assert (activation.activated_at, activation.activated_by_id, activation.activated_as) == (
        NOW,
        actor.user_id,
        "person",
    )
    assert activation.license_files.get().pk == activation.license_file_id


def test_blanks_around_what_was_typed_are_dropped(license: License, actor: Actor) -> None:
    activation = activate(license.pk, actor, computer_id=" \t ID-1\r\n", computer_name="  Anna’s laptop ").activation
    assert (activation.computer_id, activation.computer_name) == ("ID-1", "Anna’s laptop")


def test_computer_id_may_have_1_to_255_characters(license: License, actor: Actor) -> None:
    assert activate(license.pk, actor, computer_id="x").is_new
    assert activate(license.pk, actor, computer_id="ü" * 255).is_new
    assert refusal(license, actor, "x" * 256).sentence == (
        "A computer ID has at most 255 characters; this one has 256. Copy it again from the program."
    )


@pytest.mark.parametrize("computer_id", ["", "   ", "\n"])
def test_empty_computer_id_is_asked_for(license: License, actor: Actor, computer_id: str) -> None:
    found = refusal(license, actor, computer_id)
    assert found.reason is Reason.BAD_COMPUTER_ID
    assert found.sentence == "Enter the computer ID that the program shows."


@pytest.mark.parametrize(
    "computer_id",
    [
        "ID 1",
        "ID\t1",
        "ID\u00a01",
        "ID\u20031",
        "ID\n1",
        "ID\x7f1",
        "ID\u200b1",
        "ID\u202e1",
        "ID\u2028-1",
        "\ufeffID",
        "ID\ue000",
    ],
)
def test_computer_id_has_only_printable_characters_and_no_spaces(
    license: License, actor: Actor, computer_id: str
) -> None:
    found = refusal(license, actor, computer_id)
    assert found.reason is Reason.BAD_COMPUTER_ID
    assert found.sentence == ("A computer ID has no spaces or invisible characters. Copy it again from the program.")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("n" * 101, "A computer name has at most 100 characters. Shorten it."),
        ("two\nlines", "A computer name has no line breaks or invisible characters. Type it anew."),
        ("\u202egnp.exe", "A computer name has no line breaks or invisible characters. Type it anew."),
    ],
)
def test_computer_name_is_one_short_visible_line(license: License, actor: Actor, name: str, sentence: str) -> None:
    found = refusal(license, actor, "ID-1", name)
    assert found.reason is Reason.BAD_COMPUTER_NAME
    assert found.sentence == sentence


def test_computer_id_that_does_not_fit_the_pattern_is_asked_about_before_anything_is_used_up(
    anna: Customer, actor: Actor
) -> None:
    product = make_product("Sonar", computer_id_pattern="[0-9A-F]{4}(-[0-9A-F]{4}){3}")
    license = make_license(customer=anna, product=product)
    found = refusal(license, actor, "HELLO")
    assert found.reason is Reason.UNUSUAL_COMPUTER_ID
    assert found.sentence == ("This does not look like a computer ID of Sonar. Compare it with what the program shows.")
    assert activate(license.pk, actor, computer_id="HELLO", is_unusual_confirmed=True).is_new
    assert activate(license.pk, actor, computer_id="09AF-09AF-09AF-09AF").is_new


def test_pattern_has_to_fit_the_whole_computer_id(anna: Customer, actor: Actor) -> None:
    license = make_license(customer=anna, product=make_product("Sonar", computer_id_pattern="[0-9]{4}"))
    assert refusal(license, actor, "12345").reason is Reason.UNUSUAL_COMPUTER_ID


def test_of_several_things_that_are_wrong_the_first_is_told(anna: Customer, actor: Actor) -> None:
    product = make_product("Sonar", computer_id_pattern="ID-[A-Z0-9-]+")
    license = make_license(customer=anna, product=product, max_activations=1, computers=("OLD",))
    revoke(license.pk, actor, reason="Unpaid")
    License.objects.filter(pk=license.pk).update(expires_on=OVER)
    assert refusal(license, actor, "", "n" * 101).reason is Reason.BAD_COMPUTER_ID
    assert refusal(license, actor, "unusual", "n" * 101).reason is Reason.BAD_COMPUTER_NAME
    assert refusal(license, actor, "unusual").reason is Reason.UNUSUAL_COMPUTER_ID
    assert refusal(license, actor, "ID-OLD").reason is Reason.REVOKED
    assert refusal(license, actor, "ID-NEW").reason is Reason.REVOKED
    License.objects.filter(pk=license.pk).update(revoked_at=None, revoked_as="")
    assert refusal(license, actor, "ID-OLD").reason is Reason.EXPIRED
    assert refusal(license, actor, "ID-NEW").reason is Reason.EXPIRED
    License.objects.filter(pk=license.pk).update(expires_on=None)
    assert not activate(license.pk, actor, computer_id="ID-OLD").is_new
    assert refusal(license, actor, "ID-NEW").reason is Reason.NONE_LEFT


def test_every_refusal_says_what_to_do_next(anna: Customer, actor: Actor) -> None:
    license = make_license(customer=anna, max_activations=1, computers=("OLD",))
    assert refusal(license, actor).sentence == (
        "The one activation is in use. Replace a computer that no longer needs the license, or buy more."
    )
    License.objects.filter(pk=license.pk).update(expires_on=OVER)
    assert refusal(license, actor).sentence == "This license has expired. Renew it to activate it again."
    revoke(license.pk, actor, reason="Unpaid")
    assert refusal(license, actor).sentence == (
        "This license was revoked. Ask whoever serves it what happened and what to do."
    )


def test_license_that_allows_no_activation_says_so(anna: Customer, actor: Actor) -> None:
    found = refusal(make_license(customer=anna, max_activations=0), actor)
    assert found.reason is Reason.NONE_LEFT
    assert found.sentence == "This license allows no activation. Buy more, or ask whoever serves it."


def test_license_can_be_activated_until_its_date_has_ended_everywhere_on_earth(
    license: License, actor: Actor, clock: Clock
) -> None:
    License.objects.filter(pk=license.pk).update(expires_on=TODAY)
    noon_after = NOW.replace(hour=12, minute=0) + DAY
    clock.move_to(noon_after - timedelta(seconds=1))
    assert activate(license.pk, actor, computer_id="ID-1").is_new
    clock.move_to(noon_after)
    assert refusal(license, actor, "ID-2").reason is Reason.EXPIRED


def test_activating_the_same_computer_again_uses_nothing_up_and_issues_its_file_anew(
    license: License, actor: Actor, clock: Clock
) -> None:
    first = make_activation(license, "LAPTOP")
    clock.pass_by(DAY)
    outcome = activate(license.pk, actor, computer_id=" ID-LAPTOP ")
    assert not outcome.is_new
    assert outcome.activation.pk == first.pk
    assert outcome.activation.license_file_id != first.license_file_id
    assert outcome.activation.license_file_issued_at == NOW + DAY
    assert fresh(license).activations_in_use == Activation.objects.count() == 1
    assert set(LicenseFile.objects.values_list("pk", flat=True)) == {
        first.license_file_id,
        outcome.activation.license_file_id,
    }


def test_same_computer_can_be_activated_again_when_no_activation_is_left(anna: Customer, actor: Actor) -> None:
    license = make_license(customer=anna, max_activations=1, computers=("LAPTOP",))
    assert not activate(license.pk, actor, computer_id="ID-LAPTOP").is_new


def test_computer_ids_that_differ_in_case_are_two_computers(license: License, actor: Actor) -> None:
    assert activate(license.pk, actor, computer_id="id-1").is_new
    assert activate(license.pk, actor, computer_id="ID-1").is_new


def test_the_last_activation_is_given_and_no_further_one(anna: Customer, actor: Actor) -> None:
    license = make_license(customer=anna, max_activations=2, computers=("ONE",))
    assert activate(license.pk, actor, computer_id="ID-TWO").is_new
    found = refusal(license, actor, "ID-THREE")
    assert found.reason is Reason.NONE_LEFT
    assert found.sentence == (
        "All 2 activations are in use. Replace a computer that no longer needs the license, or buy more."
    )


def test_one_computer_may_use_two_licenses(anna: Customer, product: Product, actor: Actor) -> None:
    for _ in range(2):
        assert activate(make_license(customer=anna, product=product).pk, actor, computer_id="ID-1").is_new


def trial_of(customer: Customer, days: int, expires_on: date | None = None) -> License:
    return make_license(
        customer=customer, license_model=LicenseModel.TRIAL, expires_after_days=days, expires_on=expires_on
    )


def test_first_activation_starts_the_days_after_which_a_license_expires(anna: Customer, actor: Actor) -> None:
    license = trial_of(anna, days=30)
    assert license.expires_on is None
    activation = activate(license.pk, actor, computer_id="ID-1").activation
    assert fresh(license).expires_on == date(2026, 4, 9)
    assert activation.license_file_ends_at == datetime(2026, 4, 10, 12, tzinfo=UTC)
    assert not Activation.objects.get().needs_license_file


@pytest.mark.parametrize(
    ("set_before", "afterwards"),
    [
        (date(2026, 4, 8), date(2026, 4, 8)),
        (date(2026, 4, 9), date(2026, 4, 9)),
        (date(2026, 4, 10), date(2026, 4, 9)),
        (date(2027, 1, 1), date(2026, 4, 9)),
    ],
)
def test_the_earlier_of_date_and_days_wins(anna: Customer, actor: Actor, set_before: date, afterwards: date) -> None:
    license = trial_of(anna, 30, expires_on=set_before)
    activate(license.pk, actor, computer_id="ID-1")
    assert fresh(license).expires_on == afterwards


def test_later_activations_do_not_move_the_date(anna: Customer, actor: Actor, clock: Clock) -> None:
    license = trial_of(anna, days=30)
    activate(license.pk, actor, computer_id="ID-1")
    clock.pass_by(5 * DAY)
    activate(license.pk, actor, computer_id="ID-1")
    activate(license.pk, actor, computer_id="ID-2")
    assert fresh(license).expires_on == date(2026, 4, 9)


def test_date_does_not_move_when_the_only_computer_was_deactivated_in_between(
    anna: Customer, actor: Actor, clock: Clock
) -> None:
    license = trial_of(anna, days=30)
    first = activate(license.pk, actor, computer_id="ID-1").activation
    clock.pass_by(5 * DAY)
    deactivate(first.pk, actor)
    activate(license.pk, actor, computer_id="ID-2")
    assert fresh(license).expires_on == date(2026, 4, 9)


def test_days_that_reach_beyond_the_last_date_end_there(anna: Customer, actor: Actor, clock: Clock) -> None:
    clock.move_to(NOW.replace(year=2990))
    license = trial_of(anna, days=36_500)
    activate(license.pk, actor, computer_id="ID-1")
    assert fresh(license).expires_on == date(2999, 12, 31)


def test_trail_tells_who_activated_which_computer(license: License, actor: Actor) -> None:
    activation = activate(license.pk, actor, computer_id="ID-1", computer_name="LAPTOP").activation
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.target_id, event.actor_name) == ("license.activated", license.pk, "Anna Acme")
    assert event.details == {"computer": "LAPTOP", "activation": str(activation.pk), "undo": False}
