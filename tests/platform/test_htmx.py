"""Answers to htmx: it follows redirects unseen, so whatever is not the list's own page the browser has to open."""

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.test import Client, RequestFactory

from qlmportal.htmx import leave_the_page
from tests.cast import make_customer

PAGE = "http://testserver/licenses/?status=expired&q=acme"
HTMX = {"HX-Request": "true", "HX-Current-URL": PAGE}
SIGN_IN = "/accounts/login/?next=/licenses/search/"


def answer(address: str, *, method: str = "POST", **headers: str) -> HttpResponse:
    """Return what becomes of a redirect to `address`."""
    request = RequestFactory().generic(method, "/licenses/search/", headers=headers)
    response = leave_the_page(lambda _request: HttpResponseRedirect(address))(request)
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize("address", ["/licenses/", "/licenses/?q=acme", "http://testserver/licenses/?order=expires"])
def test_other_state_of_the_same_list_is_followed(address: str) -> None:
    response = answer(address, **HTMX)
    assert (response.status_code, response["Location"]) == (302, address)


@pytest.mark.parametrize("address", ["/licenses/0190/", "/", "https://elsewhere.example/licenses-of/"])
def test_other_pages_are_opened_by_the_browser(address: str) -> None:
    response = answer(address, **HTMX)
    assert (response.status_code, response["HX-Redirect"]) == (200, address)
    assert "Location" not in response


def test_who_signs_in_again_comes_back_to_the_list() -> None:
    back = "/accounts/login/?next=%2Flicenses%2F%3Fstatus%3Dexpired%26q%3Dacme"
    assert answer(SIGN_IN, **HTMX)["HX-Redirect"] == back
    assert answer(SIGN_IN, **(HTMX | {"HX-Current-URL": "http://testserver/licenses/"}))["HX-Redirect"] == (
        "/accounts/login/?next=%2Flicenses%2F"
    )


def test_page_that_was_asked_for_is_where_sign_in_leads() -> None:
    asked = "/accounts/login/?next=/licenses/%3Fstatus%3Drevoked"
    assert answer(asked, method="GET", **HTMX)["HX-Redirect"] == asked


@pytest.mark.parametrize("current", ["", "nonsense", "javascript:alert(1)", "http://[", "//", "http://testserver"])
def test_pages_that_cannot_be_read_lead_nowhere_else(current: str) -> None:
    assert answer(SIGN_IN, **(HTMX | {"HX-Current-URL": current}))["HX-Redirect"] == SIGN_IN


def test_ordinary_redirects_stay_what_they_are() -> None:
    for headers in ({}, {"HX-Request": "false"}, {"HX-Current-URL": PAGE}):
        assert answer(SIGN_IN, **headers)["Location"] == SIGN_IN


def test_answers_without_a_redirect_stay_what_they_are() -> None:
    request = RequestFactory().get("/licenses/", headers=HTMX)

    def unchanged(request: HttpRequest) -> HttpResponse:
        return HttpResponseNotModified()

    assert leave_the_page(unchanged)(request).status_code == 304


def test_session_that_has_ended_leads_to_sign_in_and_back(db: None, client: Client) -> None:
    response = client.post("/licenses/search/", {"q": "acme"}, headers=HTMX)
    assert response.status_code == 200
    client.force_login(make_customer().user)
    back = client.get(response["HX-Redirect"])["Location"]
    assert back == "/licenses/?status=expired&q=acme"
