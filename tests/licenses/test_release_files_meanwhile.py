"""Staff who work on the files of one release at the same time: told what the other did, never a traceback."""

import pytest
from django.core.files.base import ContentFile

from accounts.audit import SYSTEM
from accounts.models import AuditEvent
from licenses.errors import LicenseError
from licenses.file_storage import received
from licenses.models import Platform, Product
from licenses.release_files import add_file, remove_file
from tests.licenses.files import CONTENT, everything_kept, make_draft, make_file


def test_file_for_a_release_that_was_deleted_while_it_came_is_refused_and_nothing_remains(product: Product) -> None:
    release, before = make_draft(product), everything_kept()
    key = release.pk
    release.delete()
    with pytest.raises(LicenseError, match="Somebody deleted the release meanwhile"):
        add_file(key, SYSTEM, platform=Platform.ANY, name="spectra.zip", received=received(ContentFile(CONTENT)))
    assert everything_kept() == before


def test_file_is_removed_once_by_two_who_press_the_button(product: Product) -> None:
    file = make_file(make_draft(product))
    key = file.pk
    remove_file(key, SYSTEM)
    with pytest.raises(LicenseError, match="Somebody removed the file already"):
        remove_file(key, SYSTEM)
    assert AuditEvent.objects.filter(action="release_file.removed").count() == 1
