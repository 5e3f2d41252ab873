"""Writing a data set into PostgreSQL in minutes: by COPY, into the real tables, indexes and foreign keys made after.

Column by column it is what the models would save, derived columns included. License files
themselves and features are left out: no page that is measured reads them. Events and mails come from `history.py`.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from operator import attrgetter
from random import Random
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.db.models import AutoField, Field, Model

from accounts.models import User
from bench.reference.computers import computers_of_licenses
from bench.reference.licenses import licenses
from bench.reference.moments import Span
from bench.reference.people import customers, organizations
from bench.reference.sizes import Size
from bench.reference.vendor import make_products, make_staff, make_user_groups
from bench.reference.world import World
from licenses.models import Activation, License
from organizations.models import Customer, Organization
from qlmportal.backups.without_indexes import without_indexes

FILLED = (User, EmailAddress, Customer, Organization, License, Activation)
AT_ONCE = 20_000
SEED = 20_260_101
_WORK_MEMORY = "SET LOCAL maintenance_work_mem = '512MB'"

T = TypeVar("T")


def load(size: Size, now: datetime | None = None) -> None:
    """Fill the empty, migrated database with a data set of `size`; everything or nothing. Then vacuum and analyze.

    Vacuumed tables are what lets an index answer alone (their visibility map is set); on a
    portal in use, autovacuum sees to it.
    """
    random = Random(SEED)
    span = Span(now or datetime.now(UTC))
    with transaction.atomic():
        world = World(
            size=size,
            span=span,
            random=random,
            versions=make_products(size, span),
            groups=make_user_groups(size, random),
            staff_id=make_staff().pk,
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(_WORK_MEMORY)
            with without_indexes(cursor, [f'"{model._meta.db_table}"' for model in FILLED]):
                _fill(world)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _fill(world: World) -> None:
    for people in in_batches(customers(world), AT_ONCE):
        _copy(User, (user for user, _address, _customer in people))
        _copy(EmailAddress, (address for _user, address, _customer in people))
        _copy(Customer, (customer for _user, _address, customer in people))
    _copy(Organization, organizations(world))
    for rows in in_batches(licenses(world, computers_of_licenses(world.size, world.random)), AT_ONCE):
        _copy(License, (license for license, _activations in rows))
        _copy(Activation, (activation for _license, activations in rows for activation in activations))


def in_batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield `rows` in lists of at most `size`."""
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def _copy(model: type[Model], rows: Iterable[Model]) -> None:
    """Write `rows` as the model would save them; keys that the database counts are left to it."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    computed = [field for field in fields if type(field).pre_save is not Field.pre_save]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = attrgetter(*(field.attname for field in fields))
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            for field in computed:
                field.pre_save(row, True)
            copy.write_row(values(row))
