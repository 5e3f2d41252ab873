"""The forms that edit, renew and revoke licenses."""

from collections.abc import Mapping
from copy import copy
from datetime import UTC, date, datetime

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from licenses import terms
from licenses.ends import end_in_words
from licenses.forms.mailing import Mails, WithMailForm
from licenses.forms.terms import Day, IssuerForm, TermsForm, day_or_none, read_moment, whole_number
from licenses.issuers import Issuer
from licenses.issuing import MAX_REASON
from licenses.models import Feature, License, ProductVersion
from licenses.models.products import MAX_DAYS
from licenses.products import features_of, versions_of
from licenses.renewing import Renewal
from organizations.forms.profile import Lines
from organizations.models import UserGroup
from organizations.privileges import Privilege

_TYPED = ("license_model", "licensee", "expires_on", "expires_after_days", "maintenance_until", "floating_seats")
_NOTES = ("order_id", "comment")
_CHOSEN = frozenset({"expires_on", "expires_after_days", "maintenance_until"})
NO_MAILS = Mails()
LONG_AGO = datetime.fromtimestamp(0, UTC)


def with_seen(data: Mapping[str, object], edited_at: datetime) -> Mapping[str, object]:
    """Return what was sent with another mark of what was seen."""
    if not isinstance(data, QueryDict):
        return {**data, "seen": edited_at.isoformat()}
    again = data.copy()
    again["seen"] = edited_at.isoformat()
    return again


class EditForm(TermsForm):
    """The terms and notes of one license; `seen` says which state of it the form showed."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, issuer: Issuer, license: License, data: QueryDict | None = None) -> None:
        ticked = [str(each.pk) for each in license.features.all()]
        shown = {name: getattr(license, name) for name in (*_TYPED, *_NOTES, "max_activations")}
        about = {"version": str(license.product_version_id), "features": ticked}
        super().__init__(issuer, data, {**shown, **about, "seen": license.edited_at.isoformat()})
        self.license = license
        self.versions = {str(each.pk): each for each in versions_of(license.product)}
        self.features_offered = {str(each.pk): each for each in features_of([license.product.pk])}
        self.offer("version", [(key, str(each)) for key, each in self.versions.items()])
        self.offer("features", [(key, each.name) for key, each in self.features_offered.items()])
        self.fields["licensee"].required = True
        self.fields["max_activations"].required = True
        if not self.features_offered:
            self.fields.pop("features", None)
        self.is_model_closed = issuer.group is not None and not issuer.group.has(Privilege.CREATE)
        if self.is_model_closed:
            del self.fields["license_model"]
        else:
            self.fields["license_model"].help_text = _(
                "What becomes permanent does not expire any more, unless another end is entered."
            )
        if license.is_generic:
            for name in {"max_activations", "expires_after_days"} & self.fields.keys():
                del self.fields[name]

    def clean(self) -> dict[str, object]:
        """Refuse another license model to who may not issue one: it counts as issued."""
        cleaned = super().clean()
        if self.is_model_closed and "license_model" in self.data:
            words = {"name": Privilege.CREATE.label}
            raise forms.ValidationError(_("Your user group lacks the privilege: %(name)s."), params=words)
        return cleaned

    @property
    def seen_at(self) -> datetime:
        """When the license was edited last that the form showed; long ago where that cannot be read."""
        return read_moment(self.cleaned_data["seen"]) or LONG_AGO

    def keep_seen(self, edited_at: datetime) -> None:
        """Take the present state as the one that the person has seen: a refusal told it; what they typed stays."""
        self.data = with_seen(self.data, edited_at)

    def edited(self) -> License:
        """Return a copy of the license as it is typed."""
        after, typed = copy(self.license), self.cleaned_data
        version: ProductVersion = self.versions[typed["version"]]
        after.product_version = version
        for name in (*_TYPED, *_NOTES, "max_activations"):
            if name in self.fields:
                setattr(after, name, typed[name])
        return after

    def ticked_features(self) -> tuple[Feature, ...] | None:
        """Return the features that are ticked; None where they are not to be chosen."""
        if "features" not in self.fields:
            return None
        return self.chosen_features(self.features_offered, self.license.product.pk)


class RenewForm(WithMailForm, IssuerForm):
    """How long licenses are renewed; what is not the issuer's to choose follows from the group's defaults."""

    expires_on = Day(label=gettext_lazy("Expires on"), required=False)
    expires_after_days = whole_number(
        gettext_lazy("Or by how many days"),
        least=1,
        most=MAX_DAYS,
        help_text=gettext_lazy("Counted from the later of today and the day on which it expires at present."),
    )
    maintenance_until = Day(label=gettext_lazy("Updates included until"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        issuer: Issuer,
        data: QueryDict | None = None,
        license: License | None = None,
        *,
        last_edited_at: datetime | None = None,
        mails: Mails = NO_MAILS,
    ) -> None:
        """Renew one `license`, or several, the last of which was changed at `last_edited_at`; `mails` may be sent."""
        super().__init__(issuer, data, _as_usual(issuer, license, license.edited_at if license else last_edited_at))
        self.offer_mails(mails)
        self.license = license
        if license is not None and license.days_to_begin and "expires_on" in self.fields:
            sentence = _("It then expires on this day whenever it is activated, instead of %(end)s.")
            self.fields["expires_on"].help_text = sentence % {"end": end_in_words(license)}
        if license is None and self._plan_days() and "maintenance_until" in self.fields:
            sentence = _("Empty: %(days)s days longer, where updates are included.")
            self.fields["maintenance_until"].help_text = sentence % {"days": self._plan_days()}

    @property
    def seen_at(self) -> datetime | None:
        """When a license that the form showed was edited last; long ago where that cannot be read.

        None where a form for several licenses does not say it.
        """
        typed: str = self.cleaned_data["seen"]
        return None if self.license is None and not typed else read_moment(typed) or LONG_AGO

    def keep_seen(self, edited_at: datetime) -> None:
        """Take the present state as the one that the person has seen: a refusal told it; what they typed stays."""
        self.data = with_seen(self.data, edited_at)

    def clean(self) -> dict[str, object]:
        """Refuse two ways of saying how long, and none."""
        cleaned = super().clean()
        if cleaned.get("expires_on") and cleaned.get("expires_after_days"):
            self.add_error("expires_after_days", _("Enter a date or a number of days, not both."))
        if not self.errors and self._wanted(cleaned) == Renewal():
            raise forms.ValidationError(
                _("Enter until when, or by how many days, to renew.")
                if _CHOSEN & self.fields.keys()
                else _("Your user group has no usual term, and may not choose one. Ask the vendor for it.")
            )
        return cleaned

    def renewal(self) -> Renewal:
        """Return what was typed, filled up from the group's defaults."""
        return self._wanted(self.cleaned_data)

    def shown(self) -> Renewal | None:
        """Return the renewal as typed, or with which the form begins; None where it cannot be done like this."""
        if not self.is_bound:
            return self.usual()
        return self.renewal() if self.is_valid() else None

    def usual(self) -> Renewal | None:
        """Return the renewal with which the form begins; None where there is none."""
        usual = self._wanted({name: self.get_initial_for_field(field, name) for name, field in self.fields.items()})
        return None if usual == Renewal() else usual

    def _wanted(self, typed: Mapping[str, object]) -> Renewal:
        group, days = self.issuer.group, typed.get("expires_after_days")
        may_choose = {"expires_on", "expires_after_days"} & self.fields.keys()
        usual = self.usual_days if group is not None and not may_choose else None
        is_usual = "maintenance_until" not in self.fields or self.license is None
        return Renewal(
            expires_on=day_or_none(typed.get("expires_on")),
            expiry_days=days if isinstance(days, int) else usual,
            maintenance_until=day_or_none(typed.get("maintenance_until")),
            maintenance_days=self._plan_days() if is_usual else None,
        )

    @property
    def usual_days(self) -> int | None:
        """By how many days the issuer's group usually renews."""
        return _usual_days(self.issuer.group, self.license)

    def _plan_days(self) -> int | None:
        """Return for how many days the group usually includes updates; None where it does not."""
        group = self.issuer.group
        return group.default_maintenance_days if group is not None and group.default_has_maintenance else None


