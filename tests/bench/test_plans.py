"""Reading plans: what grows with a big table is told, what an index answers is not."""

import pytest
from django.db import connection

from bench.capturing import Notebook, plan_of
from bench.plans import BIG_TABLE, MOST_READ, MOST_SORTED, Node, findings
from licenses.models import License
from tests.cast import make_license

SIZES = {"licenses_license": 1_000_000, "licenses_product": 20}


def scan(kind: str = "Index Scan", table: str = "licenses_license", rows: float = 1, loops: float = 1) -> Node:
    return {"Node Type": kind, "Relation Name": table, "Actual Rows": rows, "Actual Loops": loops}


def above(kind: str, *plans: Node, loops: float = 1) -> Node:
    return {"Node Type": kind, "Actual Rows": 25, "Actual Loops": loops, "Plans": list(plans)}


def test_big_table_read_from_end_to_end_is_told_however_little_is_shown() -> None:
    told = ["reads 1,000,000 rows of licenses_license, one after the other"]
    assert list(findings(above("Limit", scan("Seq Scan", rows=1_000_000)), SIZES, sees=1_000_000)) == told


def test_few_rows_may_be_read_without_an_index() -> None:
    assert not list(findings(scan("Seq Scan", "licenses_product", 20), SIZES))
    assert not list(findings(scan("Seq Scan", rows=BIG_TABLE), {"licenses_license": BIG_TABLE}))
    assert not list(findings(above("Limit", scan("Seq Scan", rows=200_000)), SIZES))


def test_who_sees_more_may_have_more_read_by_an_index() -> None:
    assert not list(findings(scan(rows=200_000), SIZES, sees=200_000))
    assert list(findings(scan(rows=200_000), SIZES, sees=100_000))


def test_index_that_is_walked_through_is_told_with_what_it_left_out() -> None:
    read = scan(rows=MOST_READ)
    assert not list(findings(read, SIZES))
    walked: Node = {**scan(loops=2), "Index Name": "license_version", "Rows Removed by Filter": MOST_READ}
    assert list(findings(walked, SIZES)) == ["reads 240,002 rows of licenses_license by license_version"]


def test_sorting_many_is_told() -> None:
    assert not list(findings(above("Sort", scan(rows=MOST_SORTED)), SIZES))
    assert list(findings(above("Limit", above("Sort", scan(rows=30_000))), SIZES)) == ["sorts 30,000 rows"]


def test_what_was_never_run_is_left_out() -> None:
    assert not list(findings(above("Nested Loop", scan("Seq Scan", rows=1_000_000, loops=0)), SIZES))


def test_change_that_was_only_planned_is_read_by_what_is_expected() -> None:
    planned: Node = {"Node Type": "Index Scan", "Relation Name": "licenses_license", "Plan Rows": 200_000}
    assert list(findings(planned, SIZES)) == ["reads 200,000 rows of licenses_license by an index"]


@pytest.mark.django_db
def test_questions_are_noted_once() -> None:
    notebook = Notebook()
    with notebook.open() as asked:
        for _time in range(2):
            License.objects.filter(key_tail="ABCDE").exists()
        License.objects.update(comment="")
    assert [sql.partition(" ")[0] for sql, _parameters in asked] == ["SELECT", "UPDATE"]
    with notebook.open() as asked:
        License.objects.filter(key_tail="ABCDE").exists()
    assert asked == []


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL tells its plans so")
def test_plan_of_a_question_is_what_postgresql_does_and_changes_nothing() -> None:
    license, notebook = make_license(comment="before"), Notebook()
    with notebook.open() as asked:
        assert not License.objects.filter(comment="nothing says this").exists()
        License.objects.filter(comment="before").update(comment="after")
    License.objects.update(comment="before")
    reading, changing = (plan_of(question) for question in asked)
    assert not list(findings(reading, SIZES))
    assert list(findings(changing, SIZES)) == ["reads 1,000,000 rows of licenses_license, one after the other"]
    license.refresh_from_db()
    assert license.comment == "before"
