"""What the forms of Django's admin do beyond Django's own: refusals, stale forms, control characters, the trail."""

import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from typing import TypeVar

from django import forms
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from accounts.audit import Detail, as_detail

RowT = TypeVar("RowT", bound=Model)

_LINE_BREAKS = "\n\r\t"


class StaffForm(forms.ModelForm):  # type: ignore[type-arg]  # the base is generic for type checkers only
    """A form of Django's admin. `refusal` is what stood against saving it, when that was tried already."""

    refusal: ValidationError | None = None

    def clean(self) -> dict[str, object]:
        """Refuse control characters, and whatever the story or the database refused."""
        super().clean()
        for name, value in list(self.cleaned_data.items()):
            is_text = isinstance(self.fields[name].widget, forms.Textarea)
            if isinstance(value, str) and _has_control_characters(value, besides=_LINE_BREAKS if is_text else ""):
                self.add_error(name, _("This contains invisible control characters. Type it anew."))
        if self.refusal is not None:
            self.add_error(None, self.refusal)
        return self.cleaned_data

    def _post_clean(self) -> None:
        """Check the row as it would be; when that is refused, what the page says of the row is what it still is."""
        super()._post_clean()  # type: ignore[misc]  # a hook that the types leave out
        if self.errors:
            with suppress(ObjectDoesNotExist):
                self.instance.refresh_from_db()


class EditedForm(StaffForm):
    """A form of a row that carries *edited at*: a stale one is told that somebody changed the row meanwhile."""

    last_edited_at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> object:
        """Put the moment of the last change, exactly, into the form."""
        if field_name == "last_edited_at":
            return self.instance.edited_at.isoformat() if self.instance.edited_at else ""
        return super().get_initial_for_field(field, field_name)

    def clean(self) -> dict[str, object]:
        """Refuse a stale form; the row stays locked until the change is saved."""
        cleaned = super().clean()
        if self.instance.edited_at is not None and self._is_stale():
            self.add_error(
                None,
                _(
                    "Somebody else changed this meanwhile. What you typed still stands here, and nothing was saved: "
                    "open the page again, look at what is there now, then change it."
                ),
            )
        return cleaned

    def _is_stale(self) -> bool:
        rows = type(self.instance).objects.select_for_update().filter(pk=self.instance.pk)
        edited_at = rows.values_list("edited_at", flat=True).first()
        return edited_at is None or edited_at.isoformat() != self.cleaned_data.get("last_edited_at")


def changes(form: "forms.ModelForm[RowT]", formsets: Iterable[object], private: frozenset[str]) -> dict[str, Detail]:
    """Return what was changed, before and after, for the audit trail.

    Of the fields named in `private` only the fact is told, since people may read the trail
    who may not read them.
    """
    found = _field_changes(form, private)
    for formset in formsets:
        if isinstance(formset, forms.BaseModelFormSet) and (rows := _row_changes(formset)):
            found[str(formset.prefix)] = rows
    return found


def _field_changes(form: "forms.ModelForm[RowT]", private: frozenset[str]) -> dict[str, Detail]:
    found: dict[str, Detail] = {}
    for name in form.changed_data:
        field = form.fields[name]
        if field.widget.is_hidden:
            continue
        before, after = form.get_initial_for_field(field, name), form.cleaned_data.get(name)
        found[name] = "changed" if name in private else {"before": _plain(before), "after": _plain(after)}
    return found


def _row_changes(formset: "forms.BaseModelFormSet[Model, forms.ModelForm[Model]]") -> dict[str, Detail]:
    found: dict[str, Detail] = {
        "added": [str(row) for row in formset.new_objects],
        "removed": [str(row) for row in formset.deleted_objects],
        "edited": {
            str(form.instance): _field_changes(form, frozenset())
            for form in formset.initial_forms
            if form.has_changed() and form.instance not in formset.deleted_objects
        },
    }
    return {name: rows for name, rows in found.items() if rows}


def _plain(value: object) -> Detail:
    if isinstance(value, Model):
        return str(value.pk)
    return as_detail(list(value) if isinstance(value, QuerySet) else value)


def _has_control_characters(text: str, besides: str) -> bool:
    return any(unicodedata.category(character) == "Cc" and character not in besides for character in text)
