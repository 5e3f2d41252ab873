"""One form for an order: who gets licenses, of what, and how many; all of them are made, or none."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from licenses.errors import LicenseError
from licenses.forms.drafts import draft_of
from licenses.forms.orders import OrderForm
from licenses.in_one_step import place_and_mail
from licenses.issuers import Issuer, creating_refusal, issuer_of
from licenses.limits import meters
from licenses.mail_samples import preview_of_order
from licenses.mailing import Preview
from licenses.orders import Placed, place
from licenses.recipients import find_recipients
from licenses.views.mailing import mails_in_words
from organizations.middleware import SignedInRequest
from organizations.viewer import Viewer

FIND, SHOW_MAIL = "find", "show_mail"
LOOKED_AT = {"create", "mail"}
"""Buttons below what a list does: it was looked at, and is made."""
MAILING = {"mail", "make_and_mail"}


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest) -> HttpResponse:
    """Show the form of an order with its mail, find customers, say what a list will do, make and mail the licenses."""
    issuer, is_sent = _issuer(request.viewer), request.method == "POST"
    form = OrderForm(request.viewer, issuer, request.POST if is_sent else None)
    if not is_sent or _is_typing(request):
        return _page(request, issuer, form, is_typing=is_sent)
    if not form.is_valid() or (form.lines and not _is_looked_at(request, form)):
        return _page(request, issuer, form)
    placed = _placed(form, issuer, is_mailing=request.POST.get("do") in MAILING)
    if placed is None:
        return _page(request, issuer, form)
    messages.success(request, _said(*placed))
    return redirect("licenses:batch", batch_id=placed[0].batch.pk)


def _placed(form: OrderForm, issuer: Issuer, *, is_mailing: bool) -> tuple[Placed, int] | None:
    """Make the licenses, and queue their mails where that was asked for; None where the form says why not."""
    template = form.mail_to_send() if is_mailing else None
    if is_mailing and template is None:
        return None
    group_id = issuer.group.pk if issuer.group else None
    try:
        if template is not None:
            return place_and_mail(form.order(), template, group_id, issuer.actor)
        return place(form.order(), group_id, issuer.actor), 0
    except LicenseError as refusal:
        form.add_refusal(refusal)
        return None


def _is_looked_at(request: SignedInRequest, form: OrderForm) -> bool:
    """Return whether what the list does was shown exactly as it is sent now, and is made."""
    return request.POST.get("do") in LOOKED_AT and form.is_looked_at


def _is_typing(request: SignedInRequest) -> bool:
    """Return whether the order is still being typed: a customer is found or chosen, or the mail is looked at.

    Nothing is checked or made then.
    """
    is_finding = request.headers.get("HX-Trigger-Name") == "find"
    return is_finding or request.POST.get("do") in {FIND, SHOW_MAIL} or "choose" in request.POST


def _issuer(viewer: Viewer) -> Issuer:
    """Return as whom the person issues. The page does not exist for customers; other people are told whom to ask."""
    issuer = issuer_of(viewer)
    if issuer is None:
        raise creating_refusal(viewer)
    return issuer


def _said(placed: Placed, mails: int) -> str:
    if not placed.is_new:
        return _("This form was sent before, so nothing was made again.")
    number = len(placed.licenses)
    made = ngettext("%(number)d license is made.", "%(number)d licenses are made.", number) % {"number": number}
    return f"{made} {mails_in_words(mails)}" if mails else made


def _page(request: SignedInRequest, issuer: Issuer, form: OrderForm, *, is_typing: bool = False) -> HttpResponse:
    if is_typing:
        form = form.shown_again(request.POST.get("choose", ""))
    is_finding = is_typing and request.POST.get("do") != SHOW_MAIL
    text = str(form["find"].value() or "")
    context = {
        "form": form,
        "group": issuer.group,
        "meters": meters(issuer.group) if issuer.group else [],
        "found": find_recipients(request.viewer, issuer, text) if is_finding else [],
        "is_finding": is_finding,
        "lines": form.lines,
        "is_list_wrong": form.is_list_wrong,
        "total": form.total,
        "preview": _preview(request.viewer, issuer, form),
    }
    return render(request, "licenses/license_create.html", context)


def _preview(viewer: Viewer, issuer: Issuer, form: OrderForm) -> Preview | None:
    """Return the mail as the order is typed so far; None where no mail is sent, or no product is there."""
    template, order = form.shown_mail, draft_of(form)
    return preview_of_order(viewer, issuer, template, order) if template is not None and order is not None else None
