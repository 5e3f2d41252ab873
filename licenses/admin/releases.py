"""Releases in Django's admin: drafted and edited on their page, published and withdrawn by their stories."""

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import AuditedAdmin
from accounts.admin.fields import FieldNames, Fieldsets
from accounts.admin.forms import EditedForm
from licenses.admin.release_actions import publish, take_back, withdraw
from licenses.admin.release_files import FileInline
from licenses.models import Release, ReleaseState
from licenses.notes import rendered_notes
from licenses.releasing import state_in_words
from licenses.versions import version_order

_NAMED_BY = ["product_version", "version"]
_KEPT: FieldNames = ["state", "published_at", "withdrawn_at", "withdrawn_reason", "announced_at", "edited_at"]


class ReleaseForm(EditedForm):
    """A release."""

    def clean(self) -> dict[str, object]:
        """Refuse a version that the product version has already, however it is written."""
        cleaned = super().clean()
        milestone, version = cleaned.get("product_version"), cleaned.get("version")
        if milestone is None or version is None:
            return cleaned
        same = Release.objects.filter(product_version=milestone.pk, version_order=version_order(str(version)))  # type: ignore[attr-defined]  # a model choice
        if other := same.exclude(pk=self.instance.pk).first():
            self.add_error("version", _("There is %(version)s already.") % {"version": other.version})
        return cleaned


class StateFilter(admin.SimpleListFilter):
    """Where a release is in its life."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Return every state."""
        return [(state.value, state.label) for state in ReleaseState]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Release]) -> QuerySet[Release]:
        """Return the releases that are there."""
        now = timezone.now()
        conditions = {
            ReleaseState.DRAFT.value: Q(published_at=None),
            ReleaseState.SCHEDULED.value: Q(published_at__gt=now, withdrawn_at=None),
            ReleaseState.PUBLISHED.value: Q(published_at__lte=now, withdrawn_at=None),
            ReleaseState.WITHDRAWN.value: Q(withdrawn_at__isnull=False),
        }
        condition = conditions.get(str(self.value()))
        return queryset if condition is None else queryset.filter(condition)


@admin.register(Release)
class ReleaseAdmin(AuditedAdmin[Release]):
    """Builds that customers download, with what is new in them.

    What names a release stays once it is published, since people have downloaded it by that name.
    """

    private = frozenset({"notes"})
    form = ReleaseForm
    actions = [publish, take_back, withdraw]
    inlines = [FileInline]
    list_display = ["__str__", "released_on", "state", "mail_when_published"]
    list_filter = [StateFilter, "product_version__product"]
    list_select_related = ["product_version__product"]
    date_hierarchy = "released_on"
    search_fields = ["version", "product_version__product__name"]
    search_help_text = gettext_lazy("Version or product, or parts of them.")
    ordering = ["-released_on", "-id"]

    def get_fieldsets(self, request: HttpRequest, obj: Release | None = None) -> Fieldsets:
        """Return the fields in groups; what the notes look like once there are some."""
        hidden = ["last_edited_at"] if obj is not None and self.has_change_permission(request, obj) else []
        groups: Fieldsets = [
            (None, {"fields": [*_NAMED_BY, "released_on", "mail_when_published", *hidden]}),
            (_("Release notes"), {"fields": ["notes"] if obj is None else ["notes", "as_customers_see_them"]}),
        ]
        return groups if obj is None else [*groups, (_("What happened"), {"fields": [*_KEPT]})]

    def get_inlines(self, request: HttpRequest, obj: Release | None) -> "list[type[InlineModelAdmin[Model, Release]]]":
        """Show files once there is a release to upload them for."""
        return [*self.inlines] if obj is not None else []

    def get_readonly_fields(self, request: HttpRequest, obj: Release | None = None) -> list[str]:
        """Leave to the stories what they keep; and keep the name of what is published."""
        if obj is None:
            return []
        fixed = [] if obj.published_at is None else [*_NAMED_BY]
        mailed = ["mail_when_published"] if obj.announced_at is not None else []
        return [*fixed, *mailed, "as_customers_see_them", *map(str, _KEPT)]

    def has_delete_permission(self, request: HttpRequest, obj: Release | None = None) -> bool:
        """Let drafts be deleted, one by one; what was published is withdrawn instead."""
        is_draft = obj is not None and obj.published_at is None
        return is_draft and super().has_delete_permission(request, obj)

    @admin.display(description=gettext_lazy("state"))
    def state(self, release: Release) -> str:
        """Return where the release is in its life."""
        return state_in_words(release)

    @admin.display(description=gettext_lazy("as customers see them"))
    def as_customers_see_them(self, release: Release) -> str:
        """Return the notes as the page of updates shows them."""
        return format_html('<div class="notes">{}</div>', rendered_notes(release.notes))
