"""The vendor's colour and logo on every page, from the settings and without inline styles."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from qlmportal.environment import LOGO_TYPES

CACHE_CONTROL = "public, max-age=3600"
STYLE = """:root {{
  --brand: light-dark({colour}, color-mix(in oklab, {colour}, white 55%));
  --brand-solid: {colour};
  --brand-solid-over: color-mix(in oklab, {colour}, black 15%);
  --brand-faint: light-dark(color-mix(in oklab, {colour} 8%, white), color-mix(in oklab, {colour} 25%, black));
}}
"""


@require_safe
@login_not_required
def style(request: HttpRequest) -> HttpResponse:
    """Put PORTAL_COLOUR in place of the portal's own; it stands outside of the layers and so wins over them."""
    if not settings.PORTAL_COLOUR:
        raise Http404
    return HttpResponse(
        STYLE.format(colour=settings.PORTAL_COLOUR), content_type="text/css", headers={"Cache-Control": CACHE_CONTROL}
    )


@require_safe
@login_not_required
def logo(request: HttpRequest) -> HttpResponseBase:
    """Send the file of PORTAL_LOGO."""
    file = settings.PORTAL_LOGO
    if file is None:
        raise Http404
    return FileResponse(file.open("rb"), content_type=LOGO_TYPES[file.suffix], headers={"Cache-Control": CACHE_CONTROL})
