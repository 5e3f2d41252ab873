"""The base of every page of Django's admin: each change audited in its transaction, bad input answered, no Django log.

Staff's changes stand in the one audit trail; Django's own log of the admin is not written.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, TypeVar
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError
from django.db.models import PROTECT, ForeignObjectRel, Model, ProtectedError, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.fields import CarefulFields
from accounts.admin.forms import StaffForm, changes
from accounts.admin.lists import CarefulLists, Pages
from accounts.audit import Actor, Concerned, Detail, record
from accounts.fields import with_derived
from accounts.models import AuditEvent, User

RowT = TypeVar("RowT", bound=Model)


def staff_actor(request: HttpRequest) -> Actor:
    """Return who acts in Django's admin: one of the vendor's people."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return Actor.vendor(request.user)


class AuditedAdmin(CarefulFields, CarefulLists[RowT]):
    """Pages of one model, whose changes are audited.

    `private` names fields of which the trail tells only that they changed.
    """

    private: ClassVar[frozenset[str]] = frozenset()
    event_name: ClassVar[str] = ""

    form = StaffForm
    view_on_site = False

    # What the trail says

    def concerned(self, row: RowT) -> Concerned:
        """Return whom an event about `row` concerns."""
        return Concerned()

    def construct_change_message(  # type: ignore[override]  # told to the audit trail, not to Django's log
        self, request: HttpRequest, form: "ModelForm[RowT]", formsets: Iterable[object], add: bool = False
    ) -> dict[str, Detail]:
        """Return what was changed."""
        return changes(form, formsets, self.private)

    def log_addition(self, request: HttpRequest, obj: RowT, message: dict[str, Detail]) -> None:  # type: ignore[override]  # as above
        """Write down that `obj` was created, in the transaction that creates it."""
        self._record(request, obj, "created", message)

    def log_change(self, request: HttpRequest, obj: RowT, message: dict[str, Detail]) -> None:  # type: ignore[override]  # as above
        """Write down what of `obj` was changed, in the transaction that changes it."""
        if message:
            self._record(request, obj, "edited", message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[RowT]) -> None:  # type: ignore[override]  # as above
        """Write down what is deleted, in the transaction that deletes it."""
        for row in queryset:
            self._record(request, row, "deleted", {})

    def _record(self, request: HttpRequest, row: RowT, verb: str, details: dict[str, Detail]) -> None:
        action = f"{self.event_name or self.opts.model_name}.{verb}"
        record(staff_actor(request), action, row, concerned=self.concerned(row), details=details)

    # Saving

    def save_model(self, request: HttpRequest, obj: RowT, form: "ModelForm[RowT]", change: bool) -> None:
        """Save a new row, or of an old one the columns that were changed and those that follow from them."""
        if not change:
            obj.save(force_insert=True)
        elif form.changed_data:
            obj.save(update_fields=list(_columns_to_save(obj, form.changed_data)))

    def get_form(
        self, request: HttpRequest, obj: RowT | None = None, change: bool = False, **kwargs: object
    ) -> "type[ModelForm[RowT]]":
        """Return the form, which says why it was refused if it was."""
        form = super().get_form(request, obj, change, **kwargs)
        if issubclass(form, StaffForm):
            form.refusal = getattr(request, "refusal", None)
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """Show and save the form; what a story or the database refuses, having changed nothing, stands in the form."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (ValidationError, IntegrityError, DataError) as refusal:
            if request.method != "POST":
                raise
            request.refusal = _as_form_error(refusal)  # type: ignore[attr-defined]  # ours, read by get_form
        return super().changeform_view(request, object_id, form_url, extra_context)

    # Deleting

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Delete a row; one that is needed since the page was shown stays."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except (ProtectedError, IntegrityError):
            messages.error(request, _("Something else needs this meanwhile, so it was not deleted."))
            return HttpResponseRedirect(self._address("change", quote(unquote(object_id))))

    def get_deleted_objects(
        self, objs: Sequence[RowT] | QuerySet[RowT], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Say what stands against deleting, in numbers; a list of a hundred thousand rows would help nobody."""
        reasons = [reason for row in objs for reason in what_needs(row)]
        if reasons:
            return [], {}, set(), reasons
        found = super().get_deleted_objects(objs, request)
        return found[0], found[1], found[2], found[3]

    # One trail

    def trail_of(self, row: RowT) -> UUID:
        """Return the id under which the audit trail tells of `row`."""
        id_of_row: UUID = row.pk
        return id_of_row

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Show what the audit trail says of a row, to those who may read the trail."""
        row = self.get_object(request, unquote(object_id), None)
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row) or not request.user.has_perm("accounts.view_auditevent"):
            raise PermissionDenied
        events = Pages(AuditEvent.objects.filter(target_id=self.trail_of(row)).order_by("-id"), self.list_per_page)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "subtitle": str(row),
            "opts": self.opts,
            "object": row,
            "module_name": capfirst(str(self.opts.verbose_name_plural)),
            "page": events.get_page(request.GET.get("page")),
        }
        return TemplateResponse(request, "admin/object_history.html", context)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: object, object_id: str) -> HttpResponse:
        raise Http404

    def _address(self, page: str, *args: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)


class ReadOnlyAdmin(AuditedAdmin[RowT]):
    """Pages of a model that only stories change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody add rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: RowT | None = None) -> bool:
        """Let nobody change rows."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: RowT | None = None) -> bool:
        """Let nobody delete rows."""
        return False


def what_needs(row: Model) -> list[str]:
    """Return what stands against deleting `row`: how many rows of which kinds point to it and stay."""
    found = []
    for relation in row._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and (relation.many_to_many or relation.on_delete is PROTECT):
            rows: QuerySet[Model] = QuerySet(relation.related_model).filter(**{relation.field.name: row})
            if number := rows.count():
                plural = relation.related_model._meta.verbose_name_plural
                found.append(f"{capfirst(str(plural))} ({relation.field.verbose_name}): {number}")
    return found


def _columns_to_save(row: Model, changed: Iterable[str]) -> Iterator[str]:
    wanted = with_derived(row, changed)
    for field in row._meta.concrete_fields:
        if field.name in wanted or getattr(field, "auto_now", False):
            yield field.name


def _as_form_error(refusal: Exception) -> ValidationError:
    if isinstance(refusal, ValidationError):
        return refusal
    return ValidationError(
        gettext_lazy("The database refused this, perhaps because of what somebody saved meanwhile. Nothing was saved.")
    )
