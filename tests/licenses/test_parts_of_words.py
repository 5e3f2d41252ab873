"""Parts of words find licenses and computers, the same on both databases: letter for letter, in any case and form."""

from collections.abc import Callable

import pytest
from django.test import Client

from licenses import searching
from licenses.computer_list import Place as ComputerPlace
from licenses.computer_list import computer_page
from licenses.filters import Criteria
from licenses.listing import license_page
from licenses.models import License
from licenses.ordering import Place
from organizations.access import viewer_for
from organizations.models import Customer
from organizations.viewer import Viewer
from tests.cast import (
    make_activation,
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_product,
    make_staff,
)

LICENSEE = "Łukasz’ 100% Straße_9 \\ Özdemir"
DECOMPOSED = "O\u0308zdem"
"""An O and its two dots apart, as some keyboards send it."""


@pytest.fixture
def license(db: None) -> License:
    mira = make_customer("Mira Lindholm", organization=make_organization("Acme Engineering"), email="mira@acme.example")
    Customer.objects.filter(pk=mira.pk).update(company="Lindholm Optics", folded_company="lindholm optics")
    return make_license(customer=mira, licensee=LICENSEE, order_id="NW-4208", computers=("MIRAS-LAPTOP",))


@pytest.fixture
def staff(license: License) -> Viewer:
    return viewer_for(make_staff("Vic View", "view"))


def found(viewer: Viewer, text: str, **filters: str) -> list[License]:
    return license_page(viewer, Criteria.read(viewer, {"q": text, **filters}), Place()).rows


@pytest.mark.parametrize(
    "text", ["indholm", "ra Lin", "olm Opt", "acme.exam", "MIRA@ACM", "420", "S-LAP", "laptop", "gineering", "ukasz"]
)
def test_any_part_of_three_letters_or_more_finds_a_license(staff: Viewer, license: License, text: str) -> None:
    make_license(customer=make_customer("Sol Herrera"), computers=("BENCH",), licensee="Else")
    assert found(staff, text) == [license]


@pytest.mark.parametrize(
    "text", ["0% S", "E_9", "9 \\ ", "\\ ö", "100%", "’ 1", "łUKASZ", "ÖZDE", DECOMPOSED, "STRASSE", "straß"]
)
def test_part_is_taken_letter_for_letter_in_any_case_and_form(staff: Viewer, license: License, text: str) -> None:
    assert found(staff, text) == [license]


@pytest.mark.parametrize(
    "text", ["1_0%", "100%%", "%Str", "Str%9", "St_aße", "e\\_9", "%%%", "___", "\\\\\\", "ozdemir", "li", "ra@acme"]
)
def test_signs_with_a_meaning_to_databases_have_none(staff: Viewer, text: str) -> None:
    assert found(staff, text) == []


@pytest.mark.parametrize("path", ["/licenses/", "/computers/", "/customers/", "/organizations/"])
def test_part_with_a_nul_is_refused(license: License, path: str) -> None:
    client = Client()
    client.force_login(make_member(make_group(name="North")))
    assert client.get(path, {"q": "ind\x00olm"}).status_code == 400
    assert client.get(path, {"q": "ind%_olm"}).status_code == 200


def test_parts_find_only_what_exists_for_somebody(license: License) -> None:
    greta = make_contact(make_organization("Globex"), "Greta Novak")
    own = make_license(customer=greta, licensee="Anna Lindholm", computers=("GRETAS-LAPTOP",))
    viewer = viewer_for(greta.user)
    for text in ("indholm", "aptop"):
        assert found(viewer, text) == [own]
        assert [row.license for row in computer_page(viewer, text, ComputerPlace()).rows] == [own]
    for text in ("acme.exam", "420", "gineering", "ra Lin"):
        assert found(viewer, text) == []


def test_contact_finds_nobody_by_the_address_of_a_stranger_who_holds_a_license(license: License) -> None:
    acme = license.organization
    assert acme is not None
    paula = viewer_for(make_contact(acme, "Paula Brandt").user)
    assert found(paula, "mira@acm") == found(paula, "olm opt") == [license]
    Customer.objects.filter(license=license).update(organization=None)
    assert found(paula, "mira@acm") == found(paula, "olm opt") == []
    assert found(paula, "ra lind") == [license], "whose name stands on the license’s page"


@pytest.mark.parametrize("is_narrowed", [False, True])
def test_staff_find_the_newest_licenses_with_such_a_computer(staff: Viewer, *, is_narrowed: bool) -> None:
    product = make_product("Sonar")
    other = make_license(product=make_product("Spectra"), computers=("ANNAS-LAPTOP",))
    sonars = [make_license(product=product, computers=("LAPTOP-1", "MY-LAPTOP-2")) for _ in range(3)]
    make_activation(make_license(product=product), "BENCH")
    rows = found(staff, "lap", **({"product": str(product.pk)} if is_narrowed else {}))
    assert rows[:3] == sonars[::-1]
    assert (other in rows) is not is_narrowed


def test_staff_who_narrow_the_list_find_what_is_older_than_all_that_is_shown(
    staff: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "EACH_SHOWN", 2)
    product = make_product("Sonar")
    wanted = make_license(product=product, computers=("OLD-LAPTOP",))
    crowd = [make_license(computers=("LAPTOP-1", "LAPTOP-2")) for _ in range(3)]
    assert found(staff, "lapt") == crowd[:0:-1]
    assert found(staff, "lapt", product=str(product.pk)) == [wanted]


Finder = Callable[[Client, str], list[str]]


def _customers(client: Client, text: str) -> list[str]:
    return [row.full_name for row in client.get("/customers/", {"q": text}).context["page"].rows]


def _organizations(client: Client, text: str) -> list[str]:
    return [row.name for row in client.get("/organizations/", {"q": text}).context["page"].rows]


@pytest.mark.parametrize(
    ("finder", "text"),
    [(_customers, "indh"), (_customers, "olm optics"), (_customers, "acme.exa"), (_organizations, "engineer")],
)
def test_groups_find_their_customers_and_organizations_by_parts(license: License, finder: Finder, text: str) -> None:
    north, customer, organization = make_group(name="North"), license.customer, license.organization
    assert customer is not None
    assert organization is not None
    client = Client()
    client.force_login(make_member(north, "Nora North"))
    assert finder(client, text) == []
    Customer.objects.filter(pk=customer.pk).update(user_group=north)
    type(organization).objects.filter(pk=organization.pk).update(user_group=north)
    assert finder(client, text) == [organization.name if finder is _organizations else customer.user.full_name]
    assert finder(client, text[1:3]) == [], "two letters have to begin it"
