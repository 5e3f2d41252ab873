"""Staff find people, customers and organizations in Django's admin by parts of words, each word anywhere."""

import pytest
from django.db.models import Model
from django.test import Client

from accounts.admin.lists import CarefulLists
from accounts.audit import SYSTEM
from accounts.models import User
from licenses.activation import deactivate
from licenses.models import Activation, License
from organizations.models import Customer, Organization, OrganizationDomain
from tests.admin.pages import address
from tests.cast import make_activation, make_customer, make_license, make_organization, make_product


@pytest.fixture
def mira(db: None) -> Customer:
    acme = make_organization("Ácme 100% Engineering")
    OrganizationDomain.objects.create(organization=acme, domain="acme.example")
    mira = make_customer("Mira Özdemir", organization=acme, email="mira@acme.example")
    mira.company, mira.external_id = "Lindholm Optics", "C-77"
    mira.save()
    make_customer("Sol Herrera", email="sol@home.example")
    return mira


def found(client: Client, model: type[Model], text: str) -> list[Model]:
    return list(client.get(address(model, "changelist"), {"q": text}).context["cl"].result_list)


@pytest.mark.parametrize(
    "text",
    [
        "ÖZDEM",
        "zdemir ira",
        "ira optics",
        "acme.exam",
        "RA@ACME",
        "lindholm",
        "C-77",
        "C-77 mira",
        "mi",
        "öz",
        "m",
        "l",
    ],
)
def test_customers_are_found_by_parts(everything: Client, mira: Customer, text: str) -> None:
    assert found(everything, Customer, text) == [mira]


@pytest.mark.parametrize("text", ["C-7", "mira sol", "m%a", "m_ra", "mir%", "\\", "ozdemir", "ir", "de", "\u00ad"])
def test_customers_are_not_found_by_anything_else(everything: Client, mira: Customer, text: str) -> None:
    assert found(everything, Customer, text) == []


def test_people_and_organizations_are_found_by_parts(everything: Client, mira: Customer) -> None:
    for text in ("özdem", "ra@acme", "zdem ACME"):
        assert found(everything, User, text) == [mira.user], text
    for text in ("ÁCME", "100%", "gineer ácm", "me.exampl", "me.exampl 100%"):
        assert found(everything, Organization, text) == [mira.organization], text
    assert found(everything, Organization, "100_") == []
    assert len(found(everything, Customer, "  ")) == 2, "blanks alone search for nothing"


@pytest.mark.parametrize("is_in_use", [True, False])
def test_computers_are_found_by_the_whole_of_id_or_name_also_after_they_were_deactivated(
    everything: Client, is_in_use: bool
) -> None:
    activation = make_activation(make_license(), "GLX-Prüfstand-7")
    if not is_in_use:
        deactivate(activation.pk, SYSTEM)

    for text in ("ID-GLX-Prüfstand-7", "glx-PRÜFSTAND-7", activation.license.key_tail):
        assert found(everything, Activation, text) == [activation], text
    for text in ("ID-GLX", "Prüfstand-7", "7"):
        assert found(everything, Activation, text) == [], text


def test_signs_that_fold_away_find_no_row_that_has_nothing_there(everything: Client) -> None:
    license = make_license(computers=("PC",))
    license.activations.update(computer_name="", folded_computer_name="")
    for model in (License, Activation, Customer, User):
        assert found(everything, model, "\u00ad") == [], model


def test_list_counts_no_further_than_it_can_be_turned_to(
    everything: Client, mira: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address_of_list = address(Customer, "changelist")
    assert "2 customers" in " ".join(everything.get(address_of_list).content.decode().split())

    monkeypatch.setattr("accounts.admin.lists.MOST_COUNTED", 1)
    page = " ".join(everything.get(address_of_list, {"q": "m"}).content.decode().split())
    assert "1 customer " in page
    assert "Older ones" not in page
    page = " ".join(everything.get(address_of_list, {"q": "example"}).content.decode().split())
    assert "more than 1 results" in page
    page = " ".join(everything.get(address(User, "changelist")).content.decode().split())
    assert "The first 1; search or filter to see others." in page


def test_list_leads_from_its_last_page_to_older_rows(everything: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.admin.lists.MOST_COUNTED", 2)
    monkeypatch.setattr(CarefulLists, "list_per_page", 1)
    made = make_product()
    licenses = [make_license(product=made) for _ in range(7)]
    product = f"product_version__product__id__exact={licenses[0].product.pk}"
    seen, query = [], product
    while query:
        page = everything.get(f"{address(License, 'changelist')}?{query}&p=1").context["cl"]
        assert (page.is_by_age, page.older_url) == (True, "")
        page = everything.get(f"{address(License, 'changelist')}?{query}&p=2").context["cl"]
        seen += [row.pk for row in page.result_list]
        query = page.older_url.removeprefix("?")
        assert product in query or not query
    newest_first = [license.pk for license in reversed(licenses)]
    assert seen == [*newest_first[1::2], newest_first[-1]], "every second one, and the last alone"


def test_list_that_cannot_be_sorted_ignores_the_wish(everything: Client, mira: Customer) -> None:
    client = everything.get(address(Customer, "changelist"), {"o": "-1"})
    assert [each.pk for each in client.context["cl"].result_list] == list(
        Customer.objects.order_by("-id").values_list("pk", flat=True)
    )