def _as_usual(issuer: Issuer, license: License | None, seen: datetime | None) -> dict[str, object]:
    """Return what the form begins with: the group's usual days, and for one license the dates that follow."""
    group = issuer.group
    days = _usual_days(group, license)
    initial: dict[str, object] = {"seen": seen.isoformat() if seen else ""}
    is_by_days = "expires_after_days" in issuer.opened
    if is_by_days and (license is None or license.expires_on or license.expires_after_days):
        initial["expires_after_days"] = days
    elif license is not None and license.expires_on is not None and days:
        initial["expires_on"] = _prolonged(license.expires_on, days)
    if license is not None and license.maintenance_until is not None and group and group.default_maintenance_days:
        initial["maintenance_until"] = _prolonged(license.maintenance_until, group.default_maintenance_days)
    return initial


def _usual_days(group: UserGroup | None, license: License | None) -> int | None:
    """Return by how many days the group usually renews: at most until its latest expiry date, where that is later."""
    if group is None or license is None or group.default_expiry_days is None or group.latest_expiry_on is None:
        return group.default_expiry_days if group is not None else None
    today, begins_with = terms.today(), license.days_to_begin
    end = terms.days_after(today, begins_with) if begins_with else max(today, license.expires_on or today)
    left = (group.latest_expiry_on - end).days
    return min(group.default_expiry_days, left) if left > 0 else group.default_expiry_days


def _prolonged(end: date, days: int) -> date:
    return terms.days_after(max(terms.today(), end), days)


class RevokeForm(forms.Form):
    """Why licenses are revoked."""

    reason = Lines(
        label=gettext_lazy("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everybody who sees the license reads it in its timeline."),
    )
