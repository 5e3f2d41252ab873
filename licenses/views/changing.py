"""Edit and renew a license, within the privileges and limits of the user group."""

from uuid import UUID

from django.contrib import messages
from django.forms import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from licenses import issuing
from licenses.ends import end_in_words
from licenses.errors import LicenseError, Reason
from licenses.forms.changing import EditForm, RenewForm
from licenses.forms.mailing import mails_for
from licenses.in_one_step import renew_and_mail
from licenses.issuers import Issuer, changer_of
from licenses.limits import meters
from licenses.mail_samples import renewal_preview
from licenses.models import License, LicenseModel, Purpose
from licenses.renewing import renew_several
from licenses.views.gate import visible_license
from licenses.views.mailing import mails_in_words
from licenses.wording import day_in_words
from organizations.access import Action
from organizations.middleware import SignedInRequest

MAIL, SHOW_MAIL = "mail", "show_mail"


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    """Change the terms and notes of a license: exactly the fields that are theirs to set."""
    license = visible_license(request.viewer, license_id, Action.EDIT)
    issuer = changer_of(request.viewer, license, Action.EDIT)
    form = EditForm(issuer, license, request.POST if request.method == "POST" else None)
    if form.is_valid() and (done := _edited(form, issuer)):
        messages.success(request, _saved(license, done))
        return redirect(license)
    context = {"license": license, "form": form, "meters": meters(issuer.group) if issuer.group else []}
    return render(request, "licenses/license_edit.html", context)


def _saved(before: License, after: License) -> str:
    said = _("The license is saved.")
    is_new, ends = before.license_model != after.license_model, bool(after.expires_on or after.expires_after_days)
    if is_new and after.license_model == LicenseModel.PERMANENT and not ends:
        return f"{said} {_('It is permanent now and does not expire any more.')}"
    return said


def _edited(form: EditForm, issuer: Issuer) -> License | None:
    """Save what was typed and return the license; None where a refusal is shown in the form."""
    try:
        return issuing.edit(form.edited(), issuer.actor, features=form.ticked_features(), edited_at=form.seen_at)
    except ValidationError as error:
        form.add_error("features", error)
    except LicenseError as refusal:
        form.add_refusal(refusal)
        if refusal.reason is Reason.STALE:
            form.license.refresh_from_db(fields=["edited_at"])
            form.keep_seen(form.license.edited_at)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    """Set a later date on which a license expires, or until which updates are included; mail it in the same step."""
    viewer, license = request.viewer, visible_license(request.viewer, license_id, Action.RENEW)
    issuer = changer_of(viewer, license, Action.RENEW)
    mails = mails_for(viewer, Purpose.RENEWED, [license])
    form = RenewForm(issuer, request.POST if request.method == "POST" else None, license, mails=mails)
    is_sent = request.POST.get("do") != SHOW_MAIL and form.is_valid()
    if is_sent and (said := _renewal_done(form, license, issuer, is_mailing=request.POST.get("do") == MAIL)):
        messages.success(request, said)
        return redirect(license)
    context = {
        "license": license,
        "form": form,
        "group": issuer.group,
        "preview": renewal_preview(viewer, form.shown_mail, [license], form.shown()),
    }
    return render(request, "licenses/license_renew.html", context)


def _renewal_done(form: RenewForm, license: License, issuer: Issuer, *, is_mailing: bool) -> str:
    """Renew the license, mail it where that was asked for, and say so; empty where the form says why not."""
    template = form.mail_to_send() if is_mailing else None
    if is_mailing and template is None:
        return ""
    renewal, actors, number = form.renewal(), {license.pk: issuer.actor}, 0
    try:
        if template is None:
            [done] = renew_several([license.pk], actors, renewal, edited_at=form.seen_at)
        else:
            [done], number = renew_and_mail([license.pk], actors, renewal, template, edited_at=form.seen_at)
    except LicenseError as refusal:
        form.add_refusal(refusal)
        if refusal.reason is Reason.STALE:
            license.refresh_from_db(fields=["edited_at", "expires_on", "expires_after_days", "maintenance_until"])
            form.keep_seen(license.edited_at)
        return ""
    return f"{_renewed(done)} {mails_in_words(number)}" if is_mailing else _renewed(done)


def _renewed(license: License) -> str:
    """Return the sentence that says until when a license now lasts."""
    said = [_("The license is renewed.")]
    if license.days_to_begin:
        said.append(_("It expires %(end)s.") % {"end": end_in_words(license)})
    elif license.expires_on is not None:
        said.append(_("It expires on %(day)s.") % {"day": day_in_words(license.expires_on)})
    if license.maintenance_until is not None:
        said.append(_("Updates are included until %(day)s.") % {"day": day_in_words(license.maintenance_until)})
    return " ".join(said)
