"""What tests of Django's admin ask for and send."""

import re
from html import unescape
from typing import TYPE_CHECKING

from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import User

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Page

MESSAGE = re.compile(r'<ul class="(?:messagelist|errorlist)[^"]*"[^>]*>(.*?)</ul>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def client_of(person: User) -> Client:
    """Return a browser in which `person` is signed in."""
    client = Client()
    client.force_login(person)
    return client


def address(model: type[Model], page: str, *args: object) -> str:
    """Return the address of a page of `model`, such as changelist, add, change, delete, history."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def form_of(response: "Page") -> dict[str, object]:
    """Return what the form on an admin page would send if nothing were changed."""
    form = response.context["adminform"].form
    fields: dict[str, object] = {}
    for formset in [None, *(each.formset for each in response.context["inline_admin_formsets"])]:
        forms = [form] if formset is None else [formset.management_form, *formset.forms]
        for each in forms:
            for bound in each:
                fields.update(_sent(bound.html_name, bound.value()))
    return fields


def _sent(name: str, value: object) -> dict[str, object]:
    match value:
        case None | False:
            return {}
        case True:
            return {name: "on"}
        case list() | tuple():
            return {name: [str(getattr(each, "pk", each)) for each in value]}
        case _:
            return {name: str(value)}


def save(client: Client, page: str, **changes: object) -> "Page":
    """Open a form, change some of its fields, send it, and follow to where it leads."""
    fields = form_of(client.get(page)) | changes
    return client.post(page, {name: value for name, value in fields.items() if value is not None}, follow=True)


def act(client: Client, action: str, *rows: Model, **fields: object) -> "Page":
    """Choose an action for rows in their list; with `confirmed` as the page that asks sends it."""
    selected = [str(row.pk) for row in rows]
    page = address(type(rows[0]), "changelist")
    return client.post(page, {"action": action, "_selected_action": selected, **fields}, follow=True)


def told(response: "Page") -> str:
    """Return the messages and errors on a page as text."""
    found = MESSAGE.findall(response.content.decode())
    return " ".join(unescape(TAG.sub(" ", "\n".join(found))).split())
