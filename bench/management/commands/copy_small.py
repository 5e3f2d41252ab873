"""Fill an empty, migrated database of another engine with the rows of the small data set."""

from django.apps import apps
from django.core.management import BaseCommand
from django.db import connection, transaction
from django.db.models import Model, QuerySet

AT_ONCE = 500
SMALL = "small"
MADE_BY_MIGRATING = frozenset({"contenttypes.ContentType", "auth.Permission"})


class Command(BaseCommand):
    """`manage.py copy_small`, with BENCH_SMALL_DATABASE_URL."""

    help = "Copy every row of the small data set into this database."

    def handle(self, *_arguments: object, **_options: object) -> None:
        """Copy all tables; rows may name others that come later."""
        with connection.constraint_checks_disabled(), transaction.atomic():
            for model in apps.get_models():
                if model._meta.label not in MADE_BY_MIGRATING and model._meta.managed and not model._meta.proxy:
                    _copy(model)
        connection.check_constraints()


def _copy(model: type[Model]) -> None:
    rows: QuerySet[Model] = QuerySet(model, using=SMALL).order_by("pk")
    into: QuerySet[Model] = QuerySet(model)
    into.bulk_create(rows.iterator(AT_ONCE), AT_ONCE)
