"""Searching the list of licenses: what was typed is sent as a form, and no activation key ever stands in a URL."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from licenses import activation_key
from licenses.filters import Criteria
from licenses.issuing import SHORTEST_KEY
from licenses.list_page import list_address, list_context
from licenses.listing import license_page
from licenses.ordering import Place
from licenses.products import offered_products
from licenses.searching import MAX_TEXT, SHORTEST_BEGINNING, could_be_key, license_of_key
from organizations.middleware import SignedInRequest
from organizations.paging import Page


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: SignedInRequest) -> HttpResponse:
    """Lead to the license whose whole activation key was sent, else to the list of what the text finds.

    A text that could be a key and finds nothing is answered here, so that it stands in no URL;
    the answer is the same whether or not it is the key of a license of somebody else. Reading
    this address leads to the list: sign-in comes back here, too.
    """
    if request.method != "POST":
        return redirect("licenses:list")
    viewer, parameters = request.viewer, request.POST.dict()
    text = parameters.pop("q", "").strip()[:MAX_TEXT]
    license = license_of_key(viewer, text)
    if license is not None:
        return redirect(license)
    products = offered_products(viewer)
    criteria = Criteria.read(viewer, parameters, products)
    searched = replace(criteria, text=text)
    if not could_be_key(text, SHORTEST_BEGINNING if is_typing(request) else SHORTEST_KEY):
        return redirect(list_address(searched))
    page = license_page(viewer, searched, Place())
    if page.rows and not activation_key.holds_key(text):
        return redirect(list_address(searched))
    page = Page(page.rows, None, None, page.count_text)
    response = render(request, "licenses/license_list.html", list_context(viewer, criteria, page, products, text))
    response["HX-Push-Url"] = list_address(criteria)
    return response


def is_typing(request: SignedInRequest) -> bool:
    """Return whether the text was sent while it was typed: by htmx, from the box itself."""
    return request.headers.get("HX-Trigger-Name") == "q"
