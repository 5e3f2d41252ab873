"""The floor: the same rows as the list, as many queries, and nothing else on the page."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client, modify_settings, override_settings
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench.pages import floor_of
from tests.cast import make_contact, make_group, make_license, make_member, make_organization, make_staff

LIST = "/licenses/"


class Preformatted(HTMLParser):
    """Reads the lines of a page's bare text."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._is_inside = tag == "pre"

    def handle_data(self, data: str) -> None:
        if self._is_inside and data.strip():
            self.lines += data.strip().splitlines()


@pytest.fixture(autouse=True)
def _bench_settings() -> Iterator[None]:
    with modify_settings(INSTALLED_APPS={"append": "bench"}), override_settings(ROOT_URLCONF="bench.urls"):
        yield


@pytest.fixture(params=["contact", "group member", "staff"])
def person(request: pytest.FixtureRequest, db: None) -> User:
    """Somebody who sees four licenses."""
    acme, north = make_organization("Acme"), make_group(name="North")
    people = {
        "contact": make_contact(acme).user,
        "group member": make_member(north),
        "staff": make_staff("Stella", "view"),
    }
    for _ in range(4):
        make_license(organization=acme, user_group=north, computers=("ANNA-PC",))
    return people[request.param]


def asked(person: User, path: str) -> tuple[str, int]:
    client = Client()
    client.force_login(person)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(path)
    assert page.status_code == 200
    return page.content.decode(), len(queries)


def test_floor_prints_the_rows_of_the_list_and_asks_as_many_questions(person: User) -> None:
    page, queries = asked(person, LIST)
    floor, queries_of_floor = asked(person, floor_of(person.email, LIST))
    lines = Preformatted()
    lines.feed(floor)
    assert queries_of_floor == queries
    assert len(lines.lines) == page.count('scope="row"') == 4
    assert all("Partly activated" in line and "Acme" in line for line in lines.lines)
    assert "<table" not in floor


def test_floor_stands_on_the_portals_own_page(person: User) -> None:
    page, _queries = asked(person, LIST)
    floor, _queries = asked(person, floor_of(person.email, LIST))
    assert page.partition("<main")[0].count("<link") == floor.partition("<main")[0].count("<link") > 5
    assert person.email in floor
