"""Staff activate, revoke, reinstate and deactivate by the same stories as everybody, and are told what came of each."""

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from licenses.models import Activation, License
from tests.admin.pages import act, address, client_of, told
from tests.cast import make_license, make_product, make_staff

CONFIRMED = {"confirmed": "yes"}


def actions_of(client: Client, model: type[License | Activation]) -> set[str]:
    form = client.get(address(model, "changelist")).context["action_form"]
    return {name for name, _label in form.fields["action"].choices if name} if form else set()


def test_actions_are_there_for_those_who_may_change_licenses(everything: Client, looking: Client) -> None:
    make_license(computers=("PC",))
    changing = client_of(make_staff("Chris Change", "view", "change"))

    for client in (everything, changing):
        assert actions_of(client, License) == {"activate", "renew", "revoke", "reinstate", "give_to_group"}
        assert actions_of(client, Activation) == {"deactivate"}
    assert actions_of(looking, License) == set()
    assert actions_of(looking, Activation) == set()


def test_nothing_happens_before_the_page_that_asks_is_sent(everything: Client) -> None:
    license = make_license(computers=("PC",))
    before = AuditEvent.objects.count()

    for action in ("activate", "renew", "revoke", "reinstate", "give_to_group"):
        page = act(everything, action, license)
        assert license.masked_key in page.content.decode()
        assert license.activation_key not in page.content.decode()
    act(everything, "deactivate", license.activations.get())

    assert AuditEvent.objects.count() == before


def test_staff_activate_a_license_on_a_computer(everything: Client, superuser: User) -> None:
    license = make_license()

    page = act(everything, "activate", license, **CONFIRMED, computer_id=" ID-7 ", computer_name="Lab")

    activation = license.activations.get()
    assert (activation.computer_id, activation.computer_name) == ("ID-7", "Lab")
    assert (activation.activated_by, activation.activated_as) == (superuser, "vendor")
    assert f"{license} is activated on Lab." in told(page)
    assert f"/license/{license.pk}/" not in told(page)


def test_activating_again_on_the_same_computer_says_that_nothing_was_used_up(everything: Client) -> None:
    license = make_license(computers=("PC",))

    page = act(everything, "activate", license, **CONFIRMED, computer_id="ID-PC")

    assert "Nothing was used up" in told(page)
    assert license.activations.count() == 1


def test_an_unusual_computer_id_is_asked_about_first(everything: Client) -> None:
    license = make_license(product=make_product("Spectra", computer_id_pattern="[0-9]+"))

    asked = act(everything, "activate", license, **CONFIRMED, computer_id="abc")
    assert "This does not look like a computer ID of Spectra." in told(asked)
    assert 'type="checkbox" name="confirm_unusual"' in asked.content.decode()
    assert not license.activations.exists()

    act(everything, "activate", license, **CONFIRMED, computer_id="abc", confirm_unusual="on")
    assert license.activations.count() == 1


@pytest.mark.parametrize("computer_id", ["", " ", "a b", "x" * 256, "a\u200bb"])
def test_a_bad_computer_id_stands_beside_its_field(computer_id: str, everything: Client) -> None:
    license = make_license()

    page = act(everything, "activate", license, **CONFIRMED, computer_id=computer_id)

    assert page.context["form"].errors["computer_id"]
    assert not license.activations.exists()


def test_the_refusal_of_the_story_is_what_staff_read(everything: Client) -> None:
    license = make_license(max_activations=1, computers=("PC",))

    page = act(everything, "activate", license, **CONFIRMED, computer_id="another")

    assert "The one activation is in use." in told(page)


def test_one_license_is_activated_at_a_time(everything: Client) -> None:
    page = act(everything, "activate", make_license(), make_license(), **CONFIRMED, computer_id="ID")

    assert "Choose one license to activate on a computer." in told(page)
    assert not Activation.objects.exists()


def test_revoking_needs_a_reason_and_tells_of_every_license(everything: Client, superuser: User) -> None:
    first, second, revoked = make_license(), make_license(), make_license()
    act(everything, "revoke", revoked, **CONFIRMED, reason="stolen")

    without = act(everything, "revoke", first, second, **CONFIRMED, reason=" ")
    assert without.context["form"].errors["reason"]
    page = act(everything, "revoke", first, second, revoked, **CONFIRMED, reason="refunded")

    assert f"{first} is revoked." in told(page)
    assert f"{second} is revoked." in told(page)
    assert f"{revoked} was revoked already." in told(page)
    reasons = dict(License.objects.values_list("pk", "revoked_reason"))
    assert reasons == {first.pk: "refunded", second.pk: "refunded", revoked.pk: "stolen"}
    assert AuditEvent.objects.filter(action="license.revoked", actor_id=superuser.pk).count() == 3


def test_reinstating_tells_of_every_license(everything: Client) -> None:
    revoked, other = make_license(), make_license()
    act(everything, "revoke", revoked, **CONFIRMED, reason="refunded")

    asked = act(everything, "reinstate", revoked, other)
    page = act(everything, "reinstate", revoked, other, **CONFIRMED)

    assert "Revoked: refunded" in asked.content.decode()
    assert f"{revoked} is reinstated." in told(page)
    assert f"{other} is not revoked." in told(page)
    assert not License.objects.exclude(revoked_at=None).exists()


def test_deactivating_tells_what_is_freed_and_of_every_computer(everything: Client, superuser: User) -> None:
    license = make_license(computers=("PC", "LAPTOP"), deactivations_allowed=0, deactivation_days=30)
    pc, laptop = license.activations.order_by("id")

    asked = act(everything, "deactivate", pc, laptop)
    page = act(everything, "deactivate", pc, laptop, **CONFIRMED)
    again = act(everything, "deactivate", pc, **CONFIRMED)

    assert "Frees one of the 2 activations in use" in asked.content.decode()
    assert "PC is deactivated." in told(page)
    assert "LAPTOP is deactivated." in told(page)
    assert "PC was deactivated already." in told(again)
    pc.refresh_from_db()
    assert (pc.deactivated_by, pc.counts_for_quota) == (superuser, False)
    assert License.objects.get().activations_in_use == 0


def test_no_more_is_done_at_once_than_can_be_looked_at(everything: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("licenses.admin.asking.MOST_AT_ONCE", 2)
    licenses = [make_license() for _number in range(3)]

    page = act(everything, "revoke", *licenses, **CONFIRMED, reason="refunded")
    across = act(everything, "revoke", licenses[0], **CONFIRMED, reason="refunded", select_across="1")

    assert "Choose at most 2 rows at once." in told(page)
    assert "Choose at most 2 rows at once." in told(across)
    assert not License.objects.exclude(revoked_at=None).exists()


def test_a_license_has_its_actions_on_its_own_page_too(everything: Client, looking: Client) -> None:
    page = address(License, "change", make_license().pk)

    assert b'name="action" value="revoke"' in everything.get(page).content
    assert b'name="action"' not in looking.get(page).content
