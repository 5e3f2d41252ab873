"""What can be done with licenses from their list in Django's admin: each asks first, then calls its story."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin.base import staff_actor
from licenses import activation, issuing
from licenses.admin.asking import Question, ask, chosen, do_one_by_one, is_confirmed
from licenses.errors import LicenseError, Reason
from licenses.forms.activating import ActivateForm
from licenses.issuing import MAX_REASON
from licenses.models import License


class ReasonForm(forms.Form):
    """Why licenses are revoked."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Everybody who sees the license reads it in its timeline."),
    )


@admin.action(description=gettext_lazy("Activate on a computer…"), permissions=["change"])
def activate(
    model_admin: "ModelAdmin[License]", request: HttpRequest, queryset: QuerySet[License]
) -> HttpResponse | None:
    """Ask for the computer, then activate one license on it."""
    licenses = list(queryset.select_related("product_version__product")[:2])
    if len(licenses) != 1:
        messages.error(request, _("Choose one license to activate on a computer."))
        return None
    license = licenses[0]
    form = ActivateForm(license.product, request.POST.dict() if is_confirmed(request) else None)
    if form.is_valid() and _is_activated(request, license, form):
        return None
    question = Question(
        action="activate",
        title=_("Activate on a computer"),
        sentence=_("Its license file is issued at once. A computer that is active already uses nothing up."),
        button=_("Activate"),
        rows=((license, _left(license)),),
        form=form,
    )
    return ask(model_admin, request, question)


def _is_activated(request: HttpRequest, license: License, form: ActivateForm) -> bool:
    try:
        outcome = activation.activate(license.pk, staff_actor(request), **form.as_asked)
    except LicenseError as refusal:
        form.add_refusal(refusal)
        if refusal.reason is Reason.NONE_LEFT:
            form.add_error(None, refusal.sentence)
        return False
    if outcome.is_new:
        sentence = _("%(license)s is activated on %(computer)s.")
    else:
        sentence = _("%(license)s was active on %(computer)s already. Nothing was used up, its license file is new.")
    told = sentence % {"license": license, "computer": outcome.activation.label}
    address = reverse("licenses:license_file", args=[license.pk, outcome.activation.pk])
    messages.success(request, format_html('{} <a href="{}">{}</a>', told, address, _("Get the license file")))
    return True


def _left(license: License) -> str:
    return _("%(left)d of %(allowed)d activations are left.") % {
        "left": license.activations_left,
        "allowed": license.max_activations,
    }


@admin.action(description=gettext_lazy("Revoke…"), permissions=["change"])
def revoke(
    model_admin: "ModelAdmin[License]", request: HttpRequest, queryset: QuerySet[License]
) -> HttpResponse | None:
    """Ask for the reason, then revoke the licenses one by one."""
    licenses = chosen(request, queryset.select_related("product_version__product"))
    if not licenses:
        return None
    form = ReasonForm(request.POST if is_confirmed(request) else None)
    if form.is_valid():
        actor, reason = staff_actor(request), form.cleaned_data["reason"]
        done, was_done = _("%(row)s is revoked."), _("%(row)s was revoked already.")
        do_one_by_one(request, licenses, lambda row: issuing.revoke(row.pk, actor, reason=reason), done, was_done)
        return None
    question = Question(
        action="revoke",
        title=_("Revoke licenses"),
        sentence=_("Nobody can activate them or get their license files any more. Reinstating undoes it."),
        button=ngettext("Revoke %(number)d license", "Revoke %(number)d licenses", len(licenses))
        % {"number": len(licenses)},
        rows=tuple((license, _computers(license)) for license in licenses),
        form=form,
    )
    return ask(model_admin, request, question)


def _computers(license: License) -> str:
    if license.is_generic:
        return _("%(licensee)s: fits any computer.") % {"licensee": license.licensee}
    number = license.activations_in_use
    text = ngettext("%(number)d computer uses it.", "%(number)d computers use it.", number) % {"number": number}
    return f"{license.licensee}: {text}"


@admin.action(description=gettext_lazy("Reinstate…"), permissions=["change"])
def reinstate(
    model_admin: "ModelAdmin[License]", request: HttpRequest, queryset: QuerySet[License]
) -> HttpResponse | None:
    """Ask, then undo the revocation of licenses one by one."""
    licenses = chosen(request, queryset.select_related("product_version__product"))
    if not licenses:
        return None
    if is_confirmed(request):
        actor = staff_actor(request)
        done, was_done = _("%(row)s is reinstated."), _("%(row)s is not revoked.")
        do_one_by_one(request, licenses, lambda row: issuing.reinstate(row.pk, actor), done, was_done)
        return None
    question = Question(
        action="reinstate",
        title=_("Reinstate licenses"),
        sentence=_("They work again as before they were revoked, unless they have expired."),
        button=ngettext("Reinstate %(number)d license", "Reinstate %(number)d licenses", len(licenses))
        % {"number": len(licenses)},
        rows=tuple((license, _revocation(license)) for license in licenses),
    )
    return ask(model_admin, request, question)


def _revocation(license: License) -> str:
    if license.revoked_at is None:
        return _("Is not revoked.")
    return _("Revoked: %(reason)s") % {"reason": license.revoked_reason}
