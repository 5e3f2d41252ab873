"""Answers to htmx, which asks for another state of a list without leaving the page."""

from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url

from qlmportal.middleware import GetResponse


def leave_the_page(get_response: GetResponse) -> GetResponse:
    """Let the browser itself go where a redirect leads, unless that is the page on which htmx asks.

    htmx follows redirects unseen and looks for the list in whatever it gets. That is right for
    another state of the same list only; sign-in, and whatever else stands at another address,
    has to be opened by the browser.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.headers.get("HX-Request") != "true" or "Location" not in response:
            return response
        address, page = response["Location"], _page_of(request)
        if urlsplit(address).path == page.path:
            return response
        if request.method == "POST":
            address = _back_to(page, address)
        response.status_code = 200
        response["HX-Redirect"] = address
        del response["Location"]
        return response

    return middleware


def _page_of(request: HttpRequest) -> SplitResult:
    """Return the address of the page on which htmx asks, as it says itself; an empty one if that cannot be read."""
    try:
        return urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return urlsplit("")


def _back_to(page: SplitResult, address: str) -> str:
    """Return `address`; if it is that of sign-in, such that it leads back to `page`, not to what was sent."""
    found, sign_in = urlsplit(address), resolve_url(settings.LOGIN_URL)
    if found.path != sign_in or "next" not in parse_qs(found.query) or not page.path.startswith("/"):
        return address
    return f"{sign_in}?{urlencode({'next': f'{page.path}?{page.query}' if page.query else page.path})}"
