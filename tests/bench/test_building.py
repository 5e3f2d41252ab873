"""When a data set is as it should be, when it is completed where it is, and when it is built anew."""

from bench.building import HISTORY, MIGRATE, stamp_of, what_lacks
from bench.reference.sizes import REFERENCE, SMALL

STAMP = "size code\nhistory h1\n0001_initial a1\n0002_more b2"


def test_stamp_names_size_code_history_and_each_migration() -> None:
    made_by, history, *migrations = stamp_of(REFERENCE).splitlines()
    assert "licenses=1000000" in made_by
    assert history.startswith("history ")
    assert any(line.startswith("0001_initial ") for line in migrations)
    assert stamp_of(REFERENCE) != stamp_of(SMALL)


def test_data_set_that_is_as_it_should_be_lacks_nothing() -> None:
    assert what_lacks(STAMP, STAMP) == []


def test_data_set_that_lacks_migrations_only_is_migrated() -> None:
    assert what_lacks(STAMP, f"{STAMP}\n0003_indexes c3") == [MIGRATE]


def test_data_set_without_history_or_with_another_one_gets_it_where_it_is() -> None:
    assert what_lacks(STAMP.replace("history h1\n", ""), STAMP) == [HISTORY]
    assert what_lacks(STAMP, STAMP.replace("h1", "h2") + "\n0003_indexes c3") == [MIGRATE, HISTORY]


def test_data_set_made_otherwise_or_by_migrations_that_changed_is_built_anew() -> None:
    assert what_lacks("", STAMP) is None
    assert what_lacks(STAMP, STAMP.replace("code", "other code")) is None
    assert what_lacks(STAMP, STAMP.replace("b2", "b3") + "\n0003_indexes c3") is None
    assert what_lacks(STAMP, STAMP.replace("\n0002_more b2", "")) is None
