"""The public half of the keys that sign license files, in Django's admin."""

from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.admin.base import ReadOnlyAdmin
from licenses.models import SigningKey

PUBLIC = ("product", "key_id", "public_key", "created_at", "retired_at")


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin[SigningKey]):
    """Signing keys. The private half is not even read; a new key is made by the command rotate_signing_key."""

    fields = PUBLIC
    list_display = ["key_id", "product", "created_at", "retired_at"]
    list_filter = ["product"]
    list_select_related = ["product"]
    search_fields = ["key_id__exact", "product__name"]
    search_help_text = gettext_lazy("The whole key id, or part of the product's name.")
    ordering = ["-created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SigningKey]:
        """Return the keys without their private half."""
        return super().get_queryset(request).defer("private_key")

    def trail_of(self, row: SigningKey) -> UUID:
        """Return the product: its trail tells of its keys."""
        return row.product_id
