"""Staff who work on the files of one release at the same time: told what the other did, never a traceback."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.audit import SYSTEM, Actor
from accounts.models import AuditEvent
from licenses.errors import LicenseError
from licenses.file_storage import received
from licenses.models import Platform, Product
from licenses.release_files import add_file, remove_file
from licenses.releasing import publish, take_back
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


def test_release_that_is_to_be_published_keeps_a_file_until_it_is_a_draft_again(product: Product, actor: Actor) -> None:
    release = make_draft(product)
    first, second = make_file(release), make_file(release, platform=Platform.LINUX)
    publish(release.pk, actor, at=timezone.now() + timedelta(hours=2))
    remove_file(first.pk, actor)
    with pytest.raises(LicenseError, match="only file of a release that is to be published"):
        remove_file(second.pk, actor)
    add_file(
        release.pk,
        actor,
        platform=Platform.LINUX,
        name="new.zip",
        received=received(ContentFile(CONTENT)),
        replaces=True,
    )
    take_back(release.pk, actor)
    remove_file(release.files.get().pk, actor)
    assert not release.files.exists()
