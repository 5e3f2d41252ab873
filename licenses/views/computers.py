"""Every computer in use on licenses that a person sees: the list, search, and deactivating several at once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from licenses.activation_key import holds_key
from licenses.activators import name_activators
from licenses.computer_list import Place, computer_page
from licenses.deactivating import activate_again, deactivate_several
from licenses.errors import LicenseError
from licenses.issuing import SHORTEST_KEY
from licenses.models import Activation
from licenses.searching import (
    MAX_TEXT,
    SHORTEST_BEGINNING,
    could_be_key,
    license_of_key,
    read_text,
    searched_by,
)
from licenses.selection import MOST_AT_ONCE, Selection, ids_in, selection_of
from licenses.sharing import customer_name, shows_customers
from licenses.views.gate import visible_activations
from licenses.views.searching import is_typing
from organizations.access import Action, may
from organizations.middleware import SignedInRequest
from organizations.paging import Page
from organizations.viewer import Viewer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Row:
    """One computer in the list: its license's customer as the viewer may know them, and whether it can be selected."""

    activation: Activation
    customer_name: str
    can_select: bool


@require_safe
def computer_list(request: SignedInRequest) -> HttpResponse:
    """Show one page of the computers in use on licenses that exist for the person, or of those that a text finds."""
    parameters = request.GET.dict()
    text = read_text(parameters)
    page = computer_page(request.viewer, text, Place.read(parameters))
    return _list_page(request, page, text, undo=_undo(request.viewer, parameters.get("deactivated", "")))


@require_http_methods(["GET", "HEAD", "POST"])
def search_computers(request: SignedInRequest) -> HttpResponse:
    """Lead to the license whose whole activation key was typed, or to the list of what the text finds.

    What may be a key and finds nothing never stands in an address: the page itself answers then.
    Reading this address leads to the list: sign-in comes back here, too.
    """
    if request.method != "POST":
        return redirect("licenses:computers")
    viewer, text = request.viewer, request.POST.get("q", "").strip()[:MAX_TEXT]
    if license := license_of_key(viewer, text):
        return redirect(license)
    if could_be_key(text, SHORTEST_BEGINNING if is_typing(request) else SHORTEST_KEY):
        page = computer_page(viewer, text, Place())
        if not page.rows or holds_key(text):
            response = _list_page(request, Page(page.rows, None, None, page.count_text), text)
            response["HX-Push-Url"] = _list_address()
            return response
    return redirect(_list_address(q=text))


