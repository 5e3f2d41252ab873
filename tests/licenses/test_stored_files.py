"""What is stored for releases compared with what the portal knows: as a command, and in the readiness report."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from accounts.ids import uuid7
from licenses.models.releases import release_files_storage
from licenses.readiness import report
from licenses.stored_files import LEFT_BEHIND, left_behind, missing_files
from tests.cast import make_product
from tests.licenses.files import make_published_file
from tests.licenses.moments import NOW, Clock


@pytest.fixture(autouse=True)
def _nothing_stored(db: None, clock: Clock) -> None:
    """Begin without what other tests have stored."""
    storage = release_files_storage()
    for name in left_behind(NOW.replace(year=2100)):
        storage.delete(name)


def said(*options: str) -> str:
    out = StringIO()
    call_command("release_files", *options, stdout=out)
    return out.getvalue()


def test_nothing_is_missing_where_all_is_well() -> None:
    make_published_file(make_product("Spectra"))
    assert missing_files() == []
    assert said() == "Named by no release: 0\n"


def test_missing_file_fails_the_command_and_is_a_danger_in_the_report() -> None:
    file = make_published_file(make_product("Spectra"))
    Path(file.file.path).unlink()
    with pytest.raises(CommandError, match="1 files are missing"):
        said()
    [finding] = [each for each in report() if each.what == "Release files that are missing"]
    assert finding.is_danger
    assert [row.label for row in finding.rows] == ["Spectra 4.1.5: spectra-4.1.5.zip"]


def test_altered_file_is_told_when_every_file_is_read() -> None:
    file = make_published_file(make_product("Spectra"))
    assert said("--sums") == "Named by no release: 0\n"
    Path(file.file.path).write_bytes(bytes(file.size))
    assert said() == "Named by no release: 0\n"
    with pytest.raises(CommandError, match="0 files are missing, 1 are altered"):
        said("--sums")


def test_what_a_killed_process_left_behind_is_removed_a_day_later_and_nothing_else() -> None:
    storage, file = release_files_storage(), make_published_file(make_product("Spectra"))
    old = storage.save(f"releases/{uuid7(NOW - LEFT_BEHIND * 1.1).hex}", ContentFile(b"old"))
    fresh = storage.save(f"releases/{uuid7(NOW).hex}", ContentFile(b"fresh"))
    assert said() == "Named by no release: 1\n"
    assert said("--remove") == "Named by no release and removed: 1\n"
    assert not storage.exists(old)
    assert storage.exists(fresh)
    assert storage.exists(file.file.name)


def test_storage_that_cannot_be_reached_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OSError("the bucket answers EndpointConnectionError")

    monkeypatch.setattr("licenses.folder_storage.FolderStorage.listdir", away)
    with pytest.raises(CommandError, match="cannot be reached: the bucket answers"):
        said()
    assert "The storage of release files cannot be reached" in [each.what for each in report()]
