"""Fields of Django's admin, on the pages of rows and in the rows below them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, TypeVar
from uuid import UUID

from django.contrib.admin import TabularInline
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AdminURLFieldWidget, AutocompleteSelect, RelatedFieldWidgetWrapper
from django.db import models
from django.db.models import Model
from django.forms import BaseInlineFormSet, Field, ModelChoiceField, ModelForm
from django.http import HttpRequest

from accounts.admin.forms import StaffForm

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldOpts
    from django.utils.functional import _StrPromise

RowT = TypeVar("RowT", bound=Model)

FieldNames = list[str | list[str] | tuple[str, ...] | tuple[()]]
Fieldsets = list[tuple["str | _StrPromise | None", "_FieldOpts"]]


class RowSelect(AutocompleteSelect):
    """Django's field that finds a row while typing, without its failure on values that are no ids."""

    def optgroups(  # type: ignore[override]  # the options are passed on as they are
        self, name: str, value: Iterable[str], attr: object = None
    ) -> list[object]:
        """Return the chosen row as the only option."""
        return list(super().optgroups(name, [each for each in value if _is_id(each)]))


class CarefulFields(BaseModelAdmin):  # type: ignore[type-arg]  # generic for type checkers only
    """How fields are shown, on pages of rows and in the rows below them."""

    formfield_overrides = {models.URLField: {"assume_scheme": "https", "widget": AdminURLFieldWidget}}

    def formfield_for_foreignkey(
        self, db_field: "models.ForeignKey[Model, Model]", request: HttpRequest, **kwargs: object
    ) -> "ModelChoiceField[Model] | None":
        """Find rows of big tables while typing."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: "models.Field[object, object]", request: HttpRequest, **kwargs: object
    ) -> Field | None:
        """Offer to add, see and change the row that a field points to, never to delete it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field


class LabelledFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # generic for type checkers only
    """Rows whose fields have names for screen readers too, as their columns have for everybody else."""

    def add_fields(self, form: "ModelForm[Model]", index: int | None) -> None:
        """Name the fields by their labels."""
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", str(field.label))


class StaffInline(CarefulFields, TabularInline, Generic[RowT]):  # type: ignore[type-arg]  # as above
    """Rows that belong to another row, edited on its page."""

    form = StaffForm
    formset = LabelledFormSet
    extra = 0


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
