"""Finding computers by a text: by what the list shows of them, and by nothing that the person may not know."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.utils import timezone

from accounts.models import User
from licenses.computer_list import Place, computer_page
from licenses.models import Activation, License
from organizations.access import viewer_for
from organizations.models import Customer
from organizations.privileges import Privilege
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
from tests.licenses.computers import all_pages, in_use_on, rows_of, whole_list


@pytest.fixture
def anna(db: None) -> Customer:
    return make_customer("Anna Acme")


def found(viewer: Viewer, text: str) -> set[str]:
    """Return the names of the computers that a text finds."""
    return {row.computer_name for row in computer_page(viewer, text, Place()).rows}


@pytest.fixture
def acmes(db: None) -> Viewer:
    """The contact of Acme, who sees two licenses in use on the same laptop and one more computer."""
    acme = make_organization("Acme Engineering")
    paula = make_contact(acme, "Paula Brandt")
    mira = make_customer("Mira Lindholm", organization=acme)
    spectra = make_license(customer=mira, product=make_product("Spectra"), computers=("MIRAS-LAPTOP", "LAB-3"))
    sonar = make_license(organization=acme, product=make_product("Sonar"), computers=("MIRAS-LAPTOP",))
    make_license(customer=make_customer("Sol Herrera"), product=spectra.product, computers=("MIRAS-SECOND",))
    License.objects.filter(pk=spectra.pk).update(
        activation_key="AAAAA-K7Q2X", folded_key="AAAAAK7Q2X", key_tail="K7Q2X"
    )
    sonar.activations.update(computer_id="BP-77aQ")
    return viewer_for(paula.user)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("miras-lap", {"MIRAS-LAPTOP"}),
        ("MIRAS-LAPTOP", {"MIRAS-LAPTOP"}),
        ("laptop", {"MIRAS-LAPTOP"}),
        ("ID-LAB-3", {"LAB-3"}),
        ("id-lab-3", {"LAB-3"}),
        ("ID-LAB", set()),
        ("BP-77aQ", {"MIRAS-LAPTOP"}),
        ("k7q2x", {"MIRAS-LAPTOP", "LAB-3"}),
        ("spectra", {"MIRAS-LAPTOP", "LAB-3"}),
        ("ona", {"MIRAS-LAPTOP"}),
        ("mira lind", {"MIRAS-LAPTOP", "LAB-3"}),
        ("mira.lindholm@people.example", {"MIRAS-LAPTOP", "LAB-3"}),
        ("acme eng", {"MIRAS-LAPTOP", "LAB-3"}),
        ("MIRAS-SECOND", set()),
        ("sol herrera", set()),
        ("   ", {"MIRAS-LAPTOP", "LAB-3"}),
    ],
)
def test_contact_finds_computers_by_what_the_page_shows(acmes: Viewer, text: str, names: set[str]) -> None:
    assert found(acmes, text.strip()) == names


def test_one_laptop_is_found_on_each_of_its_licenses(acmes: Viewer) -> None:
    page = computer_page(acmes, "miras-laptop", Place())
    assert (len(page.rows), page.count_text) == (2, "2")


def test_what_was_found_is_paged_and_its_pages_keep_the_text(anna: Customer) -> None:
    in_use_on(make_license(customer=anna, product=make_product("Spectra")), 60)
    viewer = viewer_for(anna.user)
    pages = all_pages(viewer, "spectra")
    assert rows_of(pages) == whole_list(viewer)
    assert pages[0].next_url is not None
    assert dict(parse_qsl(pages[0].next_url.removeprefix("?")))["q"] == "spectra"


def test_each_comparison_finds_the_newest_hundred(anna: Customer) -> None:
    for _ in range(3):
        in_use_on(make_license(customer=anna, product=make_product()), 50)
    Activation.objects.update(computer_name="Laptop", folded_computer_name="laptop")
    viewer = viewer_for(anna.user)
    pages = all_pages(viewer, "lap")
    assert rows_of(pages) == whole_list(viewer)[:100]
    assert pages[0].count_text == "100+"


def test_reseller_finds_computers_by_the_licensee_where_the_customer_is_not_theirs(db: None) -> None:
    north = make_group(name="North")
    viewer = viewer_for(make_member(north))
    customer = make_customer("Nina Hidden")
    make_license(customer=customer, user_group=north, licensee="Fjordlab", computers=("FJ-1",))
    assert found(viewer, "nina") == set()
    assert found(viewer, "nina.hidden@people.example") == set()
    assert found(viewer, "fjord") == {"FJ-1"}
    customer.user_group = north
    customer.save()
    assert found(viewer, "nina") == {"FJ-1"}


def test_who_sees_every_license_finds_every_computer(db: None) -> None:
    make_license(computers=("ANYBODYS-PC",))
    for user in (make_member(make_group(Privilege.VIEW_ALL)), make_staff("", "view")):
        assert found(viewer_for(User.objects.get(pk=user.pk)), "anybodys") == {"ANYBODYS-PC"}


def test_freed_computer_is_not_found(anna: Customer) -> None:
    activation = make_activation(make_license(customer=anna), "LAPTOP")
    Activation.objects.filter(pk=activation.pk).update(deactivated_at=timezone.now() - timedelta(days=1))
    License.objects.update(activations_in_use=0)
    for text in ("LAPTOP", "ID-LAPTOP", "Anna"):
        assert found(viewer_for(anna.user), text) == set()