@require_http_methods(["GET", "HEAD", "POST"])
def deactivate_computers(request: SignedInRequest) -> HttpResponse:
    """Say what deactivating the selected computers frees and what quota is left, then deactivate them: all or none.

    Whether the quotas reach is then decided once more with the licenses locked: what was read here may
    be older than what somebody else did at the same moment.
    """
    viewer, text = request.viewer, read_text(request.POST.dict())
    selected = ids_in(request.POST.getlist("computer"))
    if len(selected) > MOST_AT_ONCE:
        messages.error(request, _too_many(len(selected)))
        return redirect(_list_address(q=text))
    activations = visible_activations(viewer, pk__in=selected)
    selection = selection_of(viewer, activations)
    if not selection.shares:
        messages.info(request, _nothing_to_do(activations))
        return redirect(_list_address(q=text))
    if "confirm" not in request.POST or not selection.is_theirs:
        return _confirmation(request, selection, text, is_refused="confirm" in request.POST)
    try:
        done = deactivate_several(selected, selection.actors)
    except LicenseError:
        now_possible = selection_of(viewer, visible_activations(viewer, pk__in=selected))
        return _confirmation(request, now_possible, text, is_refused=True)
    messages.success(request, _deactivated(done.activations, len(activations) - len(done.activations)))
    return redirect(_list_address(q=text, deactivated=str((done.at - _EPOCH) // _INSTANT)))


@require_http_methods(["GET", "HEAD", "POST"])
def undo_deactivating(request: SignedInRequest) -> HttpResponse:
    """Activate again, within the hour, what the person has deactivated at one moment: all of it or nothing."""
    if request.method != "POST":
        return redirect("licenses:computers")
    viewer, text, moment = request.viewer, read_text(request.POST.dict()), request.POST.get("deactivated", "")
    freed = _deactivated_at(viewer, moment, Action.ACTIVATE)
    actors = {each.license_id: viewer.actor_on(viewer.ways_to(each.license)) for each in freed}
    try:
        active = activate_again([each.pk for each in freed], actors)
    except LicenseError as refusal:
        messages.error(request, f"{_('Nothing was changed.')} {refusal.sentence}")
        return redirect(_list_address(q=text, deactivated=moment))
    if active:
        messages.success(request, _active_again(active))
    else:
        messages.info(request, _("There is nothing to undo any more; nothing was changed."))
    return redirect(_list_address(q=text))


def _list_address(**parameters: str) -> str:
    query = urlencode({name: value for name, value in parameters.items() if value})
    return reverse("licenses:computers") + (f"?{query}" if query else "")


def _list_page(request: SignedInRequest, page: Page[Activation], text: str, undo: str = "") -> HttpResponse:
    viewer = request.viewer
    name_activators(viewer, page.rows)
    rows = [
        Row(each, customer_name(viewer, each.license), may(viewer, Action.DEACTIVATE, each.license))
        for each in page.rows
    ]
    context = {
        "page": page,
        "rows": rows,
        "text": text,
        "searched_by": searched_by(viewer),
        "list_url": _list_address(),
        "shows_customer": shows_customers(viewer),
        "can_select": any(row.can_select for row in rows),
        "undo": undo,
    }
    return render(request, "licenses/computer_list.html", context)


def _confirmation(
    request: SignedInRequest, selection: Selection, text: str, *, is_refused: bool = False
) -> HttpResponse:
    """Show what is possible and what is not; a refusal when nothing of it is theirs to do."""
    is_forbidden = bool(selection.shares) and all(share.not_allowed for share in selection.shares)
    context = {
        "selection": selection,
        "text": text,
        "list_url": _list_address(q=text),
        "is_refused": is_refused,
        "is_forbidden": is_forbidden,
    }
    return render(request, "licenses/computers_deactivate.html", context, status=403 if is_forbidden else 200)


def _undo(viewer: Viewer, moment: str) -> str:
    """Return `moment` if the person deactivated computers then and can still undo that."""
    freed = _deactivated_at(viewer, moment) if moment else []
    can_undo = bool(freed) and all(each.can_undo and may(viewer, Action.ACTIVATE, each.license) for each in freed)
    return moment if can_undo else ""


def _deactivated_at(viewer: Viewer, moment: str, action: Action = Action.SEE) -> list[Activation]:
    """Return what the person deactivated at that moment, in microseconds since 1970; nothing where it is none."""
    try:
        at = _EPOCH + int(moment) * _INSTANT
    except (ValueError, OverflowError):
        return []
    return visible_activations(viewer, action, deactivated_by=viewer.user, deactivated_at=at)


def _too_many(number: int) -> str:
    return _("At most %(most)d computers can be deactivated at once; %(number)d were selected. Select fewer.") % {
        "most": MOST_AT_ONCE,
        "number": number,
    }


def _nothing_to_do(activations: list[Activation]) -> str:
    if not activations:
        return _("Select the computers to deactivate in the list first.")
    if len(activations) == 1:
        label = activations[0].label
        return _("%(computer)s was deactivated before; nothing was changed.") % {"computer": label}
    number = len(activations)
    return _("The %(number)d computers were deactivated before; nothing was changed.") % {"number": number}


def _deactivated(activations: list[Activation], before: int) -> str:
    """Return the sentence that says what was deactivated, and how many of the selected ones had been `before`."""
    sentence = ngettext(
        "%(number)d computer is deactivated on %(licenses)s.",
        "%(number)d computers are deactivated on %(licenses)s.",
        len(activations),
    ) % {"number": len(activations), "licenses": _on_licenses(activations)}
    if before:
        earlier = ngettext("%d more was deactivated before.", "%d more were deactivated before.", before)
        sentence = f"{sentence} {earlier % before}"
    return sentence


def _active_again(activations: list[Activation]) -> str:
    return ngettext(
        "%(number)d computer is active again on %(licenses)s and needs its new license file.",
        "%(number)d computers are active again on %(licenses)s and need their new license files.",
        len(activations),
    ) % {"number": len(activations), "licenses": _on_licenses(activations)}


def _on_licenses(activations: list[Activation]) -> str:
    number = len({each.license_id for each in activations})
    return ngettext("%d license", "%d licenses", number) % number
