"""Files of releases take up room once, however many backups there are; each backup is whole by itself."""

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError

from licenses.models import ReleaseFile
from qlmportal.backups.manifest import MANIFEST
from tests.backups.portals import another_portal, back_up, files_below, said
from tests.cast import Cast
from tests.licenses.files import make_published_file


@pytest.fixture
def later(backup: Path) -> Path:
    """Where the backup of the next night goes."""
    return backup.with_name("2026-11-23")


def stored_names() -> list[str]:
    return sorted(ReleaseFile.objects.values_list("file", flat=True))


def has_one_place(name: str, *backups: Path) -> bool:
    """Tell whether a file lies in all of the backups, and on the disk once."""
    return len({(backup / "files" / name).stat().st_ino for backup in backups}) == 1


def test_file_of_the_night_before_is_kept_once_and_a_new_one_is_added(
    portal: Cast, backup: Path, later: Path, tmp_path: Path
) -> None:
    back_up(backup)
    old = stored_names()
    make_published_file(portal.license.product_version.product, "4.1.80", name="newer.zip")
    said("backup", later, earlier=backup)
    assert all(has_one_place(name, backup, later) for name in old)
    assert sorted(files_below(later / "files")) == stored_names()
    shutil.rmtree(backup)
    with another_portal(tmp_path / "another") as other:
        restored = other.manage("restore", later)
        assert "Everybody has to sign in again" in restored.stdout, restored.stderr
        assert sorted(other.files()) == stored_names()


def test_damage_of_the_backup_before_is_not_handed_on(portal: Cast, backup: Path, later: Path) -> None:
    back_up(backup)
    name = stored_names()[0]
    there = backup / "files" / name
    there.write_bytes(bytes(there.stat().st_size))
    said("backup", later, earlier=backup)
    assert not has_one_place(name, backup, later)
    assert "is as it was written" in said("restore", later, check=True)


def test_file_that_has_gone_meanwhile_is_still_told(portal: Cast, backup: Path, later: Path, files: Path) -> None:
    back_up(backup)
    name = stored_names()[0]
    whole = (files / name).read_bytes()
    (files / name).unlink()
    with pytest.raises(CommandError, match=f"The backup is made, but .*\n  {name}"):
        said("backup", later, earlier=backup)
    assert name not in files_below(later / "files")
    (files / name).write_bytes(whole)


def test_file_that_is_damaged_meanwhile_is_still_told(portal: Cast, backup: Path, later: Path, files: Path) -> None:
    back_up(backup)
    name = stored_names()[0]
    whole = (files / name).read_bytes()
    (files / name).write_bytes(bytes(len(whole)))
    with pytest.raises(CommandError, match=f"The backup is made, but .*\n  {name}"):
        said("backup", later, earlier=backup)
    (files / name).write_bytes(whole)


def test_earlier_backup_that_is_not_there_is_named(portal: Cast, backup: Path, later: Path) -> None:
    with pytest.raises(CommandError, match="There is no earlier backup"):
        said("backup", backup, earlier=later)
    assert not backup.exists()


def test_earlier_backup_whose_manifest_is_damaged_is_no_obstacle(portal: Cast, backup: Path, later: Path) -> None:
    back_up(backup)
    (backup / MANIFEST).write_text("?")
    said("backup", later, earlier=backup)
    assert "is as it was written" in said("restore", later, check=True)


def test_disk_without_links_gets_copies(
    portal: Cast, backup: Path, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError("Invalid cross-device link")

    back_up(backup)
    monkeypatch.setattr("qlmportal.backups.taking.os.link", refuse)
    said("backup", later, earlier=backup)
    assert files_below(later / "files") == files_below(backup / "files")
