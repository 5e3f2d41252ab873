"""Every part of every address and every parameter, with everything that somebody may put there."""

import re
from collections.abc import Iterator

import pytest

from tests.bad_input.asking import Asker, Store, encoded, hazards, is_plain_page
from tests.bad_input.inputs import TEXTS, UNREADABLE
from tests.bad_input.places import PARAMETERS, PARTS, World

POSTED = {
    "licenses:batch_keys",
    "licenses:key",
    "licenses:license_files",
    "licenses:replace",
    "organizations:group_invitation_resend",
    "organizations:group_invitation_withdraw",
    "organizations:invitation_resend",
    "organizations:invitation_withdraw",
}
WRONG_LINK = 410
BY_LINK = {
    *("accounts:first_password", "accounts:confirm_address", "accounts:not_me"),
    *("organizations:join", "organizations:group_join"),
}
WRITTEN_DOWN = {"licenses:export": {"AuditEvent"}, "organizations:activity_export": {"AuditEvent"}}
"""Addresses of which each use is written down, whatever else was asked of them."""


@pytest.fixture
def contact(world: World) -> Asker:
    return Asker(world.cast.enter("primary contact"))


@pytest.mark.parametrize("url_name", PARTS)
def test_part_of_an_address_that_cannot_be_leads_to_a_plain_page(url_name: str, world: World, contact: Asker) -> None:
    assert list(wrong_parts(url_name, world, contact)) == []


def wrong_parts(url_name: str, world: World, contact: Asker) -> Iterator[str]:
    """Put every input in the place of every part, one at a time."""
    store = Store()
    expected = WRONG_LINK if url_name in BY_LINK else 404
    for part in PARTS[url_name]:
        for name, text in (TEXTS | UNREADABLE).items():
            with store.undone():
                path = world.path(url_name, **{part: encoded(text)})
                response = contact.post(path, ()) if url_name in POSTED else contact.get(path)
                statuses = {400} if name in UNREADABLE else {expected, 404}
                problems = [*hazards(response)]
                if response.status_code not in statuses:
                    problems.append(f"answers {response.status_code}")
                if not is_plain_page(response):
                    problems.append(f"says {response.content[:200]!r}")
                if changed := store.changes():
                    problems.append(f"stores {changed}")
            yield from (f"{part} = {name}: {problem}" for problem in problems)


@pytest.mark.parametrize("url_name", PARAMETERS)
def test_parameter_that_cannot_be_is_as_if_it_were_not_there(url_name: str, world: World, contact: Asker) -> None:
    asker = Asker() if url_name == "account_login" else contact
    assert list(wrong_parameters(url_name, world, asker)) == []


def wrong_parameters(url_name: str, world: World, asker: Asker) -> Iterator[str]:
    """Put every input into every parameter that the address reads, and into one that it does not know."""
    path = world.path(url_name)
    plain = asker.get(path)
    store = Store()
    for parameter in PARAMETERS[url_name]:
        for name, text in (TEXTS | UNREADABLE | {"64 kB": "x" * 65_536}).items():
            with store.undone():
                response = asker.get(f"{path}?{parameter}={encoded(text)}")
                problems = [*hazards(response)]
                if response.status_code != (400 if name in UNREADABLE else plain.status_code):
                    problems.append(f"answers {response.status_code}")
                if name in UNREADABLE and not is_plain_page(response):
                    problems.append("is no page")
                if url_name == "licenses:list" and name in TEXTS:
                    problems += _differs(parameter, shown(response.content), shown(plain.content))
                if changed := store.changes() - WRITTEN_DOWN.get(url_name, set()):
                    problems.append(f"stores {changed}")
            yield from (f"{parameter} = {name}: {problem}" for problem in problems)


def _differs(parameter: str, rows: list[bytes], plain: list[bytes]) -> Iterator[str]:
    """Tell whether a list shows something else than its first page; a search finds what it finds of that."""
    if rows != plain and (parameter != "q" or not set(rows) <= set(plain)):
        yield "shows something else than the first page"


def shown(page: bytes) -> list[bytes]:
    """Return the rows that a list shows."""
    return re.findall(rb'class="row-link" href="([^"]+)"', page)


def test_parameter_sent_twice_or_as_a_list_does_no_harm(world: World, contact: Asker) -> None:
    detail, sign_in = world.path("licenses:detail"), world.path("account_login")
    store = Store()
    for query in (
        "unknown=1",
        "after=1&after=2&before=3",
        "after[]=1",
        "after[key]=1",
        "events_after=x&after=y",
        "&&&",
        "=",
        "%3D",
        "a=b=c",
    ):
        with store.undone():
            assert contact.get(f"{detail}?{query}").status_code == 200
            assert Asker().get(f"{sign_in}?{query}").status_code == 200


@pytest.mark.parametrize(
    "path", ["//", "/licenses//", "/licenses/../admin/", "/./", "/licenses", "/LICENSES/", "/licenses/;x", "/.env"]
)
def test_odd_path_is_a_plain_page(path: str, contact: Asker) -> None:
    store = Store()
    with store.undone():
        response = contact.get(path)
    assert response.status_code in ({200} if path == "//" else {301, 302, 404})  # two slashes are the overview's one
    assert not list(hazards(response))
    assert response.status_code != 404 or is_plain_page(response)
