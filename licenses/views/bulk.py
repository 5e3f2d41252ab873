"""Renew, revoke or export licenses that were selected in the list: all of what is possible at once, or nothing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from licenses.bulk import MOST_AT_ONCE, Chosen, chosen, revoke_several, with_renewal, without_revoked
from licenses.errors import LicenseError
from licenses.exporting import Export, export_refusal, record_export
from licenses.filters import Criteria
from licenses.forms.changing import RenewForm, RevokeForm
from licenses.forms.mailing import mails_for
from licenses.in_one_step import renew_and_mail
from licenses.list_page import list_address
from licenses.mail_samples import renewal_preview
from licenses.mailing import Preview
from licenses.models import License, Purpose
from licenses.renewing import renew_several
from licenses.selection import ids_in
from licenses.views.export import headers_of
from licenses.views.gate import visible_selection
from licenses.views.mailing import mails_in_words
from organizations.access import Action
from organizations.middleware import SignedInRequest
from organizations.spreadsheets import csv_parts


@require_http_methods(["GET", "HEAD", "POST"])
def renew_selected(request: SignedInRequest) -> HttpResponse:
    """Say until when each selected license would last, then renew them: all of those shown, or none."""
    if request.method != "POST":
        return redirect("licenses:list")
    licenses = _selected(request)
    selected = chosen(request.viewer, licenses, Action.RENEW)
    if selected.issuer is None:
        return _nothing_to_do(request, selected, "licenses/licenses_renew.html")
    asked, last_edited_at = request.POST.get("do"), max(each.edited_at for each in licenses)
    mails = mails_for(request.viewer, Purpose.RENEWED, [part.license for part in selected.possible])
    data = request.POST if asked in {"look", "show_mail", "renew", "mail"} else None
    form = RenewForm(selected.issuer, data, last_edited_at=last_edited_at, mails=mails)
    renewal = form.shown()
    selected = with_renewal(selected, renewal)
    if asked in {"look", "show_mail"}:
        form.keep_seen(last_edited_at)
    if renewal is None or asked not in {"renew", "mail"} or selected.impossible:
        return _page(request, "licenses/licenses_renew.html", selected, form)
    said = _renewal_done(form, selected, is_mailing=asked == "mail")
    if said is None:
        form.keep_seen(last_edited_at)
        return _page(request, "licenses/licenses_renew.html", selected, form)
    messages.success(request, said)
    return redirect(_list_of(request))


def _renewal_done(form: RenewForm, selected: Chosen, *, is_mailing: bool) -> str | None:
    """Renew what is selected, mail it to its customers where that was asked for, and say so: all or nothing.

    None where the form says why not.
    """
    template = form.mail_to_send() if is_mailing else None
    if is_mailing and template is None:
        return None
    ids, renewal = [part.license.pk for part in selected.possible], form.renewal()
    try:
        if template is None:
            return _renewed(len(renew_several(ids, selected.actors, renewal, edited_at=form.seen_at)))
        done, number = renew_and_mail(ids, selected.actors, renewal, template, edited_at=form.seen_at)
    except LicenseError as refusal:
        form.add_refusal(refusal)
        return None
    return f"{_renewed(len(done))} {mails_in_words(number)}"


@require_http_methods(["GET", "HEAD", "POST"])
def revoke_selected(request: SignedInRequest) -> HttpResponse:
    """Ask why, then revoke the selected licenses: all of those shown, or none."""
    if request.method != "POST":
        return redirect("licenses:list")
    selected = without_revoked(chosen(request.viewer, _selected(request), Action.REVOKE))
    if not selected.possible:
        return _nothing_to_do(request, selected, "licenses/licenses_revoke.html")
    is_sent = request.POST.get("do") == "revoke"
    form = RevokeForm(request.POST if is_sent else None)
    if not form.is_valid() or selected.impossible:
        return _page(request, "licenses/licenses_revoke.html", selected, form)
    ids = [part.license.pk for part in selected.possible]
    try:
        number = revoke_several(ids, selected.actors, reason=form.cleaned_data["reason"])
    except LicenseError as refusal:
        form.add_error("reason", refusal.sentence)
        return _page(request, "licenses/licenses_revoke.html", selected, form)
    messages.success(request, _revoked(number))
    return redirect(_list_of(request))


@require_http_methods(["GET", "HEAD", "POST"])
def export_selected(request: SignedInRequest) -> HttpResponseBase:
    """Send the selected licenses as CSV."""
    if request.method != "POST":
        return redirect("licenses:list")
    viewer = request.viewer
    if refusal := export_refusal(viewer):
        raise PermissionDenied(refusal)
    selected = [each.pk for each in _selected(request)]
    if not selected:
        messages.info(request, _select_first())
        return redirect(_list_of(request))
    criteria = _criteria(request)
    exported = Export(viewer, criteria, selected)
    record_export(viewer, criteria, "csv", exported.count(), is_for_group=exported.is_for_group())
    return StreamingHttpResponse(csv_parts(exported.head, exported.batches()), headers=headers_of("csv"))


def _selected(request: SignedInRequest) -> list[License]:
    """Return the selected licenses that exist for the person, soonest to expire first; no more than fit on a page."""
    return visible_selection(request.viewer, ids_in(request.POST.getlist("license"))[:MOST_AT_ONCE])


def _criteria(request: SignedInRequest) -> Criteria:
    return Criteria.read(request.viewer, request.POST.dict())


def _list_of(request: SignedInRequest) -> str:
    """Return the address of the list in the state in which the licenses were selected."""
    return list_address(_criteria(request))


def _select_first() -> str:
    return _("Select the licenses in the list first.")


def _nothing_to_do(request: SignedInRequest, selected: Chosen, template: str) -> HttpResponse:
    """Lead back to the list without a selection; else say why nothing of it can be done."""
    if not selected.parts:
        messages.info(request, _select_first())
        return redirect(_list_of(request))
    return _page(request, template, selected, None)


def _page(
    request: SignedInRequest, template: str, selected: Chosen, form: RenewForm | RevokeForm | None
) -> HttpResponse:
    context = {
        "selected": selected,
        "form": form,
        "kept": _criteria(request).parameters(),
        "list_url": _list_of(request),
        "preview": _preview(request, selected, form) if isinstance(form, RenewForm) else None,
        "is_refused": bool(request.POST.get("do")) and bool(selected.impossible),
    }
    return render(request, template, context, status=403 if selected.is_forbidden else 200)


def _preview(request: SignedInRequest, selected: Chosen, form: RenewForm) -> Preview | None:
    licenses = [part.license for part in selected.possible]
    return renewal_preview(request.viewer, form.shown_mail, licenses, form.shown())


def _renewed(number: int) -> str:
    return ngettext("%(number)d license is renewed.", "%(number)d licenses are renewed.", number) % {"number": number}


def _revoked(number: int) -> str:
    return ngettext("%(number)d license is revoked.", "%(number)d licenses are revoked.", number) % {"number": number}
