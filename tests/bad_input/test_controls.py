"""The checks of bad input find something once a rule of the portal is taken away; they look no further than that."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.test import override_settings

from tests.bad_input.asking import Asker, Store, hazards
from tests.bad_input.inputs import MARKUP
from tests.bad_input.places import FORMS, World
from tests.bad_input.test_addresses import wrong_parameters
from tests.bad_input.test_fields import sender, wrong_fields

ACTIVATING = next(form for form in FORMS if form.url_name == "licenses:activate")


def test_control_without_the_check_of_bytes_unreadable_text_is_noticed(world: World) -> None:
    without = [each for each in settings.MIDDLEWARE if each != "qlmportal.middleware.bad_input"]
    with override_settings(MIDDLEWARE=without):
        assert "next = U+FFFD: answers 200" in wrong_parameters("account_login", world, Asker())


@pytest.mark.parametrize("check", ["check_computer_id", "check_computer_name"])
def test_control_without_the_check_of_what_was_typed_the_wrong_is_noticed(
    check: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"licenses.activation.{check}", careless)
    monkeypatch.setattr(f"licenses.forms.activating.{check}", careless)
    asker, path = sender(ACTIVATING, world)
    field = check.removeprefix("check_")
    form = replace(ACTIVATING, takes={field: ACTIVATING.takes[field]})
    assert f"{field} = control characters: answers 302" in wrong_fields(form, asker, path)


def careless(typed: str) -> str:
    """Take anything that the database would take."""
    return typed.strip()[:100] or "something"


def test_control_without_a_sentence_the_silence_is_noticed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("licenses.forms.activating.ActivateForm.add_error", lambda *_: None)
    asker, path = sender(ACTIVATING, world)
    assert any("says only ''" in problem for problem in wrong_fields(ACTIVATING, asker, path))


def test_control_without_escaping_markup_is_noticed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.template.base.conditional_escape", str)
    with Store().undone():
        world.cast.license.activations.update(computer_name=MARKUP)
        page = Asker(world.cast.enter("primary contact")).get(world.path("licenses:detail"))
    assert list(hazards(page)) == ["repeats markup as it came"]
