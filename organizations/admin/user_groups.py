"""User groups, their privileges and members in Django's admin."""

from datetime import date, timedelta

from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin.base import AuditedAdmin
from accounts.admin.fields import FieldNames, Fieldsets, StaffInline
from accounts.admin.forms import EditedForm, StaffForm
from accounts.audit import Concerned
from organizations.models import GroupMember, UserGroup
from organizations.privileges import Privilege

MOST_MEMBERS_IN_FORM = 50

_P = Privilege
HELP = {
    _P.CREATE: gettext_lazy("The group's own licenses, for its own customers."),
    _P.ACTIVATE: gettext_lazy("Also shows whole activation keys, hands out license files and renames computers."),
    _P.DEACTIVATE: gettext_lazy("Under the license's deactivation quota. Replacing a computer needs activating too."),
    _P.DELETE: gettext_lazy("The license then exists for staff alone, and its key is never issued again."),
    _P.REVOKE: gettext_lazy("What staff revoked, only staff reinstate."),
    _P.EDIT: gettext_lazy("Licensee, activations allowed, order id and comment; the fields below need their own tick."),
    _P.RENEW: gettext_lazy("Set a later date on which a license expires or until which updates are included."),
    _P.VIEW_ALL: gettext_lazy("Beyond the group's own. No whole key, no license file, no action."),
    _P.VIEW_ALL_ORGANIZATIONS: gettext_lazy("Beyond the group's own."),
    _P.EXPORT: gettext_lazy("As CSV or XLSX."),
    _P.SET_EXPIRY_DURATION: gettext_lazy("In create, edit and renew; counted from the first activation."),
    _P.SET_EXPIRY_DATE: gettext_lazy("In create, edit and renew."),
    _P.SET_FLOATING_SEATS: gettext_lazy("In create and edit."),
    _P.SET_GENERIC: gettext_lazy("Their license file fits any computer, for products that allow it."),
    _P.SET_MAINTENANCE: gettext_lazy("In create, edit and renew."),
    _P.SET_FEATURES: gettext_lazy("In create and edit."),
    _P.EDIT_CUSTOMERS: gettext_lazy("Those the group serves; never an e-mail address."),
    _P.DELETE_CUSTOMERS: gettext_lazy("Those without licenses who are nobody's contact."),
    _P.MANAGE_ORGANIZATIONS: gettext_lazy("Those the group serves."),
    _P.SEND_MAIL: gettext_lazy("About their licenses."),
}
"""What each tick means beyond its label."""


LIMITS: FieldNames = [
    "max_licenses",
    "max_permanent",
    "max_trial",
    "max_subscription",
    "shortest_trial_days",
    "longest_trial_days",
    "latest_expiry_on",
    "max_activations_per_license",
    "max_licenses_per_customer",
    "max_members",
]
DEFAULTS: FieldNames = ["default_expiry_days", "default_has_maintenance", "default_maintenance_days"]
COUNTERS = ["issued_permanent", "issued_trial", "issued_subscription"]
ISSUED: FieldNames = [*COUNTERS]
EMPTY_IS_NO_LIMIT = gettext_lazy(
    "Empty: no limit. 0: none at all. They hold when licenses are created, edited and renewed; a license whose model "
    "is changed counts as one more of the new model."
)
COUNTED = gettext_lazy("Every license ever issued, deleted ones too. Credit licenses from the list of user groups.")
_TERMS = {"shortest_trial_days", "latest_expiry_on", "default_expiry_days"}
CHOSEN_PRODUCTS = gettext_lazy("Without this tick the group may issue the products below, and no others.")


