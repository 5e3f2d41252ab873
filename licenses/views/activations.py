"""Activate, replace, deactivate, rename, and the license file of a computer."""

import io
import zipfile
from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.audit import Actor
from licenses import activation as stories
from licenses import license_files as files
from licenses import refusals
from licenses.activation import Outcome
from licenses.doors import doors
from licenses.errors import LicenseError
from licenses.forms.activating import ActivateForm, RenameForm, RequestFileForm
from licenses.models import Activation, License, LicenseFile
from licenses.quota import quota_of, quota_refusal
from licenses.request_file import read_link
from licenses.views.gate import visible_activation, visible_license
from organizations.access import Action, may
from organizations.middleware import SignedInRequest
from organizations.viewer import Viewer

LICENSE_FILE_MEDIA_TYPE = "text/plain; charset=utf-8"
REPLACEABLE_SHOWN = 100
_TO_ACTIVATE = "product_version__product"
"""What the page needs beside the license itself, whoever serves it and sees it."""


@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    """Ask for a computer ID and a name, activate, and lead to the license file."""
    license = visible_license(request.viewer, license_id, Action.ACTIVATE, _TO_ACTIVATE)
    if is_request_file_sent(request):
        return _filled_in_page(request, license)
    if request.method != "POST":
        wish, problems = read_link(request.GET.dict())
        return _activate_page(request, license, ActivateForm(license.product, wish=wish), problems=problems)
    form = ActivateForm(license.product, request.POST.dict())
    if not form.is_valid():
        return _activate_page(request, license, form)
    asked = form.as_asked
    if refusal := refusals.certain_refusal(license, asked["computer_id"], asked["is_unusual_confirmed"]):
        form.add_refusal(refusal)
        return _activate_page(request, license, form)
    try:
        outcome = stories.activate(license.pk, _actor(request.viewer, license), **asked)
    except LicenseError as late:
        return _activate_page(request, license, form, late)
    return to_license_file(request, outcome)


@require_POST
def replace(request: SignedInRequest, license_id: UUID, activation_id: UUID) -> HttpResponse:
    """Deactivate that computer and activate the one typed, in one step; refused, show the form again."""
    activation = visible_activation(request.viewer, license_id, activation_id, Action.REPLACE)
    license = activation.license
    if is_request_file_sent(request):
        return _filled_in_page(request, license)
    form = ActivateForm(license.product, request.POST.dict())
    if not form.is_valid():
        return _activate_page(request, license, form)
    try:
        outcome = stories.replace(activation.pk, _actor(request.viewer, license), **form.as_asked)
    except LicenseError as refusal:
        return _activate_page(request, license, form, refusal)
    return to_license_file(request, outcome)


@require_http_methods(["GET", "HEAD", "POST"])
def deactivate(request: SignedInRequest, license_id: UUID, activation_id: UUID) -> HttpResponse:
    """Say what deactivating frees and what quota is left, then deactivate."""
    activation = visible_activation(request.viewer, license_id, activation_id, Action.DEACTIVATE)
    actor = _actor(request.viewer, activation.license)
    if not activation.is_in_use:
        return _deactivated(request, activation, is_done=False)
    if request.method != "POST":
        return _deactivate_page(request, activation, actor)
    try:
        is_done = stories.deactivate(activation.pk, actor)
    except LicenseError:
        return _deactivate_page(request, activation, actor, is_refused=True)
    return _deactivated(request, activation, is_done=is_done)


