"""What user groups have to do with licenses, in Django's admin: products they may issue, what they issued, credit."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import staff_actor
from accounts.admin.fields import StaffInline
from licenses.admin.asking import Question, ask, chosen, is_confirmed
from licenses.crediting import credit
from licenses.errors import LicenseError
from licenses.issuing import MAX_REASON
from licenses.limits import issued_of
from licenses.models import GroupProduct, LicenseModel
from organizations.admin.user_groups import UserGroupAdmin
from organizations.models import UserGroup

MOST = 1_000_000_000
"""How large the number of licenses in a form may be."""


class CreditForm(forms.Form):
    """How many licenses of which model are credited, and why; hidden, how many of each the group had issued."""

    license_model = forms.TypedChoiceField(
        label=gettext_lazy("License model"), choices=LicenseModel.choices, coerce=LicenseModel
    )
    number = forms.IntegerField(label=gettext_lazy("Number"), min_value=1, max_value=MOST)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("The group reads it in its activity."),
    )

    def __init__(self, group: UserGroup, data: QueryDict | None) -> None:
        """Hold what the group has issued of each license model as it was when the form was shown."""
        super().__init__(data)
        self.group = group
        for model in LicenseModel:
            self.fields[_seen_of(model)] = forms.IntegerField(
                min_value=0, max_value=MOST, initial=issued_of(group, model), widget=forms.HiddenInput
            )

    @property
    def seen(self) -> int:
        """How many licenses of the chosen model the group had issued when the form was shown."""
        seen: int = self.cleaned_data[_seen_of(self.cleaned_data["license_model"])]
        return seen

    def clean(self) -> None:
        """Refuse what answers to no numbers, and show them."""
        if any(_seen_of(model) in self.errors for model in LicenseModel):
            self.keep_seen()
            raise forms.ValidationError(_("Look at how many are issued, then send this again."))

    def keep_seen(self) -> None:
        """Show the numbers of now: the next answer is one to them."""
        self.group.refresh_from_db()
        typed = {name: self.data.get(name, "") for name in self.fields}
        self.data = {**typed, **{_seen_of(model): str(issued_of(self.group, model)) for model in LicenseModel}}


def _seen_of(model: LicenseModel) -> str:
    return f"seen_{model}"


@admin.action(description=gettext_lazy("Credit licenses…"), permissions=["change"])
def credit_licenses(
    model_admin: "ModelAdmin[UserGroup]", request: HttpRequest, queryset: QuerySet[UserGroup]
) -> HttpResponse | None:
    """Ask how many and why, then let one group issue so many again."""
    groups = chosen(request, queryset)
    if len(groups) != 1:
        messages.error(request, _("Choose one user group to credit licenses to."))
        return None
    group = groups[0]
    form = CreditForm(group, request.POST if is_confirmed(request) else None)
    if form.is_valid() and _is_credited(form, request):
        told = _("%(number)d licenses are credited to %(group)s.")
        messages.success(request, told % {"number": form.cleaned_data["number"], "group": group.name})
        return None
    question = Question(
        action="credit_licenses",
        title=_("Credit licenses"),
        sentence=_("They count as not issued any more, so the group may issue as many again. Its licenses stay."),
        button=_("Credit"),
        rows=((group, _issued_in_words(group)),),
        form=form,
    )
    return ask(model_admin, request, question)


def _is_credited(form: CreditForm, request: HttpRequest) -> bool:
    """Credit what was asked for; a refusal is shown in the form, with the numbers of now."""
    wanted, actor = form.cleaned_data, staff_actor(request)
    try:
        credit(form.group.pk, wanted["license_model"], wanted["number"], actor, seen=form.seen, reason=wanted["reason"])
    except LicenseError as refusal:
        form.add_error(None, refusal.sentence)
        form.keep_seen()
        return False
    return True


def _issued_in_words(group: UserGroup) -> str:
    numbers = [f"{model.label} {issued_of(group, model)}" for model in LicenseModel]
    return _("Issued: %(numbers)s.") % {"numbers": ", ".join(numbers)}


class ProductInline(StaffInline[GroupProduct]):
    """The products that a group may issue."""

    model = GroupProduct
    autocomplete_fields = ["product"]
    verbose_name = gettext_lazy("product")
    verbose_name_plural = gettext_lazy("Products it may issue")

    def get_queryset(self, request: HttpRequest) -> QuerySet[GroupProduct]:
        """Return the rows with what they are called by."""
        return super().get_queryset(request).select_related("product", "user_group")


admin.site.unregister(UserGroup)


@admin.register(UserGroup)
class IssuingGroupAdmin(UserGroupAdmin):
    """Resellers and internal teams, with what they may issue."""

    actions = [credit_licenses]

    def get_inlines(
        self, request: HttpRequest, obj: UserGroup | None
    ) -> "list[type[InlineModelAdmin[Model, UserGroup]]]":
        """Show the products besides the members."""
        return [ProductInline, *super().get_inlines(request, obj)]
