"""How a file reaches a person who may have it: from nginx, from a bucket, or from the portal itself."""

from pathlib import Path

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _

from licenses.file_names import attachment
from licenses.file_storage import SigningStorage, path_of
from licenses.models import ReleaseFile
from licenses.models.releases import release_files_storage
from licenses.ranges import OutOfBoundsError, Span, is_still_the_same, requested_span
from licenses.streams import PLACES, STALLED_SECONDS, PartResponse, open_part
from organizations.middleware import SignedInRequest

MEDIA_TYPE = "application/octet-stream"
OF_A_REFUSAL = ("ETag", "Last-Modified", "Cache-Control", "Accept-Ranges")


class TooManyDownloadsError(Exception):
    """Every place for downloads is taken at present."""


def delivery(request: SignedInRequest, file: ReleaseFile) -> HttpResponseBase:
    """Return the answer that delivers `file`, or leads to it.

    Raises OSError when it is not there, TooManyDownloadsError when the portal sends enough files already.
    """
    storage, name = release_files_storage(), path_of(file)
    if isinstance(storage, SigningStorage):
        return HttpResponseRedirect(storage.signed_url(name, attachment(file.name), request.method or "GET"))
    if answer := _without_file(request, file):
        return answer
    if settings.PORTAL_FILES_ACCEL:
        return HttpResponse(headers=_headers(file) | {"X-Accel-Redirect": settings.PORTAL_FILES_ACCEL + name})
    return _from_here(request, Path(storage.path(name)), file)


def _headers(file: ReleaseFile) -> dict[str, str]:
    """Return the headers of the whole file.

    Its entity tag is a strong one, its SHA-256, so that a part fits only to parts of the same file.
    """
    return {
        "Content-Type": MEDIA_TYPE,
        "Content-Disposition": attachment(file.name),
        "ETag": f'"{file.sha256}"',
        "Last-Modified": http_date(file.uploaded_at.timestamp()),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
    }


def _without_file(request: SignedInRequest, file: ReleaseFile) -> HttpResponseBase | None:
    """Return the answer of which the file is no part, as RFC 9110 has it: not changed, or out of bounds; else None.

    Whoever delivers the file, the portal answers these itself, because they are no downloads.
    """
    headers, moment = _headers(file), int(file.uploaded_at.timestamp())
    if unchanged := get_conditional_response(request, etag=headers["ETag"], last_modified=moment):
        for name in OF_A_REFUSAL:
            unchanged[name] = headers[name]
        return unchanged
    try:
        _part_asked_for(request, file)
    except OutOfBoundsError:
        return _out_of_bounds(file)
    return None


def _from_here(request: SignedInRequest, path: Path, file: ReleaseFile) -> HttpResponseBase:
    """Send the file, or the part of it that is asked for; a part is asked for by GET alone."""
    headers, part = _headers(file), _part_asked_for(request, file)
    if part is not None:
        headers["Content-Range"] = part.content_range(file.size)
    span = part or Span(0, file.size)
    headers["Content-Length"] = str(span.length)
    return HttpResponse(headers=headers) if request.method == "HEAD" else _sent(request, path, span, headers)


def _part_asked_for(request: SignedInRequest, file: ReleaseFile) -> Span | None:
    """Return the part that is asked for; None for the whole, also where the parts that come with it are of another."""
    header = request.headers.get("Range", "")
    is_same = is_still_the_same(request.headers.get("If-Range", ""), f'"{file.sha256}"', file.uploaded_at)
    return requested_span(header, file.size) if header and is_same and request.method == "GET" else None


def _out_of_bounds(file: ReleaseFile) -> HttpResponse:
    sentence = _("The file has only %(size)s bytes. Download it anew from its beginning.") % {"size": file.size}
    headers = {"Content-Range": f"bytes */{file.size}", "Accept-Ranges": "bytes"}
    return HttpResponse(f"{sentence}\n", status=416, headers=headers, content_type="text/plain; charset=utf-8")


def _sent(request: SignedInRequest, path: Path, span: Span, headers: dict[str, str]) -> HttpResponseBase:
    """Return the answer whose body is on its way; a connection that takes nothing for a while is closed."""
    give_back = PLACES.take(request.user.pk)
    if give_back is None:
        raise TooManyDownloadsError
    part = open_part(path, span, give_back)
    if line := request.META.get("gunicorn.socket"):
        line.settimeout(STALLED_SECONDS)
    status = 206 if "Content-Range" in headers else 200
    return PartResponse(part, status=status, headers=headers)
