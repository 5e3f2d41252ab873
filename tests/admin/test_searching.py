"""Staff search licenses in Django's admin; whole keys stand in no address."""

from typing import TYPE_CHECKING

from django.test import Client
from django.urls import reverse

from licenses.activation_key import make
from licenses.models import License
from tests.admin.pages import address, told
from tests.cast import make_customer, make_license

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Page


def search(client: Client, text: str) -> "Page":
    return client.post(reverse("admin:licenses_license_search"), {"q": text}, follow=True)


def test_a_whole_key_leads_to_its_license_and_stands_in_no_address(everything: Client) -> None:
    license = make_license()
    for typed in (license.activation_key, license.activation_key.lower().replace("-", " ")):
        page = search(everything, typed)
        assert page.redirect_chain == [(address(License, "change", license.pk), 302)]


def test_an_unknown_key_is_not_found_and_stands_in_no_address(everything: Client) -> None:
    make_license()

    page = search(everything, make())

    assert "There is no license with this activation key or order id." in told(page)
    assert page.redirect_chain == [(address(License, "changelist"), 302)]


def test_licenses_are_found_by_the_end_of_their_key_order_and_address(everything: Client) -> None:
    license = make_license(customer=make_customer(email="anna@acme.example"), order_id="NW-2026-0000005233-A")
    make_license()
    for text in (license.key_tail.lower(), "nw-2026-0000005233-a", " Anna@Acme.example "):
        page = search(everything, text)
        assert list(page.context["cl"].result_list) == [license], text
        assert "q=" in page.redirect_chain[0][0]
    assert list(search(everything, "anna").context["cl"].result_list) == []


def test_searching_keeps_the_filters_of_the_list(everything: Client) -> None:
    page = everything.post(reverse("admin:licenses_license_search"), {"q": "NW-1", "status": "revoked"})

    assert page.headers["Location"] == f"{address(License, 'changelist')}?status=revoked&q=NW-1"


def test_only_who_may_see_licenses_searches_them(nothing: Client) -> None:
    license = make_license()

    assert nothing.post(reverse("admin:licenses_license_search"), {"q": license.activation_key}).status_code == 403
    assert nothing.get(reverse("admin:licenses_license_search")).status_code == 405
