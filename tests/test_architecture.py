"""The shape of the house: layers, one visibility rule for each model, small files, and triggers that are there."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Model, QuerySet

from accounts.audit import SYSTEM, record
from accounts.models import AuditEvent, AuditSeal
from organizations.events import visible_events
from tests.cast import make_person

ROOT = Path(settings.BASE_DIR)
LAYERS = ("accounts", "organizations", "licenses", "qlmportal")
CODE = (*LAYERS, "launcher")
LONGEST_FILE = 300
NAMES_OF_LEFTOVERS = frozenset(
    {"utils.py", "util.py", "helpers.py", "services.py", "signals.py", "common.py", "misc.py"}
)

WITHOUT_VISIBLE_TO = {
    "accounts.User": "seen as customer, group member or contact, never by itself",
    "accounts.AuditEvent": "organizations.events.visible_events: accounts know no viewer",
    "accounts.AuditSeal": "seen in the administration by who may read the whole trail",
    "accounts.Mail": "whom mails are for is seen by staff only, what they say by nobody else",
    "accounts.DemoMark": "one row, a fact about the database",
    "organizations.OrganizationDomain": "entered and seen by staff only",
    "organizations.OrganizationTenant": "entered and seen by staff only",
    "organizations.InvitationBlock": "who wants no more invitations is told to nobody",
    "organizations.GroupInvitationBlock": "who wants no more invitations is told to nobody",
    "licenses.Product": "seen as part of a license",
    "licenses.ProductVersion": "seen as part of a license",
    "licenses.Feature": "seen as part of a license",
    "licenses.GroupProduct": "seen as part of its user group",
    "licenses.ReservedLicense": "seen as part of a license, by who may assign it",
    "licenses.Release": "seen as part of a license of its product",
    "licenses.ReleaseFile": "seen as part of a license that includes its release",
    "licenses.Download": "seen as part of a license, by who downloaded",
    "licenses.LicenseFile": "seen through its activation",
    "licenses.GenericFile": "seen through its license",
    "licenses.SigningKey": "its public half is published, its private half never shown",
}


def portal_models() -> list[type[Model]]:
    return [model for app in LAYERS[:3] for model in apps.get_app_config(app).get_models(include_auto_created=True)]


def relations_upwards(models: Iterable[type[Model]], layers: tuple[str, ...]) -> list[str]:
    """Return the relations (foreign key, one to one, many to many, as a string too) that point to a higher layer."""
    return [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in models
        for field in model._meta.get_fields(include_parents=False)
        if field.is_relation and field.concrete and isinstance(field.related_model, type)
        if _level(field.related_model, layers) > _level(model, layers)
    ]


def _level(model: type[Model], layers: tuple[str, ...]) -> int:
    """Return how high the model's app stands; Django and other packages stand below all."""
    return layers.index(model._meta.app_label) if model._meta.app_label in layers else -1


def test_relations_point_down() -> None:
    assert relations_upwards(portal_models(), LAYERS) == []


def test_control_relations_that_point_up_are_noticed() -> None:
    upside_down = relations_upwards(portal_models(), LAYERS[::-1])
    assert "licenses.License.customer → organizations.Customer" in upside_down
    assert "licenses.License_features.license → licenses.License" not in upside_down


def models_without_rule(models: Iterable[type[Model]]) -> set[str]:
    """Return the models whose rows know not for whom they exist."""
    return {
        model._meta.label
        for model in models
        if not model._meta.auto_created and not hasattr(model._meta.default_manager, "visible_to")
    }


def test_every_model_that_people_reach_says_for_whom_its_rows_exist() -> None:
    assert models_without_rule(portal_models()) == set(WITHOUT_VISIBLE_TO)
    assert callable(visible_events)


def test_control_model_without_visible_to_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    activation = apps.get_model("licenses", "Activation")
    monkeypatch.delattr(type(activation.objects), "visible_to")
    assert "licenses.Activation" in models_without_rule(portal_models())


def source_files() -> list[Path]:
    return [path for app in CODE for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]


def test_files_are_short_and_named_for_what_they_hold() -> None:
    files = source_files()
    assert len(files) > 50
    too_long = {str(path): lines for path in files if (lines := len(path.read_text().splitlines())) > LONGEST_FILE}
    assert too_long == {}
    assert [str(path) for path in files if path.name in NAMES_OF_LEFTOVERS] == []


def triggers_of(table: str) -> set[str]:
    """Return the names of the triggers on `table`."""
    by_vendor = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(by_vendor[connection.vendor], [table])
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize("model", [AuditEvent, AuditSeal])
def test_audit_trail_and_its_seals_have_their_triggers(db: None, model: type[Model]) -> None:
    table = model._meta.db_table
    expected = {
        "sqlite": {f"{table}_no_update", f"{table}_no_delete", f"{table}_no_replace"},
        "postgresql": {f"{table}_append_only", f"{table}_no_truncate"},
    }
    assert triggers_of(table) == expected[connection.vendor]


def _delete_raw(events: QuerySet[AuditEvent]) -> None:
    events._raw_delete(events.db)


def _empty(events: QuerySet[AuditEvent]) -> None:
    statement = {"sqlite": "DELETE FROM", "postgresql": "TRUNCATE"}[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} {AuditEvent._meta.db_table}")


def _write_over(events: QuerySet[AuditEvent]) -> None:
    AuditEvent.objects.bulk_create(events, update_conflicts=True, update_fields=["at"], unique_fields=["id"])


def _insert_instead(events: QuerySet[AuditEvent]) -> None:
    table = AuditEvent._meta.db_table
    statement = {
        "sqlite": f"REPLACE INTO {table} SELECT * FROM {table}",
        "postgresql": f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET action = ''",
    }
    with connection.cursor() as cursor:
        cursor.execute(statement[connection.vendor])


CHANGES: dict[str, Callable[[QuerySet[AuditEvent]], object]] = {
    "empty": _empty,
    "write over": _write_over,
    "insert instead": _insert_instead,
    "update": lambda events: events.update(action="nothing"),
    "delete": _delete_raw,
    "save": lambda events: events.get().save(),
    "delete one": lambda events: events.get().delete(),
    "bulk update": lambda events: AuditEvent.objects.bulk_update(list(events), ["action"]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_database_refuses_to_change_the_audit_trail(db: None, change: str) -> None:
    event = record(SYSTEM, "license.issued", make_person())
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        CHANGES[change](AuditEvent.objects.filter(pk=event.pk))
    assert AuditEvent.objects.filter(pk=event.pk, action="license.issued").exists()
