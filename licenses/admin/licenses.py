"""Licenses in Django's admin: issued, edited, activated, revoked and reinstated by the same stories as everywhere."""

from datetime import date, datetime

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.admin.base import AuditedAdmin, staff_actor
from accounts.admin.fields import FieldNames, Fieldsets
from accounts.admin.lists import LONGEST_SEARCH, having_any
from accounts.admin.when import WhenFilter
from accounts.audit import Detail
from accounts.names import fold as fold_words
from licenses import issuing
from licenses.activation_key import fold, tail
from licenses.admin.license_actions import activate, reinstate, revoke
from licenses.admin.license_bulk import give_to_group, renew
from licenses.admin.license_forms import LicenseForm, NewLicenseForm
from licenses.errors import LicenseError, Reason
from licenses.models import License
from licenses.status import Status
from licenses.terms import last_ended_date

LONGEST_IN_ADDRESS = 15
"""Letters and digits; what is longer and no order id may be a key with a slip, and never stands in an address."""

_WHAT = ["product_version", "license_model", "features"]
_WHOSE: FieldNames = ["customer", "organization", "user_group", "licensee"]
_HOW_MUCH = ["max_activations", "floating_seats"]
_HOW_LONG: FieldNames = ["expires_on", "expires_after_days", "maintenance_until"]
_QUOTA = ("deactivations_allowed", "deactivation_days", "deactivations_per")
_NOTES: FieldNames = ["order_id", "comment"]
_KEPT = [
    "state",
    "activations_in_use",
    "created_at",
    "created_by",
    "terms_changed_at",
    "edited_at",
    "revoked_at",
    "revoked_by",
    "revoked_reason",
    "deleted_at",
]
_FIELD_OF = {Reason.BAD_KEY: "activation_key", Reason.BELOW_IN_USE: "max_activations", Reason.NEEDS_DATE: "expires_on"}


class StatusFilter(admin.SimpleListFilter):
    """The status that is shown, as a condition."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Return every status."""
        return [(status.name.lower(), str(status.label)) for status in Status]

    def queryset(self, request: HttpRequest, queryset: QuerySet[License]) -> QuerySet[License]:
        """Return the licenses of the chosen status."""
        condition = _conditions(last_ended_date()).get(str(self.value()).upper())
        return queryset if condition is None else queryset.filter(condition)


def _conditions(ended: date) -> dict[str, Q]:
    """Return for each status when a license has it: as `status_of`, whose first match wins."""
    revoked, expired = Q(revoked_at__isnull=False), Q(expires_on__lte=ended)
    works = Q(revoked_at=None) & (Q(expires_on=None) | Q(expires_on__gt=ended))
    full, unused = Q(activations_in_use__gte=F("max_activations")), Q(activations_in_use=0)
    return {
        Status.REVOKED.name: revoked,
        Status.EXPIRED.name: ~revoked & expired,
        Status.ACTIVATED.name: works & full,
        Status.PARTLY_ACTIVATED.name: works & ~full & ~unused,
        Status.NOT_ACTIVATED.name: works & ~full & unused,
    }


