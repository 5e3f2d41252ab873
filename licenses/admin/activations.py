"""Activations in Django's admin: read-only, but for deactivating by the story."""

from uuid import UUID

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin.base import ReadOnlyAdmin, staff_actor
from accounts.admin.lists import LONGEST_SEARCH, having_any
from accounts.admin.when import WhenFilter
from accounts.names import fold as fold_name
from licenses import activation as stories
from licenses.activation_key import fold
from licenses.admin.asking import Question, ask, chosen, do_one_by_one, is_confirmed
from licenses.models import Activation
from licenses.models.activations import FORMER, IN_USE


@admin.action(description=gettext_lazy("Deactivate…"), permissions=["change_license"])
def deactivate(
    model_admin: "ModelAdmin[Activation]", request: HttpRequest, queryset: QuerySet[Activation]
) -> HttpResponse | None:
    """Ask, then free computers one by one; staff do so without using up the quota."""
    activations = chosen(request, queryset.select_related("license__product_version__product"))
    if not activations:
        return None
    if is_confirmed(request):
        actor = staff_actor(request)
        done, was_done = _("%(row)s is deactivated."), _("%(row)s was deactivated already.")
        do_one_by_one(request, activations, lambda row: stories.deactivate(row.pk, actor), done, was_done)
        return None
    question = Question(
        action="deactivate",
        title=_("Deactivate computers"),
        sentence=_("Each gives its activation back. This uses up nothing of the customer's deactivation quota."),
        button=ngettext("Deactivate %(number)d computer", "Deactivate %(number)d computers", len(activations))
        % {"number": len(activations)},
        rows=tuple((activation, _freed(activation)) for activation in activations),
    )
    return ask(model_admin, request, question)


def _freed(activation: Activation) -> str:
    if not activation.is_in_use:
        return _("Is not in use any more.")
    license = activation.license
    freed = _("Frees one of the %(in_use)d activations in use of %(license)s.") % {
        "in_use": license.activations_in_use,
        "license": license,
    }
    return f"{freed} {license.product.get_after_deactivation_display()}"


class UseFilter(admin.SimpleListFilter):
    """Whether the computer uses its license now."""

    title = gettext_lazy("use")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Return both."""
        return [("now", _("In use")), ("no", _("Deactivated"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Activation]) -> QuerySet[Activation]:
        """Return the activations that are in use, or those that are not."""
        match self.value():
            case "now":
                return queryset.filter(deactivated_at=None)
            case "no":
                return queryset.exclude(deactivated_at=None)
            case _:
                return queryset


@admin.register(Activation)
class ActivationAdmin(ReadOnlyAdmin[Activation]):
    """Computers that use licenses, or used them."""

    actions = [deactivate]
    linked = frozenset({"license"})
    list_display = ["computer_name", "computer_id", "license", "activated_at", "deactivated_at", "last_seen_at"]
    list_display_links = ["computer_name", "computer_id"]
    list_filter = [UseFilter, "license__product_version__product", WhenFilter]
    list_select_related = ["license__product_version__product"]
    search_fields = ["computer_id", "computer_name"]
    search_help_text = gettext_lazy("A whole computer ID or name, or the last five characters of the activation key.")
    ordering = ["-id"]
    sortable_by = ()  # sorting millions by what no index orders takes half a minute
    fields = [
        "license_link",
        "computer_id",
        "computer_name",
        "renamed_at",
        "client_version",
        "activated_at",
        "activated_by",
        "activated_as",
        "activated_for",
        "deactivated_at",
        "deactivated_by",
        "counts_for_quota",
        "license_file_id",
        "license_file_issued_at",
        "license_file_ends_at",
        "last_seen_at",
    ]

    def has_change_license_permission(self, request: HttpRequest) -> bool:
        """Return whether this person may deactivate: what it takes is to change licenses."""
        return request.user.has_perm("licenses.change_license")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Activation], search_term: str
    ) -> tuple[QuerySet[Activation], bool]:
        """Find computers and ends of keys, each by the whole of it."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if len(term) > LONGEST_SEARCH:
            return queryset.none(), False
        computers = [Q(computer_id=term)]
        computers += [Q(folded_computer_name=name)] if (name := fold_name(term)) else []
        found = [when & computer for when in (IN_USE, FORMER) for computer in computers]
        found.append(Q(license__key_tail=fold(term)))
        return having_any(queryset, self.get_queryset(request), found), False

    def trail_of(self, row: Activation) -> UUID:
        """Return the license: its trail tells of its computers."""
        return row.license_id

    @admin.display(description=gettext_lazy("license"))
    def license_link(self, activation: Activation) -> str:
        """Return the license, leading to its page."""
        address = reverse("admin:licenses_license_change", args=[activation.license_id])
        return format_html('<a href="{}">{}</a>', address, activation.license)
