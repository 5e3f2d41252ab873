"""Choosing what a mail about licenses says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.ids import id_or_none
from licenses.in_one_step import nobody_to_mail
from licenses.issuers import may_mail
from licenses.models import License, MailTemplate, Purpose
from organizations.events import vendor_name
from organizations.viewer import Viewer


def offered_templates(viewer: Viewer, purpose: Purpose | None = None) -> list[MailTemplate]:
    """Return the mails that `viewer` may send, by name; those for `purpose` first."""
    rows = MailTemplate.objects.visible_to(viewer).order_by("name")
    return sorted(rows, key=lambda template: template.purpose != purpose)


@dataclass(frozen=True)
class Mails:
    """The mails that somebody may send in the same step, and why there is none."""

    templates: tuple[MailTemplate, ...] = ()
    refusal: str = ""


def mails_for(viewer: Viewer, purpose: Purpose, licenses: Sequence[License] = ()) -> Mails:
    """Return the mails that `viewer` may send together with making licenses, or with renewing these `licenses`."""
    if not may_mail(viewer):
        return Mails(refusal=_("Mailing licenses is not yours to do. Ask %(names)s.") % {"names": vendor_name()})
    if licenses and (refusal := nobody_to_mail(licenses)):
        return Mails(refusal=refusal.sentence)
    found = tuple(offered_templates(viewer, purpose))
    return Mails(found, "" if found else _("The vendor has not written a mail yet that could be sent."))


class WithMailForm(forms.Form):
    """A form that can mail what it does in the same step: the field is there where a mail may be sent."""

    template = forms.TypedChoiceField(
        label=gettext_lazy("What the mail says"), coerce=UUID, empty_value=None, required=False
    )
    mails = Mails()

    def offer_mails(self, mails: Mails) -> None:
        """Let one of `mails` be chosen; without any, the field does not exist."""
        self.mails, field = mails, self.fields["template"]
        if isinstance(field, forms.ChoiceField):
            field.choices = _choices(mails.templates)
        if not mails.templates:
            del self.fields["template"]

    @property
    def shown_mail(self) -> MailTemplate | None:
        """The mail that is chosen now, the first where none is; None where none may be sent."""
        typed = self["template"].value() if self.mails.templates else None
        return _chosen(self.mails.templates, typed)

    def mail_to_send(self) -> MailTemplate | None:
        """Return the mail that is chosen; None, and say why, where none is. The form is valid before."""
        found: UUID | None = self.cleaned_data.get("template")
        if found is None and self.mails.templates:
            self.add_error("template", _("Choose what the mail says."))
        elif found is None:
            self.add_error(None, f"{_('Nothing was done.')} {self.mails.refusal}")
        return next((each for each in self.mails.templates if each.pk == found), None)


def _choices(templates: Sequence[MailTemplate]) -> list[tuple[str, str]]:
    return [(str(each.pk), each.name) for each in templates]


def _chosen(templates: Sequence[MailTemplate], typed: object) -> MailTemplate | None:
    """Return the template with the id that was typed; the first where there is none of it."""
    found = id_or_none(str(typed or ""))
    return next((each for each in templates if each.pk == found), next(iter(templates), None))


class MailForm(forms.Form):
    """One of the mails that staff wrote."""

    template = forms.TypedChoiceField(label=gettext_lazy("What the mail says"), coerce=UUID)

    def __init__(self, templates: Sequence[MailTemplate], data: Mapping[str, object] | None = None) -> None:
        super().__init__(data)
        self.templates = templates
        field = self.fields["template"]
        if isinstance(field, forms.ChoiceField):
            field.choices = _choices(templates)

    def chosen(self) -> MailTemplate | None:
        """Return the mail that is chosen now, the first where none is; None while staff wrote none."""
        return _chosen(self.templates, self.data.get("template"))
