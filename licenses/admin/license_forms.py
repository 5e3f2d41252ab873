"""The form of a license in Django's admin. The stories issue and edit; the form checks what was typed."""

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.forms import EditedForm
from licenses.activation_key import fold
from licenses.buyers import organization_for
from licenses.models import Feature, License, ProductVersion

LONGEST_KEY = 100


class FeaturesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic for type checkers only
    """Features, called by what license files say too."""

    def label_from_instance(self, obj: Feature) -> str:
        """Return such as "Spectra: Export (export)"."""
        return f"{obj.product.name}: {obj.name} ({obj.code})"


class LicenseForm(EditedForm):
    """A license. Its features belong to its product."""

    licensee = forms.CharField(
        label=gettext_lazy("Licensee"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Whom the license is issued to; license files say so. Empty: the organization, else the customer."
        ),
    )
    features = FeaturesField(
        label=gettext_lazy("Features"),
        required=False,
        queryset=Feature.objects.select_related("product").order_by("product__name", "name"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they are
        for name in ("product_version", "features"):
            field = self.fields.get(name)
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                field.queryset = self._offered(field.queryset)

    def clean(self) -> dict[str, object]:
        """Refuse features of another product; name the licensee where nothing was typed."""
        cleaned = super().clean()
        version = cleaned.get("product_version")
        if isinstance(version, ProductVersion):
            self._check_features(version, list(self.cleaned_data.get("features", ())))
        self._check_organization()
        if not cleaned.get("licensee"):
            cleaned["licensee"] = self._licensee()
            if not cleaned["licensee"]:
                self.add_error("licensee", _("Enter whom the license is issued to, or choose a customer."))
        return cleaned

    def _offered(self, rows: "QuerySet[Model]") -> "QuerySet[Model]":
        """Return the rows of the license's product, which stays what it is once the license is issued."""
        rows = rows.select_related("product")
        return rows if self.instance.edited_at is None else rows.filter(product=self.instance.product)

    def _check_features(self, version: ProductVersion, features: list[Feature]) -> None:
        others = [feature.name for feature in features if feature.product_id != version.product_id]
        if others:
            self.add_error(
                "features",
                _("These are no features of %(product)s: %(names)s.")
                % {"product": version.product.name, "names": ", ".join(others)},
            )

    def _check_organization(self) -> None:
        """Refuse to give a license of one organization to somebody of another one."""
        organization, customer = self.cleaned_data.get("organization"), self.cleaned_data.get("customer")
        is_changed = {"organization", "customer"}.intersection(self.changed_data)
        if not is_changed or organization is None or customer is None:
            return
        theirs = customer.organization
        if theirs is not None and theirs != organization:
            words = {"name": customer.user.full_name, "theirs": theirs.name, "organization": organization.name}
            self.add_error(
                "customer",
                _("%(name)s belongs to %(theirs)s, and the license to %(organization)s. Only its users can have it.")
                % words,
            )

    def _licensee(self) -> str:
        organization, customer = self.cleaned_data.get("organization"), self.cleaned_data.get("customer")
        if organization is None and customer is not None:
            group = self.cleaned_data.get("user_group")
            organization = organization_for(customer, group.pk if group is not None else None)
        if organization is not None:
            return str(organization.name)
        return (customer.company or customer.user.full_name) if customer is not None else ""


class NewLicenseForm(LicenseForm):
    """A license to be. A key that the vendor brings along is kept, else one is made."""

    activation_key = forms.CharField(
        label=gettext_lazy("Activation key"),
        required=False,
        max_length=LONGEST_KEY,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "vTextField"}),
        help_text=gettext_lazy(
            "Empty: a new key is made. A key of another format that you bring along is kept as it is."
        ),
    )

    def clean_activation_key(self) -> str:
        """Refuse a key that is taken or too long to be looked up; the story refuses what could be guessed."""
        key: str = self.cleaned_data["activation_key"]
        folded = fold(key)
        if len(folded) > LONGEST_KEY:
            raise forms.ValidationError(_("An activation key has at most 100 letters A–Z and digits."))
        if key and License.objects.filter(folded_key=folded).exists():
            raise forms.ValidationError(_("There is a license with this activation key already."))
        return key
