"""The seals of the audit trail in Django's admin: read-only, for those who may read the trail."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin.base import ReadOnlyAdmin
from accounts.models import AuditSeal


@admin.register(AuditSeal)
class AuditSealAdmin(ReadOnlyAdmin[AuditSeal]):
    """What each day was sealed with. The database itself refuses to change or remove it."""

    list_display = ["day", "events", "late_events", "sha256", "sealed_at"]
    ordering = ["-day"]
    sortable_by = ()
    fields = ["day", "events", "late_events", "before", "sha256", "sealed_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditSeal]:
        """Return the seals without their ledgers, which nobody reads here."""
        return super().get_queryset(request).defer("ledger")

    def has_view_permission(self, request: HttpRequest, obj: AuditSeal | None = None) -> bool:
        """Show seals to those who may read the trail."""
        return request.user.has_perm("accounts.view_auditevent")
