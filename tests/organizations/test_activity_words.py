"""Nobody ever sees the raw name of an action: each one that the code records has its sentence, and a kind."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin

from accounts.admin.base import AuditedAdmin, ReadOnlyAdmin
from accounts.audit import Actor, Concerned, Detail, record
from accounts.models import User
from licenses.admin import LicenseAdmin
from licenses.handover import OTHERS
from licenses.timeline import SENTENCES
from organizations.access import viewer_for
from organizations.activity import recent_activity
from organizations.activity_filters import actions_about
from organizations.licenses_of import Topic, licenses_of
from organizations.telling import ACTIONS
from tests.cast import Cast, make_cast

ROOT = Path(settings.BASE_DIR)
RECORDERS = {
    "record",
    "record_each",
    "record_many",
    "record_about",
    "record_about_each",
    "record_about_many",
    "_record",
    "_set_password",
}
PASSED_ON = {"accounts/audit.py", "accounts/admin/base.py", "licenses/locking.py"}
"""Where a recorder passes on the action that it was given; who calls it is looked at."""


def recorded_in(source: str) -> Iterator[str]:
    """Yield every action that `source` records; one that cannot be read is yielded as it is written."""
    tree = ast.parse(source)
    passed_on = set(_passed_on(tree))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or ast.unparse(node.func).rpartition(".")[2] not in RECORDERS:
            continue
        if node in passed_on:
            continue
        named = [keyword.value for keyword in node.keywords if keyword.arg == "action"]
        actions = [each for each in (named or node.args) if _is_action(each)]
        yield from (name for each in actions for name in _names(each)) if actions else [ast.unparse(node)]


def _passed_on(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls in which a recorder passes on the action that it was given; who calls it is looked at."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name in RECORDERS:
            calls = (each for each in ast.walk(function) if isinstance(each, ast.Call))
            yield from (each for each in calls if any(ast.unparse(argument) == "action" for argument in each.args))


def _is_action(node: ast.expr) -> bool:
    return any(_names(node)) and isinstance(node, ast.Constant | ast.IfExp | ast.Name)


def _names(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as name):
            yield name
        case ast.IfExp(body=body, orelse=orelse):
            yield from _names(body)
            yield from _names(orelse)
        case ast.Name(id=name) if name.isupper():
            yield from (words for words in ACTIONS if words.replace(".", "_").upper() == name)


def recorded_by_stories() -> set[str]:
    """Return every action that the apps record, Django's admin apart."""
    paths = [
        path for app in ("accounts", "organizations", "licenses", "qlmportal") for path in (ROOT / app).rglob("*.py")
    ]
    sources = {str(path.relative_to(ROOT)): path.read_text() for path in paths}
    return {name for path, source in sources.items() if path not in PASSED_ON for name in recorded_in(source)}


def recorded_by_admin() -> set[str]:
    """Return every action that pages of Django's admin record by themselves."""
    found = set()
    for model, page in admin.site._registry.items():
        if not isinstance(page, AuditedAdmin) or isinstance(page, ReadOnlyAdmin | LicenseAdmin):
            continue  # whose events the stories record
        found |= {f"{page.event_name or model._meta.model_name}.{verb}" for verb in ("created", "edited", "deleted")}
    return found


def with_words() -> set[str]:
    return set(ACTIONS) | set(SENTENCES) | set(OTHERS)


def test_every_action_that_the_code_records_has_its_sentence() -> None:
    recorded = recorded_by_stories() | recorded_by_admin()
    assert {"signed_in", "license.activated", "signing_key.made", "customer.edited", "profile.edited"} <= recorded
    assert recorded - with_words() == set()


def test_no_sentence_is_left_over() -> None:
    assert with_words() - recorded_by_stories() - recorded_by_admin() == set()


@pytest.mark.parametrize(
    "source",
    [
        "record(actor, 'license.painted', license)",
        "audit.record(actor, 'a' if x else 'license.painted', license)",
        "record_about(activation, actor, 'license.painted', {}, now)",
        "record(actor, action='license.painted', target=license)",
        "record(actor, f'license.{verb}', license)",
        "record(actor, name_of(verb), license)",
    ],
)
def test_control_action_without_a_sentence_is_noticed(source: str) -> None:
    assert set(recorded_in(source)) - with_words()


def test_every_action_is_of_exactly_one_kind() -> None:
    found = [action for topic in Topic for action in actions_about(topic)]
    assert sorted(found) == sorted(with_words())
    assert all(actions_about(topic) for topic in Topic)


def test_what_is_recorded_about_licenses_is_of_their_kind() -> None:
    """The page relies on it: whoever sees every license is told of that kind in this way, and of no other."""
    assert set(actions_about(Topic.LICENSES)) == set(SENTENCES)
    assert set(licenses_of().topics) == set(SENTENCES) | set(OTHERS)
    assert {action.partition(".")[0] for action in SENTENCES} == {"license", "release"}


DETAILS: dict[str, Detail] = {
    "computer": "ANNA-LAPTOP",
    "replaced_by": "ANNA-2",
    "before": "A",
    "after": "B",
    "reason": "Not paid.",
    "number": 5,
    "format": "CSV",
    "file": "spectra-4.1.5.zip",
}
PLAIN = re.compile(r"[a-z][\w ,:’“”-]+(: Not paid\.|spectra-4\.1\.5\.zip)?")
TARGETS = {
    "license": "license",
    "release": "license",
    "customer": "secondary",
    "organization": "acme",
    "user_group": "north",
}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.mark.parametrize("role", ["superuser", "north, every privilege"])
def test_sentence_of_every_action_is_plain_words(cast: Cast, role: str) -> None:
    odd = {action: told for action, told in _sentences(cast, role) if not told or not PLAIN.fullmatch(told)}
    assert odd == {}


def _sentences(cast: Cast, role: str) -> Iterator[tuple[str, str]]:
    """Record everything that can be recorded, and what no version knows, and yield how it is told."""
    user, stella = cast.enter(role), cast.roles["staff with view"].user
    assert user is not None
    assert stella is not None
    for action in sorted(with_words() | {"license.painted", "wall.painted"}):
        _record(cast, stella, action)
        yield action, recent_activity(viewer_for(user), 1)[0].sentence


def _record(cast: Cast, stella: User, action: str) -> None:
    target = getattr(cast, TARGETS.get(action.partition(".")[0], "acme"))
    field = {"license": "licensee", "customer": "company", "profile": "company"}.get(action.partition(".")[0], "name")
    details = {field: {"before": "A", "after": "B"}} if action.endswith("edited") else DETAILS
    concerned = Concerned(user_group_id=cast.north.pk)
    record(Actor.vendor(stella), action, target, concerned=concerned, details=details)
