"""The one form of an order: who gets licenses, of what, how many, and on which terms."""

from collections import Counter
from hashlib import sha256
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.fields import AddressField
from accounts.names import fold, folds_short, name_in
from licenses.errors import LicenseError, Reason
from licenses.forms.mailing import WithMailForm, mails_for
from licenses.forms.terms import FIELD_OF, TermsForm, day_or_none
from licenses.issuers import Issuer
from licenses.limits import issue_refusal
from licenses.models import Feature, LicenseModel, ProductVersion, Purpose
from licenses.orders import MOST_AT_ONCE, Order, Recipient
from licenses.products import features_of, versions_to_issue
from organizations.forms.profile import Line, Lines
from organizations.membership.many import Line as ListLine
from organizations.membership.many import Outcome, lines_of
from organizations.models import Organization, UserGroup
from organizations.querysets import OrganizationQuerySet
from organizations.viewer import Viewer

LONGEST_LIST = 100_000
MOST_ORGANIZATIONS = 50
_OF_ORDER = {
    Reason.LIMIT_OF_NUMBER: "number",
    Reason.LIMIT_OF_CUSTOMER: "email",
    Reason.UNKNOWN_CUSTOMER: "email",
    Reason.NO_RECIPIENT: "email",
}


class OrderForm(WithMailForm, TermsForm):
    """An order. Products, organizations and customers are those that its issuer may use."""

    token = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": gettext_lazy("This form lacks what tells it from others. Open it anew."),
            "invalid": gettext_lazy("This form lacks what tells it from others. Open it anew."),
        },
    )
    find = forms.CharField(label=gettext_lazy("Find a customer"), max_length=200, required=False)
    full_name = Line(label=gettext_lazy("Name"), max_length=150, required=False, validators=[folds_short])
    email = AddressField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    people = Lines(
        label=gettext_lazy("Or a list: name and address, one person in each line"),
        max_length=LONGEST_LIST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy("Each line gets licenses of its own. Such as: Anna Berg, anna@example.com"),
    )
    user_group = forms.ChoiceField(
        label=gettext_lazy("User group"),
        required=False,
        help_text=gettext_lazy("Its members see the licenses. They do not count as issued by the group."),
    )
    organization = Line(
        label=gettext_lazy("Organization"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "organizations", "autocomplete": "off"}),
        help_text=gettext_lazy("Its contacts see and manage the licenses. Empty: that of the customer."),
    )
    number = forms.IntegerField(
        label=gettext_lazy("How many licenses"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    is_generic = forms.BooleanField(
        label=gettext_lazy("Generic: the license file fits any computer"),
        required=False,
        help_text=gettext_lazy("Nothing is activated; the license file ends after some time and is issued anew."),
    )
    field_order = (
        "token",
        "find",
        "email",
        "full_name",
        "people",
        "user_group",
        "organization",
        "licensee",
        "version",
        "number",
    )

    def __init__(self, viewer: Viewer, issuer: Issuer, data: QueryDict | None = None) -> None:
        super().__init__(issuer, data, initial={"token": uuid4(), "max_activations": 1})
        self.viewer = viewer
        self.lines: list[ListLine] = []
        self.versions = {str(each.pk): each for each in versions_to_issue(issuer.group)}
        self.features_offered = self._features()
        self.offer("version", [("", _("Choose a product")), *((key, str(each)) for key, each in self.versions.items())])
        self.offer("license_model", LicenseModel.choices)
        self.offer("features", [(key, _called(each)) for key, each in self.features_offered.items()])
        self.has_models_left = bool(left := self._models_left())
        self.initial["license_model"] = left[0] if left else LicenseModel.PERMANENT
        self.offer_mails(mails_for(viewer, Purpose.NEW))
        self.order_fields(self.field_order)
        self.fields["licensee"].help_text = _("Empty: the organization’s name, else the customer’s.")
        self.organization_names = self._organizations()
        self.groups = self._groups()
        self.offer(
            "user_group",
            [("", _("None: the vendor serves them")), *((k, each.name) for k, each in self.groups.items())],
        )
        if not issuer.enters_customers:
            del self.fields["full_name"]
        if issuer.group is None:
            del self.fields["people"]
        if not self.groups:
            del self.fields["user_group"]

    def _models_left(self) -> list[LicenseModel]:
        """Return the license models of which one more may be issued; the others stay, and say with numbers why not."""
        group = self.issuer.group
        return [each for each in LicenseModel if group is None or issue_refusal(group, each, 1) is None]

    def _features(self) -> dict[str, Feature]:
        if "features" not in self.fields:
            return {}
        return {str(each.pk): each for each in features_of({each.product_id for each in self.versions.values()})}

    def _groups(self) -> dict[str, UserGroup]:
        """Return the user groups to which the vendor may give what it makes; a group keeps what it makes."""
        if self.issuer.group is not None:
            return {}
        rows = UserGroup.objects.visible_to(self.viewer).filter(is_active=True).order_by("name")
        return {str(each.pk): each for each in rows}

    def _organizations(self) -> list[str]:
        """Return some names to choose from while one is typed."""
        return list(self._usable().order_by("folded_name").values_list("name", flat=True)[:MOST_ORGANIZATIONS])

    def _usable(self) -> OrganizationQuerySet:
        """Return the organizations of the group; staff: all."""
        visible: OrganizationQuerySet = Organization.objects.visible_to(self.viewer)
        return visible if self.issuer.group is None else visible.filter(user_group=self.issuer.group)

    def clean_organization(self) -> Organization | None:
        """Return the organization of that name."""
        name: str = self.cleaned_data["organization"]
        if not name:
            return None
        found = list(self._usable().filter(folded_name=fold(name)))
        group = self.groups.get(str(self.cleaned_data.get("user_group", "")))
        if len(found) > 1:
            found = [each for each in found if each.user_group_id == (group.pk if group else None)]
            if not found:
                raise forms.ValidationError(
                    _("Several user groups have an organization of this name. Choose the group.")
                )
        if not found:
            raise forms.ValidationError(_("There is no organization of this name that you could choose."))
        return found[0]

    def clean_people(self) -> list[ListLine]:
        """Return the lines of the list, with what is wrong about each; an address stands in it once."""
        times: Counter[str] = Counter()
        found = []
        for line in lines_of(self.cleaned_data["people"]):
            times[line.email] += 1
            is_again = line.outcome is Outcome.INVITE and times[line.email] > 1
            why = _("The address stands in the list before.") if is_again else line.why
            outcome = Outcome.WRONG if is_again else line.outcome
            found.append(ListLine(line.number, line.text, line.email, line.full_name, outcome, why))
        if len(found) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("The list has %(number)d lines, and at most %(most)d are taken at once."),
                params={"number": len(found), "most": MOST_AT_ONCE},
            )
        self.lines = found
        return found

    def clean(self) -> dict[str, object]:
        """Refuse two ways of saying who gets the licenses, another group, and features of another product."""
        cleaned = super().clean()
        if "user_group" in self.data and "user_group" not in self.fields:
            raise forms.ValidationError(_("What you make belongs to your user group, and to no other."))
        if self.lines and cleaned.get("email"):
            self.add_error("people", _("Enter one customer or a list, not both."))
        if self.is_list_wrong:
            self.add_error("people", _("Correct the lines that are wrong: all of them get licenses, or none."))
        if cleaned.get("full_name") and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("full_name", _("Enter the customer’s e-mail address, too."))
        version = self.versions.get(str(cleaned.get("version")))
        if version is not None and "features" in self.fields:
            try:
                cleaned["features"] = self.chosen_features(self.features_offered, version.product_id)
            except forms.ValidationError as error:
                self.add_error("features", error)
        return cleaned

    @property
    def offers_products(self) -> bool:
        """Whether there is a product to issue."""
        return bool(self.versions)

    @property
    def is_list_wrong(self) -> bool:
        """Whether a line of the list cannot be understood."""
        return any(line.outcome is Outcome.WRONG for line in self.lines)

    @property
    def digest(self) -> str:
        """What stands for the list as it was looked at: who gets how many licenses."""
        listed = [(line.email, line.full_name) for line in self.lines]
        return sha256(repr((listed, self.cleaned_data.get("number"))).encode()).hexdigest()

    @property
    def is_looked_at(self) -> bool:
        """Whether the list is the one that was looked at before it was sent."""
        return self.data.get("looked_at") == self.digest

    @property
    def total(self) -> int:
        """How many licenses a list that was read makes."""
        return len(self.lines) * int(self.cleaned_data.get("number") or 1) if self.lines else 0

    def shown_again(self, chosen: str = "") -> "OrderForm":
        """Return the form while a customer is found for it, or is `chosen`: what was typed, nothing checked."""
        again = OrderForm(self.viewer, self.issuer)
        again.initial.update({name: self[name].value() for name in self.fields})
        if chosen:
            again.initial.update({"email": chosen, "full_name": "", "find": ""})
        return again

    def order(self) -> Order:
        """Return what is ordered."""
        typed = self.cleaned_data
        return Order(
            token=typed["token"],
            version=self._version(),
            license_model=LicenseModel(typed["license_model"]),
            number=typed["number"],
            recipients=self._recipients(),
            user_group=self.groups.get(typed.get("user_group", "")),
            organization=typed["organization"],
            licensee=typed["licensee"],
            max_activations=1 if typed["max_activations"] is None else typed["max_activations"],
            floating_seats=typed.get("floating_seats"),
            features=tuple(typed.get("features", ())),
            is_generic=bool(typed.get("is_generic")),
            expires_on=day_or_none(typed.get("expires_on")),
            expires_after_days=typed.get("expires_after_days"),
            maintenance_until=day_or_none(typed.get("maintenance_until")),
            order_id=typed["order_id"],
            comment=typed["comment"],
        )

    def _version(self) -> ProductVersion:
        return self.versions[self.cleaned_data["version"]]

    def _recipients(self) -> tuple[Recipient, ...]:
        if self.lines:
            return tuple(Recipient(line.email, line.full_name) for line in self.lines)
        address: str = self.cleaned_data["email"]
        name = self.cleaned_data.get("full_name", "") or name_in(address)
        return (Recipient(address, name),) if address else ()

    def add_refusal(self, refusal: LicenseError) -> None:
        """Show why nothing was made, beside the field that it is about."""
        field = _OF_ORDER.get(refusal.reason) or FIELD_OF.get(refusal.reason)
        if field == "email" and refusal.reason is not Reason.NO_RECIPIENT and not self.cleaned_data.get("email"):
            field = "people" if self.lines else "licensee"
        if field in self.fields:
            self.add_error(field, refusal.sentence)
        else:
            self.add_error(None, f"{_('Nothing was made.')} {refusal.sentence}")


def _called(feature: Feature) -> str:
    return f"{feature.product.name}: {feature.name}"
