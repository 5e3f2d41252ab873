"""Views and forms begin with what is visible; templates only print. The guard reads the source, so nobody can forget.

Django admin is left out: it has Django's own permissions instead (section 6 of the product rules).
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from accounts.models import User

ROOT = Path(settings.BASE_DIR)
APPS = ("accounts", "organizations", "licenses")
MANAGERS = frozenset({"objects", "_default_manager", "_base_manager", "default_manager", "base_manager"})
WAYS_AROUND = frozenset({"get_object_or_404", "get_list_or_404", "get_model", "connection", "connections", "RawSQL"})
ALLOWED = {
    "accounts/views/connections.py: SocialAccount.objects": "a person's own, found by the person of the request",
    "accounts/views/passkeys.py: Authenticator.objects": "a person's own, found by the person of the request",
    "accounts/views/proving.py: Authenticator.objects": "a person's own, found by the person of the request",
    "accounts/views/second_step.py: Authenticator.objects": "a person's own, found by the person of the request",
    "licenses/views/public.py: SigningKey.objects": "public keys are published to anybody (section 2)",
    "qlmportal/urls.py: connections": "the page of connected accounts, not those to databases",
    "qlmportal/names.py: Product.objects": "a password must not be like a product's name; nobody is shown one",
    "qlmportal/health.py: connection": "asks whether the database is there, and for no rows",
}
OF_A_USER = frozenset(
    relation.get_accessor_name() for relation in User._meta.related_objects if relation.get_accessor_name()
) | {"groups", "user_permissions"}


def guarded_files() -> list[Path]:
    """Return the files of views and forms, and the wiring, which has views of its own."""
    found = [
        path
        for app in APPS
        for pattern in ("views.py", "forms.py", "views/*.py", "forms/*.py")
        for path in (ROOT / app).glob(pattern)
    ]
    return sorted([*found, ROOT / "organizations" / "context.py", *(ROOT / "qlmportal").glob("*.py")])


def faults_in(source: str) -> list[str]:
    """Return what in `source` of a view or form begins with anything but `visible_to` or the gate."""
    tree = ast.parse(source)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    return [fault for node in ast.walk(tree) for fault in _faults_of(node, parents)]


def _faults_of(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[str]:
    match node:
        case ast.Attribute(value=value, attr=name) if name in MANAGERS:
            if not _begins_visibly(node, parents):
                yield f"{ast.unparse(value)}.{name}"
        case ast.Attribute(value=ast.Attribute(attr="user") | ast.Name(id="user"), attr=name) if name in OF_A_USER:
            yield f"user.{name}"
        case ast.Attribute(attr="raw" | "extra" as name):
            yield f".{name}()"
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in WAYS_AROUND:
            yield name
        case ast.ClassDef(name=name, body=body):
            yield from (f"{name}.{each}" for each in _class_wide_rows(name, body))


def _begins_visibly(manager: ast.Attribute, parents: dict[ast.AST, ast.AST]) -> bool:
    match parents[manager]:
        case ast.Attribute(attr="visible_to"):
            return True
        case ast.Call(func=ast.Name(id="get_visible_or_404"), args=[first, *_]):
            return first is manager
    return False


def _class_wide_rows(name: str, body: list[ast.stmt]) -> Iterator[str]:
    """Yield what makes a class-based view or a model form begin with every row of a table."""
    for statement in body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            continue
        target = statement.targets[0].id
        if name != "Meta" and target in {"model", "queryset"}:
            yield target
        if name == "Meta" and (target == "exclude" or "__all__" in ast.unparse(statement.value)):
            yield target


def test_views_and_forms_begin_with_what_is_visible() -> None:
    found = {f"{path.relative_to(ROOT)}: {fault}" for path in guarded_files() for fault in faults_in(path.read_text())}
    assert found - set(ALLOWED) == set(), "begin with visible_to or the gate"
    assert set(ALLOWED) - found == set(), "an exception that nothing uses any more"


def test_guard_reads_the_files_that_there_are() -> None:
    names = {str(path.relative_to(ROOT)) for path in guarded_files()}
    assert {
        "licenses/views/licenses.py",
        "licenses/views/activations.py",
        "licenses/forms/activating.py",
        "accounts/views/passwords.py",
    } <= names


@pytest.mark.parametrize(
    "source",
    [
        "rows = License.objects.all()",
        "rows = License.objects.filter(customer=viewer.customer_id)",
        "rows = License._default_manager.get(pk=1)",
        "license = get_object_or_404(License, pk=license_id)",
        "field = ModelChoiceField(queryset=Organization.objects.all())",
        "rows = request.user.customer.organization.members.all()",
        "rows = License.objects.raw('select 1')",
        "row = get_visible_or_404(make(License.objects), viewer, pk)",
        "class LicenseList(ListView):\n    model = License",
        "class LicenseForm(ModelForm):\n    class Meta:\n        model = License\n        fields = '__all__'",
        "with connection.cursor() as cursor:\n    pass",
        "rows = apps.get_model('licenses', 'License')",
    ],
)
def test_control_source_that_goes_around_the_gate_is_noticed(source: str) -> None:
    assert faults_in(source)


@pytest.mark.parametrize(
    "source",
    [
        "rows = License.objects.visible_to(viewer).filter(pk=1)",
        "license = get_visible_or_404(License.objects, viewer, pk)",
        "rows = license.activations.in_use()",
        "class RenameForm(Form):\n    name = CharField()",
    ],
)
def test_control_source_that_begins_visibly_passes(source: str) -> None:
    assert faults_in(source) == []


OUTPUT = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
RELATIONS = frozenset(
    name
    for app in APPS
    for model in apps.get_app_config(app).get_models()
    for relation in model._meta.related_objects
    if (name := relation.get_accessor_name())
)
ASKING = re.compile(
    r"\.(objects|all|filter|exclude|count|first|last|exists|values_list|"
    + "|".join(sorted(RELATIONS))
    + r")\b|\b\w+_set\b"
)
ROLES = re.compile(
    r"\b(is_staff|is_superuser|is_manager|perms|has_perm|privileges?|staff_may|contact_of|customer_id|group_id|reaches|"
    r"group_privileges|contact_organization_ids|viewer\.has)\b"
)


def template_faults(text: str) -> list[str]:
    """Return where a template asks the database or tests a role."""
    return [tag for tag in OUTPUT.findall(text) if ASKING.search(tag) or ROLES.search(tag)]


def test_templates_neither_ask_the_database_nor_test_roles() -> None:
    templates = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "admin" not in path.parts]
    assert len(templates) > 20
    assert {
        str(path.relative_to(ROOT)): found for path in templates if (found := template_faults(path.read_text()))
    } == {}


@pytest.mark.parametrize(
    "text",
    [
        "{% for activation in license.activations.all %}{% endfor %}",
        "{{ license.activations.count }}",
        "{% if user.is_staff %}{% endif %}",
        "{% if perms.licenses.change_license %}{% endif %}",
        "{% if viewer.contact_of %}{% endif %}",
        "{{ organization.members.first }}",
        "{% if viewer.has.activate %}{% endif %}",
    ],
)
def test_control_template_that_asks_or_tests_roles_is_noticed(text: str) -> None:
    assert template_faults(text)
