"""A page whose question reads a big table from end to end is found, whoever asks; one that an index answers is not."""

from typing import LiteralString

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from bench.addresses import Address
from bench.planning import Asker, Looker
from bench.plans import BIG_TABLE

ROWS = 4 * BIG_TABLE
BIG: LiteralString = "public.big_for_plans"

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL tells its plans so"),
    pytest.mark.urls(__name__),
]


def _answer(column: LiteralString) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT number FROM {BIG} WHERE {column} = %s", [ROWS])
        return HttpResponse(f"<h1>{cursor.fetchone()[0]}</h1>")


@login_not_required
def by_index(_request: HttpRequest) -> HttpResponse:
    return _answer("number")


@login_not_required
def from_end_to_end(_request: HttpRequest) -> HttpResponse:
    return _answer("twice - number")


@login_not_required
def broken(_request: HttpRequest) -> HttpResponse:
    return _answer("no_such_column")


urlpatterns = [
    path("by-index/", by_index, name="by_index"),
    path("from-end-to-end/", from_end_to_end, name="from_end_to_end"),
    path("broken/", broken, name="broken"),
    path("", include("qlmportal.urls")),
]


@pytest.fixture
def asker(db: None) -> Asker:
    """Somebody who is not signed in, and a table with many rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {BIG} (number int PRIMARY KEY, twice int)")
        cursor.execute(f"INSERT INTO {BIG} SELECT number, 2 * number FROM generate_series(1, {ROWS}) AS number")
        cursor.execute(f"ANALYZE {BIG}")
    return Asker(Looker("nobody", None, {}, 0), {"big_for_plans": ROWS})


def test_page_that_reads_a_big_table_from_end_to_end_is_found(asker: Asker) -> None:
    asker.ask(Address("from_end_to_end"))
    told = ("nobody", "GET /from-end-to-end/", f"reads {ROWS:,} rows of big_for_plans, one after the other")
    assert [(found.who, found.asked, found.what) for found in asker.found] == [told]


def test_control_page_that_an_index_answers_is_not(asker: Asker) -> None:
    assert asker.ask(Address("by_index")) == {200}
    assert asker.questions
    assert asker.found == []


def test_page_that_fails_is_found_and_the_next_one_is_asked(asker: Asker) -> None:
    asker.ask(Address("broken"))
    asker.ask(Address("by_index"))
    assert [found.what for found in asker.found] == ["answers 500"]
