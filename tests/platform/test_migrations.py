"""R7: migrations go forwards and backwards without loss, on a copy of a database with people and licenses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.backups.portals import AnotherPortal, another_portal, back_up
from tests.cast import make_cast


@pytest.fixture
def restored(transactional_db: None, tmp_path: Path) -> Iterator[AnotherPortal]:
    """Give a portal that has the whole cast: a copy may be made whoever else asks the test's database."""
    call_command("createcachetable")
    make_cast()
    back_up(tmp_path / "backup")
    with another_portal(tmp_path / "another") as other:
        done = other.manage("restore", tmp_path / "backup")
        assert "Everybody has to sign in again" in done.stdout, done.stderr
        yield other


def test_newest_migrations_go_back_and_forth_and_lose_nothing(restored: AnotherPortal) -> None:
    done = restored.manage("there_and_back", "--steps=3", DJANGO_SETTINGS_MODULE="bench.faults.settings")
    assert done.returncode == 0, done.stderr
    assert "the same values in" in done.stdout


def test_models_ask_for_no_migration_that_is_not_there(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
