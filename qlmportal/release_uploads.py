"""Files of releases may be big, so that who sends one is looked at first, and only then what they send."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from licenses.receiving import ReceivingHandler
from qlmportal.middleware import check_body
from qlmportal.uploads import TextNamesOnly, is_release_upload

GetResponse = Callable[[HttpRequest], HttpResponseBase]

FIELDS_BYTES = 100_000
"""How much more than the file its form may send."""


def release_uploads(get_response: GetResponse) -> GetResponse:
    """Receive a file of a release from staff who may add one; of anybody else's body not a byte is read.

    It stands behind those who know who asks, and before everything that looks into the form.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not is_release_upload(request):
            return get_response(request)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_staff:
            raise Http404
        if not request.user.has_perm("licenses.add_releasefile"):
            raise PermissionDenied
        request.upload_handlers = [TextNamesOnly(request), ReceivingHandler(request)]
        check_body(request, settings.PORTAL_MAX_RELEASE_FILE + FIELDS_BYTES)
        return get_response(request)

    return middleware
