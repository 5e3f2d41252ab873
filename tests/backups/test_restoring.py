"""R6: a restored portal has the same rows and files, nobody is signed in, and no mail goes out twice."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from accounts.mail import waiting
from accounts.mail_on_hold import on_hold
from accounts.models import AuditEvent, User
from licenses.models import Activation, License, ReleaseFile
from tests.backups.portals import (
    CHANGED_BY_RESTORING,
    another_portal,
    back_up,
    files_below,
    rows_of,
    rules_of,
    said,
)
from tests.cast import Cast, make_activation
from tests.support.portal_server import database_url

ALL_IS_WELL = "Next: manage.py migrate"


@contextmanager
def activating(license: License) -> Iterator[list[int]]:
    """Let a license be activated again and again meanwhile; gives the numbers of computers, as they are written."""
    written, began, enough = list[int](), threading.Event(), threading.Event()

    def activate_again_and_again() -> None:
        try:
            while not enough.is_set():
                make_activation(license)
                written.append(len(written))
                began.set()
        finally:
            connection.close()

    thread = threading.Thread(target=activate_again_and_again)
    thread.start()
    try:
        assert began.wait(30)
        yield written
    finally:
        enough.set()
        thread.join()


def test_another_machine_gets_the_same_rows_and_files_and_goes_on_from_there(
    portal: Cast, backup: Path, files: Path, tmp_path: Path
) -> None:
    before = rows_of(database_url())
    assert "Keep the portal's secrets apart" in back_up(backup)
    with another_portal(tmp_path / "another") as other:
        restored = other.manage("restore", backup)
        assert ALL_IS_WELL in restored.stdout, restored.stderr
        assert "Mails on hold: 2." in restored.stdout
        after = rows_of(other.database_url)
        assert before.keys() == after.keys()
        assert [name for name in before if before[name] != after[name]] == sorted(CHANGED_BY_RESTORING)
        assert rules_of(other.database_url) == rules_of(database_url())
        stored = {name: (files / name).read_bytes() for name in ReleaseFile.objects.values_list("file", flat=True)}
        assert other.files() == stored
        added = other.manage("add_staff", "new@vendor.example")
        assert "is new and belongs to the staff" in added.stdout, added.stderr
        assert "2 mails go out now." in other.manage("mails_on_hold", "--release").stdout


def test_portal_becomes_again_what_it_was_and_works(portal: Cast, backup: Path, files: Path) -> None:
    """Everybody signs in anew; what waited to be mailed stays until staff say; files that are gone come back."""
    person = portal.roles["individual"].user
    assert person
    client = Client()
    client.force_login(person)
    before, stored = rows_of(database_url()), files_below(files)
    names = list(ReleaseFile.objects.values_list("file", flat=True))
    back_up(backup)
    make_activation(portal.license, "LATER")
    License.objects.filter(pk=portal.solo_license.pk).update(licensee="Somebody else")
    (files / names[0]).unlink()
    (files / names[1]).write_bytes(b"cut off")
    (files / names[2]).write_bytes(bytes(len(stored[names[2]])))

    assert ALL_IS_WELL in said("restore", backup, replace=True)

    after = rows_of(database_url())
    assert [name for name in before if before[name] != after[name]] == sorted(CHANGED_BY_RESTORING)
    assert files_below(files) == stored
    assert not Activation.objects.filter(computer_name="LATER").exists()
    check_mails_on_hold()
    assert client.get("/licenses/").status_code == 302
    client.force_login(User.objects.get(pk=person.pk))
    assert client.get(f"/licenses/{portal.solo_license.pk}/").status_code == 200
    make_activation(portal.solo_license, "NEW-PC")
    with pytest.raises(DatabaseError, match="never changed or removed"):
        AuditEvent.objects.all().delete()


def check_mails_on_hold() -> None:
    """Mails that waited are on hold, and those for signing in were given up."""
    assert not waiting().exists()
    assert sorted(mail.to[0] for mail in on_hold()) == ["greta.novak@people.example", "paula.brandt@people.example"]
    assert "Your license" in said("mails_on_hold")
    assert said("mails_on_hold", "--remove") == "2 mails were removed.\n"
    assert said("mails_on_hold") == "No mail is on hold.\n"


def test_backup_made_while_licenses_are_activated_is_of_one_moment(portal: Cast, backup: Path) -> None:
    """Counters and activations, which change together, agree in every copy."""
    License.objects.filter(pk=portal.solo_license.pk).update(max_activations=10_000)
    with activating(portal.solo_license) as written:
        before = len(written)
        back_up(backup)
        assert len(written) > before
    said("restore", backup, replace=True)
    license = License.objects.get(pk=portal.solo_license.pk)
    assert before <= license.activations_in_use <= before + 1 + len(written)
    assert license.activations_in_use == license.activations.filter(deactivated_at=None).count()