class UserGroupForm(EditedForm):
    """A user group. Every privilege is off until it is ticked."""

    privileges = forms.MultipleChoiceField(
        label=gettext_lazy("Privileges"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [
            (privilege, format_html('{}<span class="tick-help">{}</span>', privilege.label, HELP[privilege]))
            for privilege in Privilege
        ],
    )

    def clean(self) -> dict[str, object]:
        """Refuse usual days that contradict a limit, where one of the two was entered anew."""
        cleaned = super().clean()
        if not _TERMS.intersection(self.changed_data):
            return cleaned
        shortest, latest = cleaned.get("shortest_trial_days"), cleaned.get("latest_expiry_on")
        days = cleaned.get("default_expiry_days")
        if isinstance(days, int) and isinstance(shortest, int) and days < shortest:
            self.add_error("default_expiry_days", _("That is shorter than the shortest trial."))
        if isinstance(days, int) and isinstance(latest, date) and timezone.now().date() + timedelta(days) > latest:
            self.add_error("default_expiry_days", _("From today on, that ends after the latest expiry date."))
        return cleaned


class MemberInline(StaffInline[GroupMember]):
    """The people who sign in as part of a group."""

    model = GroupMember
    autocomplete_fields = ["user"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[GroupMember]:
        """Return the members with their persons."""
        return super().get_queryset(request).select_related("user")


@admin.register(UserGroup)
class UserGroupAdmin(AuditedAdmin[UserGroup]):
    """Resellers and internal teams."""

    event_name = "user_group"
    form = UserGroupForm
    list_display = ["name", "email", "is_active", "number_of_privileges"]
    list_filter = ["is_active"]
    search_fields = ["name", "email"]
    search_help_text = gettext_lazy("Name or address, or parts of them.")

    def get_fieldsets(self, request: HttpRequest, obj: UserGroup | None = None) -> Fieldsets:
        """Return the fields in groups; privileges in words for those who only look."""
        only_looks = obj is not None and not self.has_change_permission(request, obj)
        facts: FieldNames = ["name", "email", "is_active"]
        below = [] if obj is None else ["members_link"] if only_looks else ["members_link", "last_edited_at"]
        issued: Fieldsets = [] if obj is None else [(_("Issued so far"), {"fields": ISSUED, "description": COUNTED})]
        return [
            (None, {"fields": [*facts, *below]}),
            (_("Privileges"), {"fields": ["privileges_in_words" if only_looks else "privileges"]}),
            (_("Limits"), {"fields": LIMITS, "description": EMPTY_IS_NO_LIMIT}),
            (_("What new licenses begin with"), {"fields": DEFAULTS}),
            *issued,
            (_("Products"), {"fields": ["may_issue_all_products"], "description": CHOSEN_PRODUCTS}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: UserGroup | None = None) -> list[str]:
        """Lead to the members; what was issued is counted."""
        return [] if obj is None else ["members_link", "privileges_in_words", *COUNTERS]

    def get_inlines(
        self, request: HttpRequest, obj: UserGroup | None
    ) -> "list[type[InlineModelAdmin[Model, UserGroup]]]":
        """Show the members in the form while they are few; else there is their list."""
        is_big = obj is not None and obj.members.count() > MOST_MEMBERS_IN_FORM
        return [] if is_big else [MemberInline]

    def concerned(self, row: UserGroup) -> Concerned:
        """Return the group itself."""
        return Concerned(user_group_id=row.pk)

    @admin.display(description=gettext_lazy("privileges"))
    def number_of_privileges(self, group: UserGroup) -> str:
        """Return how many privileges are ticked."""
        return f"{len(group.privileges)} / {len(Privilege)}"

    @admin.display(description=gettext_lazy("privileges"))
    def privileges_in_words(self, group: UserGroup) -> str:
        """Return what is ticked."""
        return ", ".join(str(privilege.label) for privilege in Privilege if privilege in group.privileges)

    @admin.display(description=gettext_lazy("members"))
    def members_link(self, group: UserGroup) -> str:
        """Return how many members there are, leading to their list."""
        number = group.members.count()
        text = ngettext("%(number)d member", "%(number)d members", number) % {"number": number}
        address = reverse("admin:organizations_groupmember_changelist", query={"user_group": group.pk})
        return format_html('<a href="{}">{}</a>', address, text)


@admin.register(GroupMember)
class GroupMemberAdmin(AuditedAdmin[GroupMember]):
    """People who sign in as part of a user group."""

    event_name = "group_member"
    form = StaffForm
    fields = ["user", "user_group", "is_manager"]
    list_display = ["full_name", "user", "user_group", "is_manager"]
    list_filter = ["is_manager", "user_group"]
    list_select_related = ["user", "user_group"]
    search_fields = ["user__email", "user__full_name", "user_group__name"]
    search_help_text = gettext_lazy("Address or name of the person or the group, or parts of them.")
    autocomplete_fields = ["user", "user_group"]
    ordering = ["-id"]

    def get_readonly_fields(self, request: HttpRequest, obj: GroupMember | None = None) -> list[str]:
        """Keep the person: somebody else is another member."""
        return [] if obj is None else ["user"]

    def concerned(self, row: GroupMember) -> Concerned:
        """Return the group."""
        return Concerned(user_group_id=row.user_group_id)

    @admin.display(description=gettext_lazy("full name"), ordering="user__full_name")
    def full_name(self, member: GroupMember) -> str:
        """Return the person's name."""
        return member.user.full_name
