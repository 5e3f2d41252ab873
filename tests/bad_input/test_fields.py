"""Every field of every form, with everything that somebody may type, paste or forge."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from licenses.models import Activation
from tests.access_matrix.checks import quiet
from tests.bad_input.asking import (
    MULTIPART,
    Asker,
    Store,
    encoded,
    error_beside,
    hazards,
    is_plain_page,
    multipart,
    urlencoded,
)
from tests.bad_input.form import Form, is_new_password
from tests.bad_input.inputs import HUGE, TEXTS, UNREADABLE
from tests.bad_input.places import FORMS, World
from tests.support.visitor import ANY_TOKEN

TOO_MUCH = 413


def sender(form: Form, world: World) -> tuple[Asker, str]:
    """Return who sends the form, and where to."""
    asker = Asker(world.cast.enter(form.role))
    path = world.path(form.url_name)
    if form.url_name != "accounts:first_password":
        return asker, path
    response = asker.get(path)
    asker.keep_cookies(response)
    return asker, response["Location"]


@pytest.mark.parametrize("form", [form for form in FORMS if not form.needs_device], ids=lambda form: form.url_name)
def test_form_as_it_should_be_is_accepted(form: Form, world: World) -> None:
    asker, path = sender(form, world)
    store = Store()
    with store.undone():
        assert asker.post(path, form.fields.items()).status_code in {200, 302}
        assert "form-errors" not in asker.post(path, form.fields.items()).content.decode("latin-1")


@pytest.mark.parametrize("form", [form for form in FORMS if form.takes], ids=lambda form: form.url_name)
def test_field_takes_exactly_what_it_should_and_says_why_not(form: Form, world: World) -> None:
    asker, path = sender(form, world)
    assert list(wrong_fields(form, asker, path)) == []


def wrong_fields(form: Form, asker: Asker, path: str) -> Iterator[str]:
    """Put every input into every field, one at a time, the others as they should be."""
    store = Store()
    for field, takes in form.takes.items():
        for name, text in TEXTS.items():
            with store.undone():
                response = asker.post(path, {**form.fields, field: text}.items())
                problems = [*hazards(response)]
                if takes(text):
                    problems += [*not_accepted(form, response.status_code, field, text)]
                else:
                    problems += [*not_refused(form, field, response.status_code, error_beside(response, field))]
                    problems += [f"stores {model}" for model in store.changes() - form.may_store]
            yield from (f"{field} = {name}: {problem}" for problem in problems)
        for name, raw in UNREADABLE.items():
            for kind, body in bodies(form, field, raw):
                with store.undone():
                    response = asker.ask("POST", path, body, kind)
                    if response.status_code != 400 or not is_plain_page(response):
                        yield f"{field} = {name}: answers {response.status_code}"
                    if changed := store.changes():
                        yield f"{field} = {name}: stores {changed}"


def not_accepted(form: Form, status: int, field: str, text: str) -> Iterator[str]:
    """Tell why a field did not take what it should have taken, or stored something else."""
    if status not in form.accepted:
        yield f"is refused with {status}"
    elif field in {"computer_id", "computer_name"} and not Activation.objects.filter(**{field: text.strip()}).exists():
        yield "stores something else than what was typed"


def not_refused(form: Form, field: str, status: int, sentence: str) -> Iterator[str]:
    """Tell why a refusal is none, or says nothing that a person understands."""
    if status != 200:
        yield f"answers {status}"
    elif not sentence.endswith((".", "?")) or len(sentence) < 20:
        yield f"says only {sentence!r}"


def bodies(form: Form, field: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the form in both encodings, with `raw` in that field, and once as a field's name."""
    pairs = [("csrfmiddlewaretoken", ANY_TOKEN), *{**form.fields, field: raw}.items()]
    yield "application/x-www-form-urlencoded", urlencoded(pairs)
    yield MULTIPART, multipart(pairs)


@pytest.mark.parametrize("form", [form for form in FORMS if form.takes], ids=lambda form: form.url_name)
def test_ten_megabytes_in_a_field_are_too_much(form: Form, world: World) -> None:
    asker, path = sender(form, world)
    store = Store()
    field = next(iter(form.takes))
    for kind, body in bodies(form, field, HUGE.encode()):
        with store.undone():
            response = asker.ask("POST", path, body, kind)
            assert (response.status_code, is_plain_page(response)) == (TOO_MUCH, True)
            assert store.changes() == set()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.url_name)
def test_missing_doubled_and_unknown_fields_do_no_harm(form: Form, world: World) -> None:
    asker, path = sender(form, world)
    store = Store()
    with store.undone():
        whole = asker.post(path, form.fields.items()).status_code
    for missing in form.fields:
        with store.undone():
            response = asker.post(path, [(name, text) for name, text in form.fields.items() if name != missing])
            assert not list(hazards(response)), missing
    with store.undone():
        assert asker.post(path, [*form.fields.items(), *form.fields.items()]).status_code == whole
    extra = {
        "is_staff": "on",
        "license": "1",
        "max_activations": "9" * 30,
        "": "",
        "[]": "x",
        "__proto__": "x",
        "id": "",
    }
    with store.undone():
        unknown = [(name, text) for name, text in extra.items() if name not in form.takes]
        assert asker.post(path, [*form.fields.items(), *unknown]).status_code == whole
        assert not User.objects.filter(email="mira.lindholm@people.example", is_staff=True).exists()


@pytest.mark.parametrize("form", [form for form in FORMS if form.needs_token], ids=lambda form: form.url_name)
def test_form_without_its_token_is_refused_with_a_page(form: Form, world: World) -> None:
    asker, path = sender(form, world)
    store = Store()
    whole = list(form.fields.items())
    wrong_tokens = [
        b"",
        b"x",
        b"x" * 32 + b"y" * 32,
        b"x" * 100_000,
        "é".encode(),
        "\u202ex".encode(),
        b"<script>alert(1)</script>",
    ]
    forms = [whole, *([("csrfmiddlewaretoken", token), *whole] for token in wrong_tokens)]
    forms.append([("csrfmiddlewaretoken", ANY_TOKEN), *whole, ("csrfmiddlewaretoken", "b" * 32)])
    for pairs in forms:
        with store.undone():
            response = asker.ask("POST", path, urlencoded(pairs))
            assert (response.status_code, is_plain_page(response)) == (403, True), pairs
            assert not list(hazards(response))
            assert store.changes() == set()


def test_first_password_may_be_any_text_of_12_to_128_characters_and_else_is_explained(world: World) -> None:
    form = next(form for form in FORMS if form.url_name == "accounts:first_password")
    asker, path = sender(form, world)
    store = Store()
    for name, text in TEXTS.items():
        with store.undone():
            response = asker.post(path, {"new_password1": text, "new_password2": text}.items())
            assert not list(hazards(response)), name
            assert (response.status_code == 302) is is_new_password(text), name
            assert User.objects.get(full_name="Nina Newcomer").check_password(text) is is_new_password(text), name
            assert is_new_password(text) or len(error_beside(response, "new_password1")) > 20, name


def test_cookies_that_nobody_set_do_no_harm(world: World) -> None:
    for name in ("sessionid", "csrftoken", "theme", "messages", "unknown"):
        for text in [*TEXTS.values(), *UNREADABLE.values()]:
            asker = Asker()
            asker.cookies[name] = encoded(text)
            with quiet():
                response = asker.get("/accounts/login/")
                assert response.status_code == 200
                assert not list(hazards(response))
