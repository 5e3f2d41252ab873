"""S2 for organizations: which users and invitations each person of the cast sees of Acme, and is offered. One table."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from organizations.access import viewer_for
from organizations.models import Invitation
from organizations.querysets import CustomerQuerySet, InvitationQuerySet
from tests.access_matrix.checks import browser_of, quiet
from tests.cast import Cast, make_cast


@dataclass(frozen=True)
class Seen:
    """What somebody sees of Acme: the users and invitations on its page, and whom its forms offer. None: no page.

    `candidates` are offered as contacts: the users, and who is a contact already.
    """

    users: str | None = None
    invitations: str = ""
    offered: str | None = None
    candidates: str | None = None


ALL_USERS = "Max Mira Paula Samuel"
CONTACT = Seen(ALL_USERS, "Ina", ALL_USERS, ALL_USERS)
GROUP = Seen("", "Ina")
TABLE = {
    "primary contact": CONTACT,
    "secondary contact": CONTACT,
    "outside contact": Seen(ALL_USERS, "Ina", ALL_USERS, "Max Mira Oscar Paula Samuel"),
    "north": GROUP,
    "north, activate": GROUP,
    "north, deactivate": GROUP,
    "north, activate and deactivate": GROUP,
    "north, view_all": GROUP,
    "north, view_all_organizations": GROUP,
    "north, export": GROUP,
    "north, all but activate, deactivate and view all": GROUP,
    "north, every privilege": GROUP,
    "staff with view": Seen(ALL_USERS, "Ina"),
    "staff with view and change": CONTACT,
    "superuser": CONTACT,
}
"""Everybody else sees none of it. A group sees the users it serves, and it serves none of Acme's."""


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_everybody_sees_the_users_and_invitations_of_the_table(cast: Cast) -> None:
    assert differences(cast) == []


def test_control_without_visible_to_it_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for rows in (CustomerQuerySet, InvitationQuerySet):
        monkeypatch.setattr(rows, "visible_to", lambda rows, viewer: rows.all())
    found = differences(cast, ["north", "plain member"])
    assert "north: sees the users Max Mira Paula Samuel, not " in found
    assert "plain member: the invitations Ina exist, not " in found


def differences(cast: Cast, roles: Iterable[str] = ()) -> list[str]:
    """Compare what exists, is shown and is offered to every person with the table."""
    found = []
    for role in roles or cast.roles:
        user = cast.enter(role)
        if user is None or not user.is_active:
            continue
        expected = TABLE.get(role, Seen())
        existing = _text(Invitation.objects.visible_to(viewer_for(user)).values_list("full_name", flat=True))
        if existing != expected.invitations:
            found.append(f"{role}: the invitations {existing} exist, not {expected.invitations}")
        with quiet():
            found += [f"{role}: {each}" for each in _differences_of_pages(cast, browser_of(cast, role), expected)]
    return found


def _differences_of_pages(cast: Cast, client: Client, expected: Seen) -> Iterator[str]:
    context = client.get(reverse("organizations:detail", args=[cast.acme.pk])).context or {}
    if "members" in context or expected.users is not None:
        users = _text(each.user.full_name for each in context["members"].rows)
        invitations = _text(each.full_name for each in context["invitations"].rows)
        if users != expected.users:
            yield f"sees the users {users}, not {expected.users}"
        if invitations != expected.invitations:
            yield f"sees the invitations {invitations}, not {expected.invitations}"
    for address, field, wanted in (
        (reverse("organizations:contacts", args=[cast.acme.pk]), "primary", expected.candidates),
        (reverse("licenses:assign", args=[cast.license.pk]), "user", expected.offered),
        (reverse("licenses:assign_several", args=[cast.acme.pk]), "user", expected.offered),
    ):
        answer = client.get(address)
        offered = _offered(answer.context["form"], field) if answer.status_code == 200 else None
        if offered != wanted:
            yield f"{address} offers {offered}, not {wanted}"


def _offered(form: forms.Form, name: str) -> str:
    return _text(re.findall(r'<option value="[^"]+"[^>]*>([^<]+)', str(form[name])))


def _text(names: Iterable[object]) -> str:
    return " ".join(sorted(str(name).split()[0] for name in names))
