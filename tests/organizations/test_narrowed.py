"""A viewer narrowed to an action: the licenses that exist for it are those with which the person may do it."""

import pytest

from licenses.models import License
from organizations.access import Action, may, narrowed, viewer_for
from organizations.viewer import Way
from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_narrowed_lists_hold_for_everybody_exactly_what_they_may_do_it_with(cast: Cast) -> None:
    assert differences(cast) == []


def differences(cast: Cast) -> list[str]:
    """Compare, for every person and action, what exists for the narrowed viewer with what the action table says."""
    found = []
    for role in cast.roles:
        user = cast.enter(role)
        if user is None:
            continue
        viewer = viewer_for(user)
        visible = list(License.objects.visible_to(viewer))
        for action in Action:
            expected = {license.pk for license in visible if may(viewer, action, license)}
            actor = narrowed(viewer, action)
            if set(License.objects.visible_to(actor).values_list("pk", flat=True)) != expected:
                found.append(f"{role}: {action}")
            if {license.pk for license in visible if actor.ways_to(license)} != expected:
                found.append(f"{role}: {action}, judged one by one")
    return found


def test_control_viewer_that_is_not_narrowed_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.narrowed", lambda viewer, action: viewer)
    assert "north: activate" in differences(cast)


def test_whoever_is_not_narrowed_sees_in_every_way(cast: Cast) -> None:
    user = cast.enter("customer")
    assert user is not None
    assert viewer_for(user).ways == frozenset(Way)
