"""Files of releases, for those whose license includes them."""

import logging
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.log import log_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from licenses.doors import doors
from licenses.downloads import record_download
from licenses.eligibility import download_refusal
from licenses.errors import LicenseError, Reason
from licenses.file_storage import check_stored
from licenses.models import License
from licenses.updates import files_for
from licenses.views.delivering import TooManyDownloadsError, delivery
from licenses.views.gate import visible_license
from licenses.views.updates import updates_page
from organizations.access import Action
from organizations.middleware import SignedInRequest

DELIVERED = frozenset({200, 206, 302})
UNAVAILABLE = 503
RETRY_SECONDS = 60

log = logging.getLogger("portal.files")


@require_safe
def download(request: SignedInRequest, release_file_id: UUID, license_id: UUID) -> HttpResponseBase:
    """Deliver a file of a release that the license includes; what it does not include stays here, with the reason."""
    viewer = request.viewer
    license = visible_license(viewer, license_id, Action.DOWNLOAD_RELEASE)
    file = files_for(viewer, license).filter(pk=release_file_id).first()
    if file is None:
        raise Http404
    if refusal := download_refusal(license, file):
        return updates_page(request, license, refusal)
    try:
        check_stored(file)
        response = delivery(request, file)
    except OSError as failure:
        log.error("File %s of %s cannot be delivered: %s", file.pk, file.release, failure)
        return _unavailable(request, license, _missing(file.name))
    except TooManyDownloadsError:
        return _unavailable(request, license, _busy())
    if request.method == "GET" and response.status_code in DELIVERED:
        record_download(license, file, viewer.actor_on(viewer.ways_to(license)))
    return response


def _missing(name: str) -> LicenseError:
    sentence = _(
        "%(name)s cannot be delivered at the moment. The portal has noted the fault for those who run it. "
        "Try again in a while, or write to whoever serves the license."
    )
    return LicenseError(Reason.FILE_UNAVAILABLE, sentence % {"name": name})


def _busy() -> LicenseError:
    sentence = _(
        "The portal sends as many files as it can at the same time, one of them to the same person. "
        "Wait until one has arrived, then try again. Nothing was downloaded."
    )
    return LicenseError(Reason.TOO_MANY_DOWNLOADS, sentence)


def _unavailable(request: SignedInRequest, license: License, refusal: LicenseError) -> HttpResponse:
    """Say in place of the file why it does not come now, and when to ask again.

    What is a fault of the portal is in its log already; a place to wait for is none.
    """
    found = doors(request.viewer, license, refusal) if refusal.reason is Reason.FILE_UNAVAILABLE else []
    context = {"license": license, "sentence": refusal.sentence, "doors": found}
    response = render(request, "licenses/download_unavailable.html", context, status=UNAVAILABLE)
    response["Retry-After"] = str(RETRY_SECONDS)
    words = (response.reason_phrase, request.path)
    log_response("%s: %s", *words, response=response, request=request, level="warning")
    return response
