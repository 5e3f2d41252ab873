"""Short texts: one or two letters are whole words, because they begin what thousands are called."""

import pytest

from licenses.filters import Criteria
from licenses.listing import license_page
from licenses.ordering import Place
from organizations.access import viewer_for
from organizations.models import Customer
from tests.cast import make_contact, make_license, make_organization, name_contact


@pytest.fixture
def li(db: None) -> Customer:
    """The contact of 3M, whose licenses have computers and licensees with short names."""
    contact = make_contact(make_organization("3M"), "Li Wei")
    make_license(customer=contact, computers=("PC",))
    make_license(customer=contact, licensee="Lina Berg", computers=("PC-7",))
    return contact


def found_by(contact: Customer, text: str) -> set[str]:
    page = license_page(viewer_for(contact.user), Criteria(text=text), Place())
    return {license.licensee for license in page.rows}


def test_short_text_is_a_whole_word(li: Customer) -> None:
    make_license(organization=li.organization, licensee="Somebody")
    assert found_by(li, "so") == set()
    assert found_by(li, "som") == {"Somebody"}
    assert found_by(li, "li") == {"Li Wei", "Lina Berg"}, "whose customer is Li, and no others"
    assert found_by(li, "lin") == {"Lina Berg"}


def test_short_text_finds_what_is_called_just_so(li: Customer) -> None:
    assert found_by(li, "pc") == {"Li Wei"}
    assert found_by(li, "pc-") == {"Lina Berg"}
    assert found_by(li, "3m") == {"Li Wei", "Lina Berg"}


def test_contact_of_several_organizations_finds_each_by_its_beginning(li: Customer) -> None:
    other = make_organization("Threadneedle")
    name_contact(other, li)
    make_license(organization=other, licensee="Needle")
    assert found_by(li, "thread") == {"Needle"}
    assert found_by(li, "3m") == {"Li Wei", "Lina Berg"}
