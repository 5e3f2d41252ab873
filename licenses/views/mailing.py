"""Mailing licenses to their customers: choose what the mail says, look at it, send it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from licenses.errors import LicenseError
from licenses.forms.mailing import MailForm, offered_templates
from licenses.issuers import changer_of
from licenses.mailing import RELATED, mail_licenses, mail_refusal, preview
from licenses.models import Batch, License, Purpose
from licenses.sharing import customer_name
from licenses.views.gate import visible_license
from organizations.access import Action, get_visible_or_404, narrowed
from organizations.events import vendor_name
from organizations.middleware import SignedInRequest
from organizations.viewer import Viewer

SEND = "send"


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    """Show the mail as its customer will get it, the key masked; send it when asked to."""
    viewer, license = request.viewer, visible_license(request.viewer, license_id, Action.MAIL)
    form = MailForm(offered_templates(viewer), request.POST if request.method == "POST" else None)
    template, refusal = form.chosen(), mail_refusal(license)
    if template is not None and form.is_valid() and request.POST.get("do") == SEND:
        try:
            number = mail_licenses([license.pk], template, changer_of(viewer, license, Action.MAIL).actor)
        except LicenseError as error:
            form.add_error(None, error.sentence)
        else:
            sent, before = _("The mail to %(name)s is on its way."), _("This was mailed a moment ago, so not again.")
            messages.success(request, (sent if number else before) % {"name": customer_name(viewer, license)})
            return redirect(license)
    context = {
        "license": license,
        "form": form,
        "refusal": refusal,
        "preview": preview(viewer, template, [license]) if template is not None and refusal is None else None,
    }
    return render(request, "licenses/license_mail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def mail_batch(request: SignedInRequest, batch_id: UUID) -> HttpResponse:
    """Mail the licenses of an order to their customers; the first one's mail is shown before."""
    viewer = request.viewer
    order: Batch = get_visible_or_404(Batch.objects, viewer, batch_id)
    licenses = _mailable(viewer, order)
    form = MailForm(offered_templates(viewer, Purpose.NEW), request.POST if request.method == "POST" else None)
    template = form.chosen()
    if licenses and template is not None and form.is_valid() and request.POST.get("do") == SEND:
        actor = changer_of(viewer, licenses[0], Action.MAIL).actor
        try:
            number = mail_licenses([license.pk for license in licenses], template, actor)
        except LicenseError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, mails_in_words(number))
            return redirect("licenses:batch", batch_id=order.pk)
    first = [each for each in licenses if each.customer_id == licenses[0].customer_id] if licenses else []
    context = {
        "batch": order,
        "form": form,
        "number": len(licenses),
        "preview": preview(viewer, template, first) if template is not None and first else None,
    }
    return render(request, "licenses/batch_mail.html", context)


def _mailable(viewer: Viewer, order: Batch) -> list[License]:
    """Return the licenses of the order that have a customer; PermissionDenied where `viewer` may mail none of it."""
    rows = License.objects.visible_to(viewer).filter(batch=order)
    allowed = License.objects.visible_to(narrowed(viewer, Action.MAIL)).filter(batch=order)
    if rows.exists() and not allowed.exists():
        raise PermissionDenied(_("Mailing licenses is not yours to do. Ask %(names)s.") % {"names": vendor_name()})
    mailable = allowed.filter(revoked_at=None).exclude(customer=None).select_related(*RELATED).order_by("pk")
    return list(mailable.defer("comment"))


def mails_in_words(number: int) -> str:
    """Return how many mails are on their way."""
    if not number:
        return _("These were mailed a moment ago, so not again.")
    return ngettext("%(number)d mail is on its way.", "%(number)d mails are on their way.", number) % {"number": number}
