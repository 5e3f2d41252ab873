"""Customers in Django's admin."""

import copy
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import AuditedAdmin, staff_actor
from accounts.admin.fields import FieldNames
from accounts.admin.forms import EditedForm, StaffForm
from accounts.audit import Concerned
from accounts.fields import with_derived
from accounts.forms.fields import AddressField
from accounts.ids import id_or_none
from accounts.models import User
from accounts.people import create_person
from organizations.licenses_of import ALL, NONE, Heirs, Holding, Look, Several, licenses_of
from organizations.membership.managing import is_contact
from organizations.models import Customer, Organization

LONGEST_NAME = 150
_FACTS = [
    *("organization", "user_group", "phone", "company", "address", "country"),
    *("external_id", "has_opted_out_of_mail", "staff_notes"),
]


class NewCustomerForm(StaffForm):
    """A customer to be: a new person, or one the portal knows already."""

    email = AddressField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("The customer signs in with it. Only the customer can change it later."),
    )
    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=LONGEST_NAME)
    is_known = forms.BooleanField(
        label=gettext_lazy("This person signs in here already"),
        required=False,
        help_text=gettext_lazy(
            "Tick this to make staff or a group member a customer too. Their name stays as they have it."
        ),
    )

    is_alone = forms.BooleanField(
        label=gettext_lazy("Belongs to no organization"),
        required=False,
        help_text=gettext_lazy("Tick this where the address is in an organization’s mail domain all the same."),
    )

    def clean(self) -> dict[str, object]:
        """Refuse an address that belongs to somebody already, unless that is meant; propose an organization."""
        cleaned = super().clean()
        self._propose(cleaned)
        person = User.objects.filter(email=cleaned.get("email")).first()
        if person is None:
            return cleaned
        if Customer.objects.filter(user=person).exists():
            self.add_error("email", _("%(name)s is a customer with this address already.") % {"name": person.full_name})
        elif not cleaned.get("is_known"):
            self.add_error(
                "email",
                _("%(name)s signs in with this address already. Tick below to make them a customer too.")
                % {"name": person.full_name},
            )
        return cleaned

    def _propose(self, cleaned: dict[str, object]) -> None:
        """Choose the organization in whose mail domain the address is, and ask whether that is right."""
        if cleaned.get("organization") or cleaned.get("is_alone") or not cleaned.get("email"):
            return
        domain = str(cleaned["email"]).rpartition("@")[2]
        organization = Organization.objects.filter(domains__domain=domain).first()
        if organization is not None:
            self.data = {**self.data, "organization": str(organization.pk)}
            words = {"domain": domain, "organization": organization.name}
            self.add_error(
                "organization",
                _(
                    "%(domain)s is a mail domain of %(organization)s, which is chosen now. Save again if this is "
                    "right; else clear it and tick “Belongs to no organization”."
                )
                % words,
            )


class CustomerForm(EditedForm):
    """A customer. The name belongs to the person, the address to them alone."""

    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=LONGEST_NAME)
    handed_over = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Licenses that move along"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "When the customer is put into an organization: its contacts see and manage what is ticked, and it "
            "stays there."
        ),
    )

    all_handed_over = forms.BooleanField(
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "When the customer is put into an organization: its contacts see and manage them, and they stay there. "
            "They are too many to be ticked one by one: without the tick none moves along, and single ones are moved "
            "on their own pages."
        ),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they are
        personal = _personal(self.instance)
        for name in {"handed_over", "all_handed_over"} - set(_moved(self.instance, personal)):
            self.fields.pop(name, None)
        field = self.fields.get("handed_over")
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(each.id), each.label) for each in personal.licenses]
            field.initial = [value for value, _label in field.choices]
        if "all_handed_over" in self.fields:
            text = _("All %(number)d licenses move along") % {"number": personal.license_number}
            self.fields["all_handed_over"].label = text

    def moved_along(self) -> Several:
        """Return which licenses move along."""
        if self.cleaned_data.get("all_handed_over"):
            return ALL
        return Several(frozenset(self.cleaned_data.get("handed_over", ())))

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> object:
        """Begin with the person's name."""
        if field_name == "full_name":
            return self._name_before
        return super().get_initial_for_field(field, field_name)

    @cached_property
    def _name_before(self) -> str:
        return str(self.instance.user.full_name)

    def clean_organization(self) -> Organization | None:
        """Refuse to take a contact out of the organization: its contacts are members, and stay so until the end."""
        organization: Organization | None = self.cleaned_data["organization"]
        left = Organization.objects.select_for_update().filter(pk=self.initial["organization"]).first()
        if left is not None and left != organization and is_contact(self.instance.pk, left):
            raise ValidationError(
                _("%(name)s is a contact of %(organization)s. Choose another contact there first."),
                params={"name": self.instance.user.full_name, "organization": left.name},
            )
        return organization


