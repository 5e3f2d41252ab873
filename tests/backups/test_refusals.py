"""What stands against restoring is said before anything is changed, and a backup that failed leaves nothing behind."""

import gzip
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError
from pytest_django import Settings

from licenses.models import ReleaseFile
from qlmportal.backups import restoring, taking
from qlmportal.backups.manifest import ITS_SUM, MANIFEST, Part, parts_in, read_manifest, write_manifest
from tests.backups.portals import back_up, files_below, rows_of, said
from tests.cast import Cast
from tests.support.portal_server import database_url


def refused(backup: Path, **options: bool) -> str:
    """Return why nothing was restored; nothing was."""
    before = rows_of(database_url())
    with pytest.raises(CommandError) as refusal:
        said("restore", backup, **options)
    assert rows_of(database_url()) == before
    return str(refusal.value)


def test_damage_is_found_in_every_part(portal: Cast, backup: Path) -> None:
    back_up(backup)
    assert "is as it was written" in said("restore", backup, check=True)
    for part in (MANIFEST, read_manifest(backup).parts[0].name, read_manifest(backup).parts[-1].name):
        whole = (backup / part).read_bytes()
        (backup / part).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert f"The backup is damaged: {part}" in refused(backup, replace=True)
        (backup / part).write_bytes(whole)
    (backup / read_manifest(backup).parts[0].name).unlink()
    assert "The backup is damaged" in refused(backup, check=True)


def test_folder_that_is_no_backup_is_named(portal: Cast, tmp_path: Path) -> None:
    assert "is no backup" in refused(tmp_path)


def test_portal_with_people_is_given_up_only_when_asked_for(portal: Cast, backup: Path) -> None:
    back_up(backup)
    assert "add --replace. Nothing was changed." in refused(backup)


def test_other_secrets_are_recognized_by_their_fingerprints(portal: Cast, backup: Path, settings: Settings) -> None:
    back_up(backup)
    settings.PORTAL_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    reason = refused(backup, replace=True)
    assert "PORTAL_ENCRYPTION_KEYS lacks a key" in reason
    assert "PORTAL_SECRET_KEY" not in reason
    settings.SECRET_KEY = "another one"
    assert "PORTAL_SECRET_KEY is another one" in refused(backup, replace=True)
    assert restoring.refusal(read_manifest(backup), replaces=True, with_other_secrets=True) == ""


def test_keys_that_were_rotated_since_are_no_obstacle(portal: Cast, backup: Path, settings: Settings) -> None:
    back_up(backup)
    settings.PORTAL_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.PORTAL_ENCRYPTION_KEYS]
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the next one"
    assert restoring.refusal(read_manifest(backup), replaces=True, with_other_secrets=False) == ""


def test_no_secret_lies_in_a_backup(portal: Cast, backup: Path, settings: Settings) -> None:
    back_up(backup)
    parts = files_below(backup).items()
    everything = b"".join(gzip.decompress(each) if name.endswith(".gz") else each for name, each in parts)
    assert portal.solo_license.licensee.encode() in everything
    for secret in (settings.SECRET_KEY, *settings.PORTAL_ENCRYPTION_KEYS):
        assert secret.encode() not in everything


def test_backup_of_a_newer_version_is_refused(portal: Cast, backup: Path) -> None:
    back_up(backup)
    manifest = read_manifest(backup)
    write_manifest(backup, replace(manifest, migrations=[*manifest.migrations, ("licenses", "9999_later")]))
    assert "no migration 9999_later of licenses" in refused(backup, replace=True)
    write_manifest(backup, replace(manifest, engine="oracle"))
    assert "The backup is of oracle" in refused(backup, replace=True)


def test_format_that_is_not_known_is_refused(portal: Cast, backup: Path) -> None:
    back_up(backup)
    write_manifest(backup, replace(read_manifest(backup), format=2))
    assert json.loads((backup / MANIFEST).read_text())["format"] == 2
    assert "has the format 2" in refused(backup)


@pytest.mark.parametrize("found", [None, b"cut off", b"longer than it was, " * 1_000])
def test_restoring_that_fails_in_the_middle_changes_nothing(
    portal: Cast, backup: Path, files: Path, monkeypatch: pytest.MonkeyPatch, found: bytes | None
) -> None:
    back_up(backup)
    file = files / ReleaseFile.objects.values_list("file", flat=True)[0]
    file.unlink() if found is None else file.write_bytes(found)
    monkeypatch.setattr(restoring, "HOLD_MAILS", ["UPDATE nowhere SET nothing = 1"])
    before = files_below(files)
    assert "Nothing was changed." in refused(backup, replace=True)
    assert files_below(files) == before


@pytest.mark.parametrize("text", ["[]", "{}", "no manifest", '{"format": 1}', '{"format": 1, "parts": 3}'])
def test_manifest_that_makes_no_sense_is_refused(portal: Cast, backup: Path, text: str) -> None:
    back_up(backup)
    (backup / MANIFEST).write_text(text)
    (backup / ITS_SUM).write_text(f"{hashlib.sha256(text.encode()).hexdigest()}  {MANIFEST}\n")
    assert "manifest.json makes no sense. Nothing was changed." in refused(backup, replace=True)


@pytest.mark.parametrize("name", ["files//etc/passwd", "/etc/passwd", "files/../../secret", "files/link", "./database"])
def test_part_that_lies_elsewhere_is_refused(portal: Cast, backup: Path, name: str) -> None:
    back_up(backup)
    (backup / "files" / "link").symlink_to("/etc/passwd")
    manifest = read_manifest(backup)
    write_manifest(backup, replace(manifest, parts=[*manifest.parts, Part(name, 1, "0" * 64)]))
    assert f"The backup names {name}, which does not lie in it" in refused(backup, check=True)


def test_portal_with_products_alone_is_not_given_up_by_mistake(portal: Cast, backup: Path) -> None:
    back_up(backup)
    with patch.object(restoring, "here", return_value=(0, 2)):
        assert "The database has 0 people and 2 products in it." in refused(backup)


def test_rows_that_are_not_all_there_change_nothing(portal: Cast, backup: Path) -> None:
    back_up(backup)
    manifest = read_manifest(backup)
    rows = {**manifest.rows, "licenses_license": 4711}
    write_manifest(backup, replace(manifest, rows=rows, parts=manifest.parts))
    assert "licenses_license" in refused(backup, replace=True)


def test_backup_that_fails_leaves_nothing(portal: Cast, backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(taking, "parts_in", fail)
    with pytest.raises(CommandError, match="There is no backup: no space left"):
        back_up(backup)
    assert list(backup.parent.iterdir()) == []
    monkeypatch.setattr(taking, "parts_in", parts_in)
    back_up(backup)
    with pytest.raises(CommandError, match="exists already"):
        back_up(backup)


def test_file_that_is_missing_already_is_told_and_the_rest_is_kept(portal: Cast, backup: Path, files: Path) -> None:
    name = ReleaseFile.objects.values_list("file", flat=True)[0]
    whole = (files / name).read_bytes()
    (files / name).unlink()
    with pytest.raises(CommandError, match=f"The backup is made, but .*\n  {name}"):
        back_up(backup)
    assert "is as it was written" in said("restore", backup, check=True)
    (files / name).write_bytes(whole)