@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: SignedInRequest, license_id: UUID, activation_id: UUID) -> HttpResponse:
    """Give a computer another name."""
    activation = visible_activation(request.viewer, license_id, activation_id, Action.RENAME_COMPUTER)
    license = activation.license
    if not activation.is_in_use:
        messages.info(request, _("%(computer)s is not in use any more.") % {"computer": activation.label})
        return redirect(license)
    form = RenameForm(activation, request.POST.dict() if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        try:
            stories.rename_computer(
                activation.pk, _actor(request.viewer, license), name=typed["computer_name"], was=typed["was"]
            )
        except LicenseError as refusal:
            activation.refresh_from_db(fields=["computer_name"])
            form.add_refusal(refusal)
            form.keep_seen(activation.computer_name)
        else:
            name = typed["computer_name"] or activation.computer_id
            messages.success(request, _("The computer is now called %(name)s.") % {"name": name})
            return redirect(license)
    return render(
        request, "licenses/activation_rename.html", {"license": license, "activation": activation, "form": form}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def license_file(request: SignedInRequest, license_id: UUID, activation_id: UUID) -> HttpResponse:
    """Show the license file of a computer, to copy and to download; a POST issues it anew."""
    activation = visible_activation(request.viewer, license_id, activation_id, Action.GET_LICENSE_FILE)
    if request.method == "POST":
        try:
            files.issue_license_file(activation.pk, _actor(request.viewer, activation.license))
        except LicenseError as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("A new license file was issued. The one before is replaced."))
        return redirect("licenses:license_file", license_id, activation_id)
    if "download" in request.GET and not refusals.license_file_refusal(activation):
        return _download(_current_file(activation).text.encode(), LICENSE_FILE_MEDIA_TYPE, _filename(activation))
    return _license_file_page(request, activation)


@require_POST
def license_files(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    """Issue anew every license file that is out of date, as one archive."""
    license = visible_license(request.viewer, license_id, Action.GET_LICENSE_FILE)
    try:
        outdated = files.issue_outdated_license_files(license.pk, _actor(request.viewer, license))
    except LicenseError as refusal:
        messages.error(request, refusal.sentence)
        return redirect(license)
    if not outdated:
        messages.info(request, _("All license files are up to date. Open a computer’s license file to download it."))
        return redirect(license)
    name = f"{license.product.slug}-{license.key_tail}-license-files.zip"
    return _download(_archive(outdated), "application/zip", name)


def _actor(viewer: Viewer, license: License) -> Actor:
    return viewer.actor_on(viewer.ways_to(license))


def is_request_file_sent(request: SignedInRequest) -> bool:
    """Return whether a request file is to fill in the form: it was chosen, or the button for it was pressed."""
    return request.method == "POST" and ("request_file" in request.FILES or "fill" in request.POST)


def _filled_in_page(request: SignedInRequest, license: License) -> HttpResponse:
    """Show the form with what a request file asks for; what was typed stays where the file cannot be read."""
    upload = RequestFileForm(request.POST.dict(), request.FILES, license.product)
    wish = upload.wish
    return _activate_page(request, license, ActivateForm(license.product, wish=wish), upload=upload)


def _activate_page(
    request: SignedInRequest,
    license: License,
    form: ActivateForm,
    refusal: LicenseError | None = None,
    *,
    upload: RequestFileForm | None = None,
    problems: Sequence[str] = (),
) -> HttpResponse:
    """Show the form; at the limit with the computers that could be replaced.

    After a `refusal` of the story the license is read again: somebody else was quicker.
    """
    if refusal is not None:
        license.refresh_from_db(fields=refusals.DECISIVE)
        form.add_refusal(refusal)
    actor = _actor(request.viewer, license)
    may_replace = license.activations_left <= 0 and may(request.viewer, Action.REPLACE, license)
    quota = quota_of(license) if may_replace and not refusals.is_exempt_from_quota(actor) else None
    replacing = quota_refusal(quota)
    standing = refusals.activation_refusal(license, replacing)
    in_use = license.activations.in_use().order_by("-pk")
    context = {
        "license": license,
        "product": license.product,
        "form": form,
        "upload": upload or RequestFileForm(),
        "is_refused": upload is not None and not upload.is_valid(),
        "is_filled_in": upload is not None and upload.is_valid(),
        "problems": problems,
        "refusal": standing,
        "doors": doors(request.viewer, license, standing),
        "computers": list(in_use[:REPLACEABLE_SHOWN]) if may_replace and not replacing else [],
        "quota": quota,
    }
    return render(request, "licenses/license_activate.html", context)


def to_license_file(request: SignedInRequest, outcome: Outcome) -> HttpResponse:
    """Say what activating did, and lead to the license file."""
    activation = outcome.activation
    address = reverse("licenses:license_file", args=[activation.license_id, activation.pk])
    if outcome.is_new:
        messages.success(request, _("%(computer)s is activated.") % {"computer": activation.label})
        return redirect(f"{address}?activated")
    messages.info(
        request,
        _("%(computer)s was active already, so nothing was used up. Its license file was issued anew.")
        % {"computer": activation.label},
    )
    return redirect(address)


def _deactivate_page(
    request: SignedInRequest, activation: Activation, actor: Actor, *, is_refused: bool = False
) -> HttpResponse:
    license = activation.license
    refusal = refusals.deactivation_refusal(license, actor)
    context = {
        "license": license,
        "activation": activation,
        "quota": None if refusals.is_exempt_from_quota(actor) else quota_of(license),
        "refusal": refusal,
        "doors": doors(request.viewer, license, refusal),
        "is_refused": is_refused,
        "consequence": license.product.get_after_deactivation_display(),
    }
    return render(request, "licenses/activation_deactivate.html", context)


def _deactivated(request: SignedInRequest, activation: Activation, *, is_done: bool) -> HttpResponse:
    if is_done:
        sentence = _("%(computer)s is deactivated. Its activation is free again.")
        messages.success(request, sentence % {"computer": activation.label})
    else:
        sentence = _("%(computer)s was deactivated before; nothing was changed.")
        messages.info(request, sentence % {"computer": activation.label})
    return redirect(activation.license)


def _license_file_page(request: SignedInRequest, activation: Activation) -> HttpResponse:
    refusal = refusals.license_file_refusal(activation)
    context = {
        "license": activation.license,
        "activation": activation,
        "product": activation.license.product,
        "file": None if refusal else _current_file(activation),
        "filename": _filename(activation),
        "is_out_of_date": not refusal and activation.needs_license_file,
        "refusal": refusal,
        "doors": doors(request.viewer, activation.license, refusal),
        "just_activated": "activated" in request.GET,
    }
    return render(request, "licenses/license_file.html", context)


def _current_file(activation: Activation) -> LicenseFile:
    return activation.license_files.get(pk=activation.license_file_id)


def _filename(activation: Activation) -> str:
    """Return a file name of plain letters that tells product, license and computer."""
    computer = slugify(activation.label)[:40] or activation.license_file_id[:8]
    return f"{activation.license.product.slug}-{activation.license.key_tail}-{computer}.lic"


def _archive(activations: list[Activation]) -> bytes:
    """Return the license files of `activations` as a ZIP archive; names are made different by a number."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, activation in enumerate(activations, start=1):
            archive.writestr(f"{number:03}-{_filename(activation)}", _current_file(activation).text)
    return packed.getvalue()


def _download(content: bytes, media_type: str, filename: str) -> HttpResponse:
    header = content_disposition_header(as_attachment=True, filename=filename)
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": header or "attachment"})