@admin.register(Customer)
class CustomerAdmin(AuditedAdmin[Customer]):
    """People the vendor knows. Adding one makes the person too."""

    private = frozenset({"staff_notes"})
    linked = frozenset({"organization"})
    form = CustomerForm
    list_display = ["full_name", "email", "organization", "user_group", "company", "country", "is_switched_on"]
    list_filter = ["user__is_active", "user_group"]
    list_select_related = ["user", "organization", "user_group"]
    search_fields = ["external_id__exact"]
    searched_parts = ("user__email", "user__folded_name", "folded_company")
    search_help_text = gettext_lazy(
        "Address, name or company, or parts of them, of which one or two letters begin a word; or the whole external "
        "id."
    )
    autocomplete_fields = ["organization", "user_group"]
    ordering = ["-id"]
    sortable_by = ()  # sorting by what no index orders reads everything

    def get_fields(self, request: HttpRequest, obj: Customer | None = None) -> FieldNames:
        """Return the fields of a new customer, of a known one, or what is shown to those who only look."""
        if obj is None:
            return ["email", "full_name", "is_known", "is_alone", *_FACTS]
        if self.has_change_permission(request, obj):
            facts = [_FACTS[0], *_moved(obj, _personal(obj)), *_FACTS[1:]]
            return ["person", "full_name", *facts, "created_at", "last_edited_at"]
        return ["person", *_FACTS, "created_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Customer | None = None) -> list[str]:
        """Leave the address to its owner."""
        return [] if obj is None else ["person", "created_at"]

    def get_form(
        self, request: HttpRequest, obj: Customer | None = None, change: bool = False, **kwargs: object
    ) -> "type[forms.ModelForm[Customer]]":
        """Return the form for a new customer or a known one."""
        if obj is None:
            kwargs["form"] = NewCustomerForm
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None and obj.user.is_staff and not request.user.is_superuser:
            name = copy.deepcopy(form.base_fields["full_name"])
            name.disabled = True
            name.help_text = _("Belongs to the staff: only those with every right change it.")
            form.base_fields["full_name"] = name
        return form

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        """Find customers; among the members of an organization, where its contacts are chosen."""
        is_choosing = request.resolver_match is not None and request.resolver_match.url_name == "autocomplete"
        if is_choosing and (organization := request.GET.get("organization")):
            queryset = queryset.filter(organization=id_or_none(organization))
        return super().get_search_results(request, queryset, search_term)

    def save_model(self, request: HttpRequest, obj: Customer, form: "forms.ModelForm[Customer]", change: bool) -> None:
        """Save the customer together with the person."""
        if not change:
            email, name = form.cleaned_data["email"], form.cleaned_data["full_name"]
            obj.user = User.objects.filter(email=email).first() or create_person(email, name)
        elif "full_name" in form.changed_data:
            obj.user.full_name = form.cleaned_data["full_name"]
            obj.user.save(update_fields=with_derived(obj.user, ["full_name"]))
        super().save_model(request, obj, form, change)
        if change and "organization" in form.changed_data:
            self._move_licenses(request, obj, form)

    def _move_licenses(self, request: HttpRequest, obj: Customer, form: "forms.ModelForm[Customer]") -> None:
        """Let what is ticked move along, and what belongs to the organization before stay there, given to nobody."""
        before, actor = form.initial.get("organization"), staff_actor(request)
        if before:
            licenses_of().settle(obj.pk, before, Heirs(), NONE, actor)
        if obj.organization_id is not None:
            moved = form.moved_along() if isinstance(form, CustomerForm) else NONE
            licenses_of().hand_over(obj.pk, obj.organization_id, moved, actor)

    def concerned(self, row: Customer) -> Concerned:
        """Return the customer, and those who serve and manage them."""
        return Concerned(row.pk, row.organization_id, row.user_group_id)

    @admin.display(description=gettext_lazy("full name"))
    def full_name(self, customer: Customer) -> str:
        """Return the person's name."""
        return customer.user.full_name

    @admin.display(description=gettext_lazy("e-mail address"))
    def email(self, customer: Customer) -> str:
        """Return the address to sign in with."""
        return customer.user.email

    @admin.display(description=gettext_lazy("switched on"), boolean=True)
    def is_switched_on(self, customer: Customer) -> bool:
        """Return whether the person can sign in."""
        return customer.user.is_active

    @admin.display(description=gettext_lazy("person"))
    def person(self, customer: Customer) -> str:
        """Return name and address, leading to where the person is switched off and on."""
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:accounts_user_change", args=[customer.user_id]), customer
        )


def _moved(customer: Customer, personal: Holding) -> list[str]:
    """Return the field by which licenses move along: a tick for each, or one for all where they are too many."""
    if customer.organization_id is not None or not personal.license_number:
        return []
    return ["handed_over" if personal.license_number == len(personal.licenses) else "all_handed_over"]


def _personal(customer: Customer) -> Holding:
    return licenses_of().personal(customer.pk, Look())