@admin.register(License)
class LicenseAdmin(AuditedAdmin[License]):
    """Licenses. Whole activation keys are shown on their own page only, to those who may change licenses.

    The search form is posted: a whole key leads to its license and never stands in an address.
    """

    form = LicenseForm
    actions = [activate, renew, revoke, reinstate, give_to_group]
    list_display = [
        "end_of_key",
        "product_version",
        "license_model",
        "status",
        "in_use",
        "customer_name",
        "organization",
        "user_group",
        "expires_on",
        "maintenance_until",
        "order_id",
    ]
    list_filter = [StatusFilter, "license_model", "product_version__product", "user_group", WhenFilter]
    list_select_related = ["product_version__product", "customer__user", "organization", "user_group"]
    search_fields = ["key_tail"]
    search_help_text = gettext_lazy(
        "A whole activation key or its last five characters, an order id or a customer's e-mail address."
    )
    autocomplete_fields = ["customer", "organization", "user_group"]
    ordering = ["-id"]
    sortable_by = ()  # sorting a million by what no index orders takes many seconds

    def get_fieldsets(self, request: HttpRequest, obj: License | None = None) -> Fieldsets:
        """Return the fields in groups; the whole key for those who may change licenses."""
        may_change = obj is not None and self.has_change_permission(request, obj)
        key = "activation_key" if obj is None or may_change else "masked_key"
        hidden = ["last_edited_at"] if may_change else []
        groups: Fieldsets = [
            (None, {"fields": [key, *_WHAT, *hidden]}),
            (_("Whose it is"), {"fields": _WHOSE}),
            (_("Activations"), {"fields": [tuple(_HOW_MUCH), _QUOTA]}),
            (_("How long"), {"fields": _HOW_LONG}),
            (_("For us and the user group"), {"fields": _NOTES}),
        ]
        return groups if obj is None else [*groups, (_("What happened"), {"fields": [*_KEPT]})]

    def get_readonly_fields(self, request: HttpRequest, obj: License | None = None) -> list[str]:
        """Leave counters and what the stories keep to the stories, and the key as it was issued."""
        return [] if obj is None else ["activation_key", "masked_key", *_KEPT]

    def get_form(
        self, request: HttpRequest, obj: License | None = None, change: bool = False, **kwargs: object
    ) -> type:
        """Return the form for a new license or a known one."""
        if obj is None:
            kwargs["form"] = NewLicenseForm
        return super().get_form(request, obj, change, **kwargs)

    def view_on_site(self, license: License) -> str:  # type: ignore[override]  # Django takes a method as well
        """Return the license's page in the portal."""
        return license.get_absolute_url()

    # Saving, by the stories

    def save_model(self, request: HttpRequest, obj: License, form: "ModelForm[License]", change: bool) -> None:
        """Issue or edit the license; a refusal stands beside the field it is about."""
        features = tuple(form.cleaned_data["features"])
        try:
            if change:
                seen = datetime.fromisoformat(form.cleaned_data["last_edited_at"])
                issuing.edit(obj, staff_actor(request), features=features, edited_at=seen)
            else:
                issuing.issue(obj, staff_actor(request), features=features)
        except LicenseError as refusal:
            field = _FIELD_OF.get(refusal.reason)
            raise ValidationError({field: refusal.sentence} if field else refusal.sentence) from None

    def save_related(self, request: HttpRequest, form: "ModelForm[License]", formsets: object, change: bool) -> None:
        """Leave the features to the story, which has saved them."""

    def log_addition(self, request: HttpRequest, obj: License, message: dict[str, Detail]) -> None:  # type: ignore[override]  # as in the base
        """Leave the trail to the story, which has written it."""

    def log_change(self, request: HttpRequest, obj: License, message: dict[str, Detail]) -> None:  # type: ignore[override]  # as in the base
        """Leave the trail to the story, which has written it."""

    def has_delete_permission(self, request: HttpRequest, obj: License | None = None) -> bool:
        """Let nobody delete a license: it is revoked instead."""
        return False

    # Searching

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses, with that of the search form."""
        search = self.admin_site.admin_view(require_POST(self.search_view))
        return [path("search/", search, name="licenses_license_search"), *super().get_urls()]

    def search_view(self, request: HttpRequest) -> HttpResponse:
        """Lead from a whole activation key to its license; send other text on, in the list's address."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        typed = request.POST.get("q", "").strip()
        license = License.objects.filter(folded_key=fold(typed)).first() if fold(typed) else None
        if license is not None:
            return HttpResponseRedirect(reverse("admin:licenses_license_change", args=[license.pk]))
        query = {name: value for name, value in request.POST.items() if name not in {"q", "csrfmiddlewaretoken"}}
        if len(fold(typed)) > LONGEST_IN_ADDRESS and "@" not in typed and not _is_order_id(typed):
            messages.warning(request, _("There is no license with this activation key or order id."))
        elif typed:
            query["q"] = typed
        return HttpResponseRedirect(reverse("admin:licenses_license_changelist", query=query))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[License], search_term: str
    ) -> tuple[QuerySet[License], bool]:
        """Find the ends of keys, order ids and customers' addresses, each by the whole of it."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if len(term) > LONGEST_SEARCH:
            return queryset.none(), False
        found = [Q(customer__user__email=term.lower())]
        found += [Q(folded_order_id=order_id)] if (order_id := fold_words(term)) else []
        found += [Q(key_tail=tail(term))] * _is_tail(term)
        return having_any(queryset, self.get_queryset(request), found), False

    # What the list and the page show

    @admin.display(description=gettext_lazy("activation key"))
    def masked_key(self, license: License) -> str:
        """Return the key with its last five characters visible."""
        return license.masked_key

    @admin.display(description=gettext_lazy("activation key"))
    def end_of_key(self, license: License) -> str:
        """Return the last five characters, by which people recognize a key."""
        return f"•••••-{license.key_tail}"

    @admin.display(description=gettext_lazy("status"))
    def status(self, license: License) -> str:
        """Return the status alone."""
        return str(license.status.label)

    @admin.display(description=gettext_lazy("customer"))
    def customer_name(self, license: License) -> str:
        """Return the customer's name."""
        return license.customer.user.full_name if license.customer else ""

    @admin.display(description=gettext_lazy("status"))
    def state(self, license: License) -> str:
        """Return the status and what stands beside it."""
        return " · ".join(map(str, [license.status.label, *(notice.label for notice in license.notices)]))

    @admin.display(description=gettext_lazy("in use"))
    def in_use(self, license: License) -> str:
        """Return how many of the activations allowed are in use; a generic license needs none."""
        if license.is_generic:
            return _("fits any computer")
        return _("%(in_use)d of %(allowed)d") % {
            "in_use": license.activations_in_use,
            "allowed": license.max_activations,
        }


def _is_order_id(text: str) -> bool:
    order_id = fold_words(text)
    return bool(order_id) and License.objects.filter(folded_order_id=order_id).exists()


def _is_tail(term: str) -> bool:
    return len(term) == 5 and fold(term) == term.upper()
