"""Organizations, their mail domains and contacts in Django's admin."""

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin.base import AuditedAdmin
from accounts.admin.fields import FieldNames, RowSelect, StaffInline
from accounts.admin.forms import EditedForm, StaffForm
from accounts.audit import Concerned
from accounts.names import fold
from organizations.licenses_of import licenses_of
from organizations.mail_domains import normalize_domain
from organizations.membership.contacts import Pair, tell_of_contacts
from organizations.models import Customer, Organization, OrganizationDomain, OrganizationTenant, UserGroup
from organizations.tenants import normalize_tenant

CONTACTS = ("primary_contact", "secondary_contact")
LONGEST_FOLDED_NAME = 400


class MemberSelect(RowSelect):
    """Finds a member of one organization while typing."""

    organization_id = ""

    def get_url(self) -> str:
        """Return where the members are looked up; everybody, where contacts from outside are meant."""
        return f"{super().get_url()}?{urlencode({'organization': self.organization_id})}"


class OrganizationForm(EditedForm):
    """An organization: its name is unique within its user group, and its contacts are two of its members.

    Somebody from outside can be named with an explicit tick and a reason (Product rules, section 3).
    """

    is_outside_meant = forms.BooleanField(
        label=gettext_lazy("A contact from outside is meant"),
        required=False,
        help_text=gettext_lazy(
            "They will see and manage every license here. Say why below; the readiness report tells."
        ),
    )

    def clean_name(self) -> str:
        """Refuse a name whose folded form the database cannot keep."""
        name: str = self.cleaned_data["name"]
        if not 0 < len(fold(name)) <= LONGEST_FOLDED_NAME:
            raise forms.ValidationError(_("This name is too long, or has no letters. Shorten or mend it."))
        return name

    def clean(self) -> dict[str, object]:
        """Refuse a name that is taken and contacts from outside."""
        cleaned = super().clean()
        if "name" in cleaned and self._is_taken(str(cleaned["name"]), self.cleaned_data.get("user_group")):
            self.add_error("name", _("There is an organization of this name already, with the same user group."))
        for field in set(CONTACTS).intersection(self.changed_data):
            contact = cleaned.get(field)
            if isinstance(contact, Customer) and not self._is_member(contact) and not self._may_be_outside():
                self.add_error(
                    field,
                    _(
                        "%(name)s is no member of this organization. Put them into it first, on their page; or tick "
                        "that a contact from outside is meant, and give a reason."
                    )
                    % {"name": contact.user.full_name},
                )
        return cleaned

    def _may_be_outside(self) -> bool:
        """Return whether staff said explicitly, and why, that a contact need not be a member."""
        return bool(self.cleaned_data.get("is_outside_meant") and self.cleaned_data.get("outside_reason"))

    def _is_taken(self, name: str, user_group: UserGroup | None) -> bool:
        others = Organization.objects.exclude(pk=self.instance.pk)
        return others.filter(folded_name=fold(name), user_group=user_group).exists()

    def _is_member(self, contact: Customer) -> bool:
        """Return whether the contact is a member, and keep them one until the change is saved."""
        members = Customer.objects.select_for_update().filter(organization=self.instance.pk)
        return members.filter(pk=contact.pk).exists()


class DomainForm(StaffForm):
    """A mail domain, kept in lower case and IDNA form; public ones are refused."""

    def clean_domain(self) -> str:
        """Return the domain in the one form the portal keeps."""
        return normalize_domain(self.cleaned_data["domain"])


class DomainInline(StaffInline[OrganizationDomain]):
    """The mail domains of an organization."""

    model = OrganizationDomain
    form = DomainForm


class TenantForm(StaffForm):
    """A Microsoft tenant, kept in lower case; those that are open to anybody are refused."""

    def clean_tenant_id(self) -> str:
        """Return the id in the one form the portal keeps."""
        return normalize_tenant(self.cleaned_data["tenant_id"])


class TenantInline(StaffInline[OrganizationTenant]):
    """The Microsoft tenants of an organization."""

    model = OrganizationTenant
    form = TenantForm


@admin.register(Organization)
class OrganizationAdmin(AuditedAdmin[Organization]):
    """Customer companies. Contacts are chosen once there are members."""

    private = frozenset({"notes"})
    form = OrganizationForm
    inlines = [DomainInline, TenantInline]
    list_display = ["name", *CONTACTS, "user_group"]
    list_filter = ["user_group"]
    list_select_related = ["primary_contact__user", "secondary_contact__user", "user_group"]
    search_fields = ["folded_name"]
    searched_parts = ("folded_name", "domains__domain")
    search_help_text = gettext_lazy("Name or mail domain, or parts of them, of which one or two letters begin a word.")
    autocomplete_fields = [*CONTACTS, "user_group"]
    ordering = ["folded_name"]
    sortable_by = ()  # sorting by what no index orders reads everything

    def get_fields(self, request: HttpRequest, obj: Organization | None = None) -> FieldNames:
        """Return the fields; contacts once there can be members."""
        if obj is None:
            return ["name", "user_group", "notes"]
        hidden = ["last_edited_at"] if self.has_change_permission(request, obj) else []
        outside = ["is_outside_meant"] if self.has_change_permission(request, obj) else []
        return ["name", *CONTACTS, *outside, "outside_reason", "members_link", "user_group", "notes", *hidden]

    def get_readonly_fields(self, request: HttpRequest, obj: Organization | None = None) -> list[str]:
        """Lead to the members."""
        return [] if obj is None else ["members_link"]

    def get_form(
        self, request: HttpRequest, obj: Organization | None = None, change: bool = False, **kwargs: object
    ) -> "type[forms.ModelForm[Organization]]":
        """Return the form, whose contacts are looked up among the members."""
        form = super().get_form(request, obj, change, **kwargs)
        for name in CONTACTS:
            field = form.base_fields.get(name)
            if field is not None and obj is not None:
                field.widget.widget.organization_id = "" if obj.outside_reason else str(obj.pk)
        return form

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Model, Model]", request: HttpRequest, **kwargs: object
    ) -> "forms.ModelChoiceField[Model] | None":
        """Look contacts up among the members."""
        if db_field.name in CONTACTS:
            kwargs["widget"] = MemberSelect(db_field, self.admin_site)
            kwargs["queryset"] = Customer.objects.select_related("user")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: Organization, form: "forms.ModelForm[Organization]", change: bool
    ) -> None:
        """Save the organization; license files with its name are out of date then, and new contacts are mailed."""
        super().save_model(request, obj, form, change)
        if change and set(CONTACTS).intersection(form.changed_data):
            before = Pair(*(form.initial.get(name) for name in CONTACTS))
            tell_of_contacts(obj, before, timezone.now())
        if change and "name" in form.changed_data:
            licenses_of().organization_renamed(obj.pk)

    def concerned(self, row: Organization) -> Concerned:
        """Return the organization and the user group that serves it."""
        return Concerned(organization_id=row.pk, user_group_id=row.user_group_id)

    @admin.display(description=gettext_lazy("members"))
    def members_link(self, organization: Organization) -> str:
        """Return how many members there are, leading to their list."""
        number = organization.members.count()
        text = ngettext("%(number)d member", "%(number)d members", number) % {"number": number}
        address = reverse("admin:organizations_customer_changelist", query={"organization": organization.pk})
        return format_html('<a href="{}">{}</a>', address, text)
