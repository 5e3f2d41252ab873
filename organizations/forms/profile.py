"""The form of the profile. It checks what was typed; the stories decide what is possible."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.names import folds_short, is_readable
from accounts.time_zones import place_of, zones_by_region
from organizations.countries import countries
from organizations.profile import OF_CUSTOMER, Values, changed_since, mark_of

Choices = list[tuple[str, str]]


class Line(forms.CharField):
    """One line of text that can be read."""

    default_validators = [is_readable]


class Lines(forms.CharField):
    """Several lines of text that can be read; line breaks are kept in one form."""

    widget = forms.Textarea

    def to_python(self, value: str | None) -> str:
        """Return the text with line breaks as the database keeps them."""
        return str(super().to_python((value or "").replace("\r\n", "\n").replace("\r", "\n")))

    def run_validators(self, value: str) -> None:
        """Refuse what cannot be read, line breaks apart."""
        super().run_validators(value)
        is_readable(value, besides="\n\t")


class PersonForm(forms.Form):
    """What is told of a person. `seen` marks what the form showed; fields that a person does not have are left out."""

    full_name = Line(
        label=gettext_lazy("Full name"),
        max_length=150,
        validators=[folds_short],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = Line(
        label=gettext_lazy("Phone"),
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    company = Line(
        label=gettext_lazy("Company"),
        max_length=200,
        required=False,
        validators=[folds_short],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    address = Lines(
        label=gettext_lazy("Address"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"autocomplete": "street-address", "rows": 3}),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), required=False, widget=forms.Select(attrs={"autocomplete": "country"})
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, profile: Values, data: dict[str, str] | None = None) -> None:
        super().__init__(data, initial={**profile, "seen": mark_of(profile)})
        if "country" in profile:
            self._offer("country", [("", _("Not given")), *_with(profile["country"], _countries())])
        else:
            for name in OF_CUSTOMER:
                del self.fields[name]

    def _offer(self, name: str, choices: "Choices | list[tuple[str, Choices]]") -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def keep_seen(self, present: Values) -> None:
        """Tell what is saved now, and take it as seen; what the person typed stays."""
        changed = changed_since(self.data.get("seen", ""), present)
        self.add_error(
            None,
            _(
                "This was changed elsewhere meanwhile, so nothing was saved. What you typed still stands here; "
                "look at it again, then save it."
            ),
        )
        for name in changed:
            if name in self.fields and self.cleaned_data.get(name) != present[name]:
                self.add_error(name, _("Saved meanwhile: %(value)s.") % {"value": present[name] or _("nothing")})
        self.data = {**self.data, "seen": mark_of(present)}


class ProfileForm(PersonForm):
    """What people tell of themselves; the language only while there are several."""

    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    language = forms.ChoiceField(label=gettext_lazy("Language"))

    def __init__(self, profile: Values, data: dict[str, str] | None = None) -> None:
        super().__init__(profile, data)
        self._offer("time_zone", _zones(profile["time_zone"]))
        self.fields["time_zone"].help_text = _local_time(profile["time_zone"])
        self._offer("language", [(code, str(name)) for code, name in settings.LANGUAGES])
        if len(settings.LANGUAGES) < 2:
            del self.fields["language"]


def _local_time(zone: str) -> str:
    now = date_format(timezone.localtime(timezone=ZoneInfo(zone)), "j M Y, H:i")
    return _("In %(zone)s it is now %(moment)s.") % {"zone": zone, "moment": now}


def _countries() -> Choices:
    return list(countries().items())


def _with(chosen: str, choices: Choices) -> Choices:
    """Return the choices, with the one that was made once though it is not offered any more."""
    is_known = not chosen or any(value == chosen for value, _label in choices)
    return choices if is_known else [*choices, (chosen, chosen)]


def _zones(chosen: str) -> "list[tuple[str, Choices]]":
    return list(_grouped(chosen))


def _grouped(chosen: str) -> "Iterator[tuple[str, Choices]]":
    is_known = False
    for region, names in zones_by_region().items():
        is_known |= chosen in names
        yield region or _("Everywhere"), [(name, place_of(name)) for name in names]
    if not is_known:
        yield _("Chosen before"), [(chosen, chosen)]
