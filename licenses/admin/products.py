"""Products, their versions and features in Django's admin."""

from collections.abc import Sequence

from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import AuditedAdmin, staff_actor
from accounts.admin.fields import FieldNames, Fieldsets, StaffInline
from accounts.admin.forms import EditedForm, StaffForm
from accounts.audit import Detail
from licenses.admin.signing_keys import PUBLIC
from licenses.models import Feature, License, Product, ProductVersion, SigningKey
from licenses.signing import create_product


class ProductForm(EditedForm):
    """A product."""

    def clean(self) -> dict[str, object]:
        """Refuse an example of a computer ID that the pattern would ask about."""
        cleaned = super().clean()
        pattern, example = cleaned.get("computer_id_pattern"), cleaned.get("computer_id_example")
        if pattern and example and not Product(computer_id_pattern=str(pattern)).fits_computer_id(str(example)):
            self.add_error("computer_id_example", _("This example does not fit the pattern above."))
        return cleaned


class FixedRows(StaffInline[ProductVersion]):
    """Rows that are added on their product's page, and afterwards changed on their own."""

    show_change_link = True
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Product | None = None) -> bool:
        """Show the rows that are there already, to be changed on their own page."""
        return False


class VersionInline(FixedRows):
    """The versions of a product."""

    model = ProductVersion
    ordering = ["-major", "-minor"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductVersion]:
        """Return the versions with their product, which their label names."""
        return super().get_queryset(request).select_related("product")


class FeatureInline(FixedRows):
    """The features of a product."""

    model = Feature
    ordering = ["name"]


class SigningKeyInline(StaffInline[SigningKey]):
    """The public half of a product's keys."""

    model = SigningKey
    fields = PUBLIC[1:]
    readonly_fields = PUBLIC[1:]
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Product | None = None) -> bool:
        """Let nobody make keys by hand."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[SigningKey]:
        """Return the keys without their private half."""
        return super().get_queryset(request).defer("private_key")


@admin.register(Product)
class ProductAdmin(AuditedAdmin[Product]):
    """What the vendor sells. A product is made together with the key that signs its license files."""

    form = ProductForm
    list_display = ["name", "slug", "license_file_days", "after_deactivation"]
    search_fields = ["name", "slug"]
    search_help_text = gettext_lazy("Name or slug, or parts of them.")
    prepopulated_fields = {"slug": ["name"]}
    inlines = [VersionInline, FeatureInline, SigningKeyInline]

    def get_fieldsets(self, request: HttpRequest, obj: Product | None = None) -> Fieldsets:
        """Return the fields in groups."""
        hidden = ["last_edited_at"] if obj is not None and self.has_change_permission(request, obj) else []
        quota = ["default_deactivations_allowed", "default_deactivation_days", "default_deactivations_per"]
        computers: FieldNames = ["computer_id_pattern", "computer_id_example", "computer_id_help"]
        return [
            (None, {"fields": ["name", "slug", "description", "renew_url", "buy_more_url", *hidden]}),
            (_("Computers"), {"fields": computers}),
            (_("License files"), {"fields": ["license_file_days", "license_file_help"]}),
            (_("Deactivating"), {"fields": [tuple(quota), "after_deactivation"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> list[str]:
        """Keep the slug: license files name the product by it."""
        return [] if obj is None else ["slug"]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Product | None = None) -> dict[str, Sequence[str]]:
        """Propose a slug for a new product."""
        return {"slug": ["name"]} if obj is None else {}

    def get_inlines(self, request: HttpRequest, obj: Product | None) -> "list[type[InlineModelAdmin[Model, Product]]]":
        """Show keys once there are some."""
        return [*self.inlines] if obj is not None else [VersionInline, FeatureInline]

    def save_model(self, request: HttpRequest, obj: Product, form: "forms.ModelForm[Product]", change: bool) -> None:
        """Make a new product by the story that makes its key too."""
        if change:
            super().save_model(request, obj, form, change)
        else:
            create_product(obj, staff_actor(request))

    def log_addition(self, request: HttpRequest, obj: Product, message: dict[str, Detail]) -> None:  # type: ignore[override]  # as in the base
        """Write down the versions and features made with the product; the story has written down the product."""
        rows = {name: value for name, value in message.items() if name in {"versions", "features"}}
        self.log_change(request, obj, rows)

    def has_delete_permission(self, request: HttpRequest, obj: Product | None = None) -> bool:
        """Let nobody delete a product: its keys verify what was issued."""
        return False


class OfProduct(AuditedAdmin[ProductVersion]):
    """Pages of what belongs to a product and stands in license files: `named_by` is fixed once a license uses it."""

    named_by: tuple[str, ...] = ()
    list_select_related = ["product"]
    autocomplete_fields = ["product"]

    def get_readonly_fields(self, request: HttpRequest, obj: ProductVersion | Feature | None = None) -> list[str]:
        """Keep the product; and what license files say, once there is a license."""
        if obj is None:
            return []
        return ["product", *self.named_by] if self.is_used(obj) else ["product"]

    def is_used(self, row: ProductVersion | Feature) -> bool:
        """Return whether a license has `row`."""
        raise NotImplementedError  # versions and features each say it


@admin.register(ProductVersion)
class ProductVersionAdmin(OfProduct):
    """Licensed milestones of products."""

    event_name = "product_version"
    named_by = ("major", "minor")
    fields = ["product", "major", "minor", "released_on"]
    list_display = ["__str__", "product", "major", "minor", "released_on"]
    list_filter = ["product"]
    date_hierarchy = "released_on"
    search_fields = ["product__name"]
    search_help_text = gettext_lazy("Part of the product's name.")

    def is_used(self, row: ProductVersion | Feature) -> bool:
        """Return whether there are licenses of the version."""
        return License.objects.filter(product_version=row.pk).exists()


@admin.register(Feature)
class FeatureAdmin(OfProduct):
    """Parts of products that licenses may include."""

    named_by = ("code",)
    form = StaffForm
    fields = ["product", "code", "name"]
    list_display = ["name", "code", "product"]
    list_filter = ["product"]
    search_fields = ["name", "code", "product__name"]
    search_help_text = gettext_lazy("Name, code or product, or parts of them.")

    def is_used(self, row: ProductVersion | Feature) -> bool:
        """Return whether licenses include the feature."""
        return License.objects.filter(features=row.pk).exists()
