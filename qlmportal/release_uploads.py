"""Files of releases may be big, so that who sends one is looked at first, and only then what they send."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from accounts.second_step import has_second_step
from licenses.receiving import ReceivingHandler
from organizations.middleware import SignedInRequest
from organizations.second_step import must_have_second_step
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
        if page := _first_of_all(cast(SignedInRequest, request)):
            return redirect(page)
        request.upload_handlers = [TextNamesOnly(request), ReceivingHandler(request)]
        check_body(request, settings.PORTAL_MAX_RELEASE_FILE + FIELDS_BYTES)
        return get_response(request)

    return middleware


def _first_of_all(request: SignedInRequest) -> str:
    """Return the page that has to come first, as for every other page; those who say so there come too late here."""
    if request.user.must_change_password:
        return "account_change_password"
    is_safe = has_second_step(request.viewer.user) or not must_have_second_step(request.viewer)
    return "" if is_safe else "mfa_index"
