"""The fields of what a license allows and how long it lasts; a user group has only those that it may set."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.names import folds_short
from licenses import terms
from licenses.errors import LicenseError, Reason
from licenses.issuers import OPENS, Issuer
from licenses.models import Feature, LicenseModel
from licenses.models.products import MAX_COUNT, MAX_DAYS
from organizations.forms.profile import Line, Lines

FIELD_OF = {
    Reason.LIMIT_OF_ACTIVATIONS: "max_activations",
    Reason.BELOW_IN_USE: "max_activations",
    Reason.LIMIT_OF_EXPIRY: "expires_on",
    Reason.NEEDS_DATE: "expires_on",
    Reason.GENERIC: "is_generic",
    Reason.BAD_REASON: "reason",
}
"""The field that a refusal is about, where the form has it."""


class Day(forms.DateField):
    """A date that licenses may have."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_validators = [MinValueValidator(terms.FIRST_DATE), MaxValueValidator(terms.LAST_DATE)]
    default_error_messages = {"invalid": gettext_lazy("Enter a date such as 2026-12-31.")}


def whole_number(label: object, *, least: int = 0, most: int = MAX_COUNT, help_text: object = "") -> forms.IntegerField:
    """Return a field for a whole number that may be left empty."""
    return forms.IntegerField(
        label=label,  # type: ignore[arg-type]  # translated when it is shown
        min_value=least,
        max_value=most,
        required=False,
        help_text=help_text,  # type: ignore[arg-type]  # likewise
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class IssuerForm(forms.Form):
    """A form with the fields that its issuer may set; others are refused when they are sent."""

    def __init__(
        self, issuer: Issuer, data: QueryDict | None = None, initial: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.issuer = issuer
        for name in issuer.closed & self.fields.keys():
            del self.fields[name]

    def clean(self) -> dict[str, object]:
        """Refuse fields that are not theirs to set."""
        cleaned = super().clean() or {}
        if sent := [name for name in OPENS if name in self.issuer.closed and name in self.data]:
            labels = get_text_list([str(OPENS[name].label) for name in sent], _("and"))
            raise forms.ValidationError(_("Your user group lacks the privilege: %(names)s."), params={"names": labels})
        return cleaned

    def add_refusal(self, refusal: LicenseError) -> None:
        """Show why the story refused, beside the field that it is about; nothing was done then."""
        field = FIELD_OF.get(refusal.reason)
        if field in self.fields:
            self.add_error(field, refusal.sentence)
        else:
            self.add_error(None, f"{_('Nothing was changed.')} {refusal.sentence}")


class TermsForm(IssuerForm):
    """What a license is: version, model, how much and how long, and notes."""

    version = forms.ChoiceField(label=gettext_lazy("Product version"))
    license_model = forms.ChoiceField(label=gettext_lazy("License model"), choices=LicenseModel.choices)
    licensee = Line(
        label=gettext_lazy("Licensee"),
        max_length=200,
        required=False,
        validators=[folds_short],
        help_text=gettext_lazy("Whom the license is issued to; license files say so."),
    )
    max_activations = whole_number(gettext_lazy("Activations allowed"), least=0)
    expires_on = Day(label=gettext_lazy("Expires on"), required=False)
    expires_after_days = whole_number(
        gettext_lazy("Expires after days"),
        least=1,
        most=MAX_DAYS,
        help_text=gettext_lazy("Counted from the first activation."),
    )
    maintenance_until = Day(label=gettext_lazy("Updates included until"), required=False)
    floating_seats = whole_number(gettext_lazy("Floating seats"), least=1)
    features = forms.MultipleChoiceField(
        label=gettext_lazy("Features"), required=False, widget=forms.CheckboxSelectMultiple
    )
    order_id = Line(
        label=gettext_lazy("Order ID"), max_length=100, required=False, validators=[folds_short], help_text=""
    )
    comment = Lines(
        label=gettext_lazy("Comment"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For your colleagues and the vendor; customers do not see it."),
    )

    @property
    def feature_field(self) -> forms.BoundField | None:
        """The features to tick, where there are any."""
        field = self.fields.get("features")
        return self["features"] if isinstance(field, forms.ChoiceField) and field.choices else None

    def offer(self, name: str, choices: Iterable[tuple[str, object]]) -> None:
        """Offer `choices` in the field, where it exists."""
        field = self.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)

    def chosen_features(self, offered: Mapping[str, Feature], product_id: object) -> tuple[Feature, ...]:
        """Return the features that are ticked; raises ValidationError for those of another product."""
        ticked = [offered[each] for each in self.cleaned_data.get("features", [])]
        if others := [each for each in ticked if each.product_id != product_id]:
            names = get_text_list([f"{each.product.name}: {each.name}" for each in others], _("and"))
            raise forms.ValidationError(_("These belong to another product: %(names)s."), params={"names": names})
        return tuple(ticked)


def read_moment(text: str) -> datetime | None:
    """Return the moment that a hidden field says; None where it says none, or not in which time zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def day_or_none(value: object) -> date | None:
    """Return the date that a form read; None where the field is empty or does not exist."""
    return value if isinstance(value, date) else None
