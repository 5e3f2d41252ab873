"""The files of a release: adding, replacing and removing them.

Once a release is published, its files stay what they are, so that a checksum noted today holds
tomorrow: whoever finds a fault withdraws the release and publishes another version. Further
platforms may still be added.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Actor, Detail, record
from licenses.errors import LicenseError, Reason
from licenses.file_names import clean_file_name, name_refusal
from licenses.file_storage import Received, discard, path_of, stored
from licenses.models import Platform, Release, ReleaseFile, ReleaseState

LASTING = frozenset({ReleaseState.PUBLISHED, ReleaseState.WITHDRAWN})


def add_file(
    release_id: UUID,
    actor: Actor,
    *,
    platform: Platform,
    name: str,
    received: Received,
    replaces: bool = False,
    now: datetime | None = None,
) -> ReleaseFile:
    """Store a file of a release for a platform and return its row; size and SHA-256 are those of `received`.

    The name is cleaned first. With `replaces` it takes the place of the platform's file, if there is
    one. Raises LicenseError, nothing having been kept, when the name or the file cannot be, when the
    platform has a file already, when the release was deleted meanwhile, or when storing fails.
    """
    name = clean_file_name(name)
    if refusal := file_refusal(name, received.size):
        raise refusal
    try:
        with stored(received.content) as path:
            row = ReleaseFile(platform=platform, file=path, name=name, size=received.size, sha256=received.sha256)
            return _put_into_place(release_id, actor, row, replaces=replaces, now=now or timezone.now())
    except OSError as failure:
        sentence = _("The file could not be stored, and nothing was kept of it: %(failure)s. Try again later.")
        raise LicenseError(Reason.FILE_NOT_STORED, sentence % {"failure": failure.strerror or failure}) from failure


def file_refusal(name: str, size: int) -> LicenseError | None:
    """Return why nothing called `name`, a cleaned name, with `size` bytes can be a file of a release, or None."""
    if sentence := name_refusal(name):
        return LicenseError(Reason.BAD_FILE, sentence)
    if size == 0:
        return LicenseError(Reason.BAD_FILE, _("The file is empty."))
    return None


def _put_into_place(release_id: UUID, actor: Actor, row: ReleaseFile, *, replaces: bool, now: datetime) -> ReleaseFile:
    with transaction.atomic():
        row.release = _locked(release_id)
        before = row.release.files.filter(platform=row.platform).first()
        if before is not None and (refusal := replacing_refusal(before, replaces=replaces)):
            raise refusal
        if before is not None:
            _forget(before)
        row.uploaded_at, row.uploaded_by_id = now, actor.user_id
        row.save(force_insert=True)
        record(
            actor,
            "release_file.added" if before is None else "release_file.replaced",
            row.release,
            details=_details(row),
            now=now,
        )
        return row


def _locked(release_id: UUID) -> Release:
    rows = Release.objects.select_for_update(of=("self",)).select_related("product_version__product")
    release = rows.filter(pk=release_id).first()
    if release is None:
        raise LicenseError(Reason.BAD_RELEASE, _("Somebody deleted the release meanwhile."))
    return release


def replacing_refusal(before: ReleaseFile, *, replaces: bool) -> LicenseError | None:
    """Return why another file cannot take the place of `before`, or None."""
    if refusal := _lasting_refusal(before):
        return refusal
    if replaces:
        return None
    facts = {"platform": before.get_platform_display(), "name": before.name}
    sentence = _("There is a file for %(platform)s already: %(name)s. Tick that the new one replaces it.") % facts
    return LicenseError(Reason.FILE_IS_THERE, sentence)


def removing_refusal(file: ReleaseFile) -> LicenseError | None:
    """Return why `file` cannot be removed, or None: what is to be published later keeps at least one."""
    refusal = _lasting_refusal(file)
    is_scheduled = file.release.state() is ReleaseState.SCHEDULED
    if refusal or not is_scheduled or file.release.files.exclude(pk=file.pk).exists():
        return refusal
    sentence = _("%(name)s is the only file of a release that is to be published. Make it a draft again first.")
    return LicenseError(Reason.RELEASE_IS_PUBLISHED, sentence % {"name": file.name})


def _lasting_refusal(file: ReleaseFile) -> LicenseError | None:
    """Return why `file` can be neither removed nor replaced, or None."""
    if file.release.state() not in LASTING:
        return None
    sentence = _(
        "%(release)s is published, and people have the checksum of %(name)s. "
        "Withdraw the release, and publish another version."
    )
    return LicenseError(Reason.RELEASE_IS_PUBLISHED, sentence % {"release": file.release, "name": file.name})


def remove_file(file_id: UUID, actor: Actor) -> None:
    """Remove a file of a release that is not published; raises LicenseError when it is, or the file was removed."""
    with transaction.atomic():
        release_id = ReleaseFile.objects.filter(pk=file_id).values_list("release_id", flat=True).first()
        file = _file_of(_locked(release_id) if release_id else None, file_id)
        if refusal := removing_refusal(file):
            raise refusal
        _forget(file)
        record(actor, "release_file.removed", file.release, details=_details(file))


def _file_of(release: Release | None, file_id: UUID) -> ReleaseFile:
    """Return the file of the locked release, unless somebody else has removed it meanwhile."""
    if release is None or (file := release.files.filter(pk=file_id).first()) is None:
        raise LicenseError(Reason.BAD_FILE, _("Somebody removed the file already."))
    return file


def _forget(file: ReleaseFile) -> None:
    """Delete the row; what is stored goes once that is certain."""
    name = path_of(file)
    file.delete()
    transaction.on_commit(lambda: discard(name))


def _details(file: ReleaseFile) -> dict[str, Detail]:
    return {"platform": file.platform, "file": file.name, "size": file.size, "sha256": file.sha256}
