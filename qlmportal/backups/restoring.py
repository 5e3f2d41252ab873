"""Restoring a backup: everything is looked at first, then the database comes, whole or not at all, then its files.

The files are stored beside those that are there before the database is touched, and take their places
after it: whatever fails until then changes nothing.
"""

from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from accounts.models import User
from licenses.models import Product
from qlmportal.backups.engines import engine
from qlmportal.backups.files_coming import files_coming
from qlmportal.backups.fingerprints import other_secrets
from qlmportal.backups.manifest import BackupError, Manifest, check_parts, read_manifest
from qlmportal.backups.tables import HOLD_MAILS, STILL_ANNOUNCED


def checked(folder: Path) -> Manifest:
    """Return what the backup in `folder` is of; raise BackupError unless every part of it is as it was written."""
    manifest = read_manifest(folder)
    check_parts(folder, manifest.parts)
    return manifest


def restore(folder: Path, *, replaces: bool = False, with_other_secrets: bool = False) -> Manifest:
    """Put the database and the files of a backup into this portal, and return what it is of.

    With `replaces` it takes the place of a portal with people in it. Nobody is signed in afterwards,
    and mails that waited are on hold. Raises BackupError, having changed nothing, when the backup is
    damaged, is of another engine or a newer version, when this portal lacks its secrets, unless
    `with_other_secrets`, or when it has people, unless it `replaces` them.
    """
    manifest = checked(folder)
    if reason := refusal(manifest, replaces=replaces, with_other_secrets=with_other_secrets):
        raise BackupError(f"{reason} Nothing was changed.")
    with files_coming(manifest.parts, folder) as files:
        try:
            engine().copy_in(folder, manifest.rows, manifest.migrations, HOLD_MAILS)
        except DatabaseError as failure:
            sentence = str(failure).partition("\n")[0]
            raise BackupError(
                f"The database refuses ({sentence}). Stop the portal first. Nothing was changed."
            ) from None
        files.put_in_place()
    return manifest


def refusal(manifest: Manifest, *, replaces: bool, with_other_secrets: bool) -> str:
    """Return why this portal cannot become the one of the backup, or nothing."""
    if manifest.engine != connection.vendor:
        return f"The backup is of {manifest.engine}, but DATABASE_URL names {connection.vendor}."
    if unknown := set(manifest.migrations) - MigrationLoader(None).disk_migrations.keys():
        app, name = sorted(unknown)[0]
        return f"The backup is of a newer version of the portal: this one has no migration {name} of {app}."
    if not with_other_secrets and (lacking := other_secrets(manifest.secrets)):
        return f"{' '.join(lacking)} Put the secrets back, or restore all the same by --with-other-secrets."
    people, products = (0, 0) if replaces else here()
    if people or products:
        return (
            f"The database has {people} people and {products} products in it. "
            "To give all of it up for the backup, add --replace."
        )
    return ""


def here() -> tuple[int, int]:
    """Return how many people and how many products this portal has; none where there are no tables yet."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    people, products = (model.objects.count() if model._meta.db_table in tables else 0 for model in (User, Product))
    return people, products


def still_announced() -> list[str]:
    """Return the releases whose mails were not all written when the backup was made, as people call them."""
    with connection.cursor() as cursor:
        cursor.execute(STILL_ANNOUNCED)
        return [f"{product} {version}" for product, version in cursor.fetchall()]
