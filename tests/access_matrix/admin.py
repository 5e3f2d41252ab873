"""Django admin in the table of S1: one family of addresses behind one door.

Who is not staff finds nothing at any of its addresses, whatever the method; who is signed out is sent to
sign in. Behind the door Django's permissions decide: which pages of which model open is said here.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from uuid import uuid4

from django.apps import apps
from django.db.models import Model
from django.urls import reverse

from accounts.letters import Letter
from accounts.mail import queue
from accounts.models import User
from licenses.models import Feature, MailTemplate
from tests.access_matrix import table
from tests.access_matrix.checks import ask, browser_of, quiet, url_names
from tests.accounts.sealing import make_seal
from tests.cast import Cast
from tests.releases import make_release, make_release_file

OUTSIDERS = ("nobody", "primary contact", "north, every privilege")
"""People who try every address of the family; everybody else tries its first page, with every method."""

STAFF = ("staff without permissions", "staff with view", "staff with view and change", "superuser")
MODEL_PAGES = ("changelist", "add", "change", "delete", "history")
OTHER_PAGES = frozenset(
    {
        "index",
        "login",
        "logout",
        "autocomplete",
        "jsi18n",
        "app_list",
        "accounts_user_password",
        "accounts_user_second_step",
        "licenses_license_search",
        "readiness",
    }
)
MODELS = {
    "accounts": ("user", "auditevent", "auditseal", "mail"),
    "organizations": ("customer", "organization", "usergroup", "groupmember"),
    "licenses": (
        "activation",
        "license",
        "signingkey",
        "product",
        "productversion",
        "release",
        "releasefile",
        "mailtemplate",
        "feature",
    ),
}
READ_ONLY = frozenset({"auditevent", "auditseal", "mail", "activation", "signingkey"})
NEVER_DELETED = READ_ONLY | {"license", "product"}


def expected_status(role: str, model: str, page: str) -> int:
    """Return what a page of a model answers to GET: 403 wherever Django's permission, or the rule, says no."""
    is_superuser = role == "superuser"
    match page:
        case "add":
            is_open = is_superuser and model not in READ_ONLY
        case "delete":
            is_open = is_superuser and model not in NEVER_DELETED
        case _:
            is_open = role != "staff without permissions"
    return 200 if is_open else 403


def admin_paths() -> Iterator[tuple[str, str]]:
    """Yield the name and an example path of every address of the family."""
    examples = {"<path:object_id>": str(uuid4()), "(?P<url>.*)$": "nothing"}
    for name, pattern in url_names():
        if pattern.startswith(f"{table.ADMIN}/"):
            path = pattern if "app_label" not in pattern else f"{table.ADMIN}/licenses/"
            for placeholder, example in examples.items():
                path = path.replace(placeholder, example)
            yield name, f"/{path}"


def family_gaps() -> list[str]:
    """Compare the names of the family with what this table knows, both ways."""
    in_portal = {name.removeprefix("admin:") for name, _path in admin_paths() if name}
    in_table = OTHER_PAGES | {
        f"{app}_{model}_{page}" for app, models in MODELS.items() for model in models for page in MODEL_PAGES
    }
    return sorted(in_portal ^ in_table)


def door_differences(cast: Cast, roles: Sequence[str] = ()) -> list[str]:
    """Compare what people before the door get with 404, or with being sent to sign in."""
    found = []
    rows = table.access()
    with quiet():
        for role in roles or [role for role in rows if role not in STAFF]:
            client, expected = browser_of(cast, role), 302 if rows[role]["list"] == table.SIGN_IN else 404
            paths = [path for _name, path in admin_paths()] if role in (*OUTSIDERS, "anonymous") else []
            tries = [(method, "/admin/") for method in table.METHODS]
            for method, path in tries + [(method, path) for path in paths for method in ("GET", "POST")]:
                status = ask(client, method, path).status_code
                if status != expected:
                    found.append(f"{role}: {method} {path} is {status}, not {expected}")
    return found


def page_differences(cast: Cast, roles: Sequence[str] = STAFF) -> list[str]:
    """Compare which pages of which models open to staff with the table."""
    found = []
    models = [(app, model) for app, names in MODELS.items() for model in names]
    rows = {model: _key_of_a_row(cast, app, model) for app, model in models}
    with quiet():
        for role in roles:
            client = browser_of(cast, role)
            for (app, model), page in product(models, MODEL_PAGES):
                arguments = [] if page in {"changelist", "add"} else [rows[model]]
                status = ask(client, "GET", reverse(f"admin:{app}_{model}_{page}", args=arguments)).status_code
                expected = expected_status(role, model, page)
                if status != expected:
                    found.append(f"{role}: {page} of {model} is {status}, not {expected}")
    return found


def _key_of_a_row(cast: Cast, app: str, model: str) -> object:
    """Return the key of a row that nothing forbids to delete, where there is one: a person who never did anything."""
    row: Model
    match model:
        case "user":
            row = User.objects.get(full_name="Nora Norole")
        case "auditseal":
            row = make_seal()
        case "mail":
            row = queue(Letter("About something", "Hello.", "<p>Hello.</p>"), "nora@people.example")
        case "releasefile":
            row = make_release_file(make_release(cast.license.product, "4.1.9", is_draft=True))
        case "release":
            row = make_release(cast.license.product, "4.1.8", is_draft=True)
        case "mailtemplate":
            row = MailTemplate.objects.create(name="New", subject="Licenses", body="Hello {customer}.")
        case "feature":
            row = Feature.objects.create(product=cast.license.product, code="PRO", name="Professional")
        case _:
            row = apps.get_model(app, model)._default_manager.all()[0]
    return row.pk
