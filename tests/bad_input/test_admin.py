"""A sweep over every form and list of the admin; what exactly is wrong where is tested with the admin."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import AuditSeal, User
from licenses.models import ReleaseFile
from tests.access_matrix.checks import quiet
from tests.accounts.sealing import make_seal
from tests.admin.pages import form_of
from tests.bad_input.asking import BOUNDARY, MULTIPART, Asker, Store, encoded, hazards, is_plain_page, multipart
from tests.bad_input.inputs import TEXTS, UNREADABLE
from tests.bad_input.places import World
from tests.licenses.files import everything_kept
from tests.support.visitor import ANY_TOKEN

SWEEP = (
    "markup",
    "template braces",
    "a format",
    "SQL",
    "a path",
    "4,000 characters",
    "a number beyond 8 bytes",
    "a negative number",
    "a UUID that is nobody's",
    "right-to-left",
    "control characters",
    "line breaks",
)


@pytest.fixture
def staff(world: World) -> User:
    user = world.cast.enter("superuser")
    assert user is not None
    return user


def page_of(model: type[Model], page: str, *args: object) -> str:
    """Return the path of a page of the admin about a model."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model.__name__)
def test_forms_of_the_admin_filled_with_anything_fail_nowhere_and_refuse_wholly(
    model: type[Model], staff: User
) -> None:
    row = model._default_manager.order_by("pk").first() if model is not AuditSeal else make_seal()
    assert row is not None
    assert list(wrong_forms(page_of(model, "change", row.pk), staff)) == []


def wrong_forms(path: str, staff: User) -> Iterator[str]:
    """Send the form with the same text in every field that can be typed into."""
    client, asker, store = Client(), Asker(staff), Store()
    client.force_login(staff)
    opened = client.get(path)
    if "adminform" not in opened.context or not opened.context["adminform"].form.fields:
        return
    fields = {name: str(value) for name, value in form_of(opened).items() if not isinstance(value, list)}
    typed = {name for name in fields if not name.endswith("_FORMS") and not name.startswith("initial-")}
    typed |= {name for name, field in opened.context["adminform"].form.fields.items() if not field.disabled}
    for name in SWEEP:
        with store.undone():
            response = asker.post(path, (fields | dict.fromkeys(typed, TEXTS[name])).items())
            problems = [*hazards(response)]
            if response.status_code == 200 and (changed := store.changes()):
                problems.append(f"refuses and stores {changed}")
        yield from (f"{name}: {problem}" for problem in problems)
    with quiet():
        for name, raw in UNREADABLE.items():
            response = asker.post(path, {**fields, next(iter(typed)): raw}.items())
            if response.status_code != 400 or not is_plain_page(response):
                yield f"{name}: answers {response.status_code}"


def test_uploads_of_anything_fail_nowhere_and_leave_nothing(staff: User) -> None:
    client, store, kept = Client(), Store(), everything_kept()
    client.force_login(staff)
    release = str(ReleaseFile.objects.order_by("pk")[0].release_id)
    raw = {name: text.encode() for name, text in TEXTS.items() if name in SWEEP} | UNREADABLE
    for name, text in raw.items():
        for which, platform, file in ((release, text, b"spectra.zip"), (release, b"any", text), (text, b"any", text)):
            path = f"{page_of(ReleaseFile, 'add')}?release={encoded(which)}"
            with store.undone():
                response = client.generic("POST", path, uploaded(platform, file), MULTIPART)
                assert store.changes() == set(), name
            assert response.status_code in {200, 400}, name
            assert list(hazards(response)) == [], name
    assert everything_kept() == kept


def uploaded(platform: bytes, name: bytes) -> bytes:
    """Return the body of an upload of a file of that name."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="'.encode()
    return head + name + b'"\r\n\r\nx\r\n' + multipart([("platform", platform)])


def test_lists_of_the_admin_are_searched_for_anything_without_failing(staff: User) -> None:
    asker = Asker(staff)
    for model in admin.site._registry:
        for name in SWEEP:
            with quiet():
                response = asker.get(f"{page_of(model, 'changelist')}?q={encoded(TEXTS[name])}")
            assert response.status_code == 200, (model, name)
            assert not list(hazards(response)), (model, name)


def test_ids_of_the_admin_that_are_none_lead_to_a_page(staff: User) -> None:
    asker, store = Asker(staff), Store()
    for model in admin.site._registry:
        for name in SWEEP:
            for page in ("change", "history"):
                with store.undone():
                    path = page_of(model, page, "PLACE").replace("PLACE", encoded(TEXTS[name]))
                    response = asker.get(path)
                    assert response.status_code in {302, 404}, (path, name)
                    assert not list(hazards(response)), (path, name)


def test_token_is_needed_in_the_admin_too(staff: User) -> None:
    asker = Asker(staff)
    path = page_of(type(staff), "change", staff.pk)
    with quiet():
        assert asker.ask("POST", path, b"full_name=x").status_code == 403
        assert asker.ask("POST", path, f"csrfmiddlewaretoken={ANY_TOKEN}".encode()).status_code == 200
