"""The audit trail in Django's admin: read-only."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from uuid import UUID

from django.apps import apps
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from accounts.admin.base import ReadOnlyAdmin
from accounts.admin.lists import LONGEST_SEARCH, having_any, part_or_whole
from accounts.admin.people import PORTAL_APPS
from accounts.admin.when import WhenFilter
from accounts.models import AuditEvent


class TargetFilter(admin.SimpleListFilter):
    """What an event happened to."""

    title = gettext_lazy("kind of target")
    parameter_name = "target"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Return the kinds there are pages of; asking the trail itself would read all of it."""
        models = [model for app in PORTAL_APPS for model in apps.get_app_config(app).get_models()]
        with_pages = [model._meta for model in models if admin.site.is_registered(model)]
        return sorted((str(each.model_name), str(each.verbose_name)) for each in with_pages)

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """Return the events of that kind."""
        return queryset.filter(target_type=self.value()) if self.value() else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin[AuditEvent]):
    """What happened. The database itself refuses to change or remove it."""

    list_display = ["at", "who", "action", "target_type", "target_label", "address"]
    list_display_links = ["at"]
    list_filter = [WhenFilter, "actor_kind", TargetFilter]
    linked = frozenset({"target_id", "actor_id", "customer_id", "organization_id", "user_group_id"})
    ordering = ["-id"]
    sortable_by = ()
    search_fields = ["target_label", "actor_name"]
    search_help_text = gettext_lazy(
        "Three letters or more of the name of who did it or what it happened to; or the whole of an action, a network "
        "address or an id."
    )
    fields = [
        "at",
        "who",
        "actor_kind",
        "actor_id",
        "actor_group_name",
        "action",
        "target_type",
        "target_label",
        "target_id",
        "what_changed",
        "customer_id",
        "organization_id",
        "user_group_id",
        "address",
        "request_id",
    ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent], search_term: str
    ) -> tuple[QuerySet[AuditEvent], bool]:
        """Find ids, actions and addresses by the whole of them, names by parts."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if len(term) > LONGEST_SEARCH:
            return queryset.none(), False
        return having_any(queryset, self.get_queryset(request), _matching(term)), False

    @admin.display(description=gettext_lazy("who"))
    def who(self, event: AuditEvent) -> str:
        """Return the actor, and the group acted for."""
        return f"{event.actor_name} ({event.actor_group_name})" if event.actor_group_name else event.actor_name

    @admin.display(description=gettext_lazy("details"))
    def what_changed(self, event: AuditEvent) -> SafeString:
        """Return the details, one line for each."""
        return format_html_join("", "<div>{}: {}</div>", _lines(event.details))


def _matching(term: str) -> Sequence[Q]:
    """Return the conditions of which one has to hold; each is answered by an index of its own."""
    try:
        exact = UUID(term)
    except ValueError:
        whole = [Q(action=term)] + [Q(address=term)] * _is_address(term)
        return part_or_whole(("target_label", "actor_name"), term) + whole
    return [Q(**{name: exact}) for name in ("target_id", "actor_id", "customer_id", "organization_id", "user_group_id")]


def _is_address(term: str) -> bool:
    """Tell whether this is a network address as the trail keeps them: without the name of a link."""
    try:
        return not getattr(ip_address(term), "scope_id", None)
    except ValueError:
        return False


def _lines(details: dict[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in details.items():
        match value:
            case {"before": before, "after": after}:
                yield f"{prefix}{name}", f"{_shown(before)} → {_shown(after)}"
            case dict():
                yield from _lines(value, f"{prefix}{name} · ")
            case _:
                yield f"{prefix}{name}", _shown(value)


def _shown(value: object) -> str:
    if value in (None, "", []):
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
