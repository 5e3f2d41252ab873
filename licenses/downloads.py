"""That somebody downloads a file of a release, written down (Product rules, section 4, *Updates*)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit import Actor, Detail, record
from licenses.locking import concerned_by
from licenses.models import Download, License, ReleaseFile

ONE_DOWNLOAD = timedelta(minutes=15)
"""For how long further requests for the same file belong to the download that began."""


def record_download(license: License, file: ReleaseFile, actor: Actor, now: datetime | None = None) -> None:
    """Write down that `actor` begins to download `file` by `license`: one event for each download that began.

    A download that goes on after a break, or comes in several parts at once, is one: what the same
    person asks of the same file by the same license within ONE_DOWNLOAD of its beginning writes nothing.
    """
    now = now or timezone.now()
    mine = {"license": license, "release": file.release, "platform": file.platform, "user_id": actor.user_id}
    if Download.objects.filter(**mine, last_at__gt=now - ONE_DOWNLOAD).exists():
        return
    with transaction.atomic():
        moments = {"first_at": now, "last_at": now}
        row, is_new = Download.objects.select_for_update().get_or_create(**mine, defaults=moments)
        if not is_new and row.last_at > now - ONE_DOWNLOAD:
            return  # in the same moment, by another request
        row.last_at = now
        row.save(update_fields=["last_at"])
        record(actor, "release.downloaded", license, concerned=concerned_by(license), details=_details(file), now=now)


def _details(file: ReleaseFile) -> dict[str, Detail]:
    return {"version": file.release.version, "platform": file.platform, "file": file.name, "sha256": file.sha256}
