"""A page between the choice of an action in Django's admin and its doing, and what is told of every row afterwards."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from licenses.errors import LicenseError
from licenses.models import Activation, License, Release
from organizations.models import UserGroup

MOST_AT_ONCE = 100

RowT = TypeVar("RowT", License, Activation, Release, UserGroup)


@dataclass(frozen=True)
class Question:
    """What is asked before `action` is done: about these rows, each with what will come of it."""

    action: str
    title: str
    sentence: str
    button: str
    rows: tuple[tuple[License | Activation | Release | UserGroup, str], ...]
    form: forms.Form | None = None


def is_confirmed(request: HttpRequest) -> bool:
    """Return whether the page that asks was sent, and not yet the list."""
    return "confirmed" in request.POST


def chosen(request: HttpRequest, queryset: QuerySet[RowT]) -> list[RowT]:
    """Return the rows that were ticked; none, having said why, when they are more than can be looked at."""
    rows = list(queryset[: MOST_AT_ONCE + 1])
    if len(rows) > MOST_AT_ONCE:
        messages.error(request, _("Choose at most %(number)d rows at once.") % {"number": MOST_AT_ONCE})
        return []
    if not rows:
        messages.error(request, _("What was chosen is not in this list any more. Nothing was changed."))
    return rows


def ask(model_admin: "ModelAdmin[RowT]", request: HttpRequest, question: Question) -> TemplateResponse:
    """Return the page that asks; its button sends the same action again, confirmed."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": question.title,
        "opts": model_admin.opts,
        "question": question,
        "form": question.form,
        "media": model_admin.media,
        "action_checkbox_name": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/ask.html", context)


def do_one_by_one(
    request: HttpRequest, rows: Iterable[RowT], story: Callable[[RowT], bool], done: str, was_done: str
) -> None:
    """Do `story` for each row and tell what came of it: `done`, `was_done` before, or why it was refused."""
    for row in rows:
        try:
            if story(row):
                messages.success(request, done % {"row": row})
            else:
                messages.info(request, was_done % {"row": row})
        except LicenseError as refusal:
            messages.error(request, f"{row}: {refusal.sentence}")
