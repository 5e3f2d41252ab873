"""Measuring what writes, and taking back what was written, so that the next run finds the same data."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from accounts.append_only import without_triggers
from accounts.models import AuditEvent
from licenses.models import Activation, Batch, License, LicenseFile, SigningKey
from organizations.models import UserGroup

_TRAIL = AuditEvent._meta.db_table


@contextmanager
def everything_taken_back(unused: list[License]) -> Iterator[None]:
    """Take back what is written meanwhile: activations of `unused` licenses, orders, signing keys, and their trail."""
    newest = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
    keys = list(SigningKey.objects.values_list("pk", flat=True))
    orders = list(Batch.objects.values_list("pk", flat=True))
    groups = list(UserGroup.objects.all())
    try:
        yield
    finally:
        with transaction.atomic():
            ids = [license.pk for license in unused]
            LicenseFile.objects.filter(activation__license__in=ids).delete()
            Activation.objects.filter(license__in=ids).delete()
            License.objects.filter(pk__in=ids).update(activations_in_use=0)
            made = Batch.objects.exclude(pk__in=orders)
            License.objects.filter(batch__in=made).delete()
            made.delete()
            SigningKey.objects.exclude(pk__in=keys).delete()
            for group in groups:
                group.save()
            with without_triggers(connection, _TRAIL):
                later = AuditEvent.objects.filter(pk__gt=newest) if newest else AuditEvent.objects.all()
                later.delete()
