"""The license file of a generic license: it fits any computer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from licenses.doors import doors
from licenses.errors import LicenseError
from licenses.generic_files import current_file, generic_file_refusal, is_out_of_date, issue_generic_file
from licenses.models import GenericFile, License
from licenses.views.activations import LICENSE_FILE_MEDIA_TYPE
from licenses.views.gate import visible_license
from organizations.access import Action
from organizations.middleware import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def generic_file(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    """Show the license file that fits any computer, to copy and to download; a POST issues it anew."""
    viewer = request.viewer
    license = visible_license(viewer, license_id, Action.GET_LICENSE_FILE)
    if request.method == "POST":
        try:
            issue_generic_file(license.pk, viewer.actor_on(viewer.ways_to(license)))
        except LicenseError as error:
            messages.error(request, error.sentence)
        else:
            messages.success(request, _("A new license file was issued. The one before is replaced."))
        return redirect("licenses:generic_file", license.pk)
    refusal, file = generic_file_refusal(license), current_file(license)
    if "download" in request.GET and file is not None and refusal is None:
        return _download(license, file)
    context = {
        "license": license,
        "file": None if refusal else file,
        "filename": _filename(license),
        "is_out_of_date": file is not None and is_out_of_date(license, file),
        "refusal": refusal,
        "doors": doors(viewer, license, refusal),
        "product": license.product,
    }
    return render(request, "licenses/generic_file.html", context)


def _filename(license: License) -> str:
    return f"{license.product.slug}-{license.key_tail}.lic"


def _download(license: License, file: GenericFile) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=_filename(license))
    headers = {"Content-Type": LICENSE_FILE_MEDIA_TYPE, "Content-Disposition": disposition or "attachment"}
    return HttpResponse(file.text.encode(), headers=headers)
