"""The form of an order, as members of a user group and staff use it."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from licenses.models import Feature, License, Product
from organizations.models import UserGroup
from organizations.privileges import Privilege
from tests.cast import make_customer, make_member, make_organization, make_product, make_staff
from tests.licenses.pages import fields, message_after, words
from tests.licenses.reselling import P, in_days, make_reseller

pytestmark = pytest.mark.django_db
MAY = (P.CREATE, P.EDIT_CUSTOMERS)


@pytest.fixture
def spectra() -> Product:
    return make_product("Spectra")


def page_address() -> str:
    return reverse("licenses:create")


def signed_in(client: Client, group: UserGroup) -> Client:
    client.force_login(make_member(group))
    return client


def sent(product: Product, **changed: object) -> dict[str, object]:
    """Return what the form sends for one permanent license for Anna, as `changed`."""
    return {
        "token": str(uuid4()),
        "email": "anna@buyer.example",
        "full_name": "Anna Buyer",
        "version": str(product.versions.get().pk),
        "license_model": "permanent",
        "number": "1",
        "max_activations": "2",
        **changed,
    }


def fields_of(client: Client) -> set[str]:
    return set(re.findall(r' name="(\w+)"', client.get(page_address()).content.decode().partition("<main")[2]))


def test_reseller_makes_ten_licenses_for_a_new_customer_in_one_form(client: Client, spectra: Product) -> None:
    north = make_reseller(*MAY, product=spectra, max_permanent=12)
    signed_in(client, north)
    assert "0 of 12" in words(client.get(page_address()))
    answer = client.post(page_address(), sent(spectra, number="10"))
    assert message_after(client, answer) == "10 licenses are made."
    assert License.objects.filter(user_group=north, customer__user__email="anna@buyer.example").count() == 10
    assert "10 of 12" in words(client.get(page_address()))


def test_one_above_the_limit_is_refused_with_the_numbers_and_what_was_typed_stays(
    client: Client, spectra: Product
) -> None:
    signed_in(client, make_reseller(*MAY, product=spectra, max_permanent=2))
    answer = client.post(page_address(), sent(spectra, number="3"))
    assert "0 of 2 permanent licenses issued; you asked for 3." in words(answer)
    assert b"<title>Error:" in answer.content
    assert b'value="Anna Buyer"' in answer.content
    assert not License.objects.exists()


OPENED = {
    P.SET_EXPIRY_DATE: ("expires_on", "2099-01-01"),
    P.SET_EXPIRY_DURATION: ("expires_after_days", "30"),
    P.SET_MAINTENANCE: ("maintenance_until", "2099-01-01"),
    P.SET_FLOATING_SEATS: ("floating_seats", "5"),
    P.SET_FEATURES: ("features", ""),
    P.SET_GENERIC: ("is_generic", "on"),
}


@pytest.mark.parametrize("privilege", OPENED)
def test_each_privilege_opens_one_field_and_without_it_the_field_is_refused(
    client: Client, spectra: Product, privilege: Privilege
) -> None:
    feature = Feature.objects.create(product=spectra, code="export", name="Export")
    Product.objects.filter(pk=spectra.pk).update(generic_allowed=True, license_file_days=30)
    name, value = OPENED[privilege]
    value = value or str(feature.pk)
    group = make_reseller(*MAY, product=spectra)
    signed_in(client, group)
    others = {field for field, _value in OPENED.values()}
    assert not fields_of(client) & others
    refused = client.post(page_address(), sent(spectra, **{name: value}))
    assert f"Your user group lacks the privilege: {privilege.label}." in words(refused)
    assert not License.objects.exists()
    UserGroup.objects.filter(pk=group.pk).update(privileges=[*MAY, privilege])
    assert fields_of(client) & others == {name}
    assert client.post(page_address(), sent(spectra, **{name: value})).status_code == 302
    license = License.objects.get()
    kept = getattr(license, name)
    assert list(kept.all()) == [feature] if name == "features" else kept not in {None, False}


def test_whoever_may_not_enter_customers_has_no_field_for_a_name(client: Client, spectra: Product) -> None:
    signed_in(client, make_reseller(P.CREATE, product=spectra))
    assert "full_name" not in fields_of(client)
    answer = client.post(page_address(), sent(spectra))
    assert "none of your group’s customers" in words(answer)
    assert not License.objects.exists()


def test_products_and_organizations_of_others_are_refused(client: Client, spectra: Product) -> None:
    signed_in(client, make_reseller(*MAY, product=spectra))
    make_organization("Globex")
    assert "Select a valid choice" in words(client.post(page_address(), sent(make_product("Bench"), version="x")))
    bench = make_product("Bench 2")
    assert client.post(page_address(), sent(bench)).status_code == 200
    answer = client.post(page_address(), sent(spectra, organization="Globex"))
    assert "no organization of this name that you could choose" in words(answer)
    assert not License.objects.exists()


def test_features_of_another_product_are_refused(client: Client, spectra: Product) -> None:
    other = Feature.objects.create(product=make_product("Bench"), code="x", name="Extra")
    signed_in(client, make_reseller(*MAY, P.SET_FEATURES))
    answer = client.post(page_address(), sent(spectra, features=str(other.pk)))
    assert "These belong to another product: Bench: Extra" in words(answer)
    assert not License.objects.exists()


def test_same_form_sent_twice_makes_the_licenses_once(client: Client, spectra: Product) -> None:
    signed_in(client, make_reseller(*MAY, product=spectra))
    form = sent(spectra)
    first, second = client.post(page_address(), form), client.post(page_address(), form)
    assert first["Location"] == second["Location"]
    assert message_after(client, second).endswith("This form was sent before, so nothing was made again.")
    assert License.objects.count() == 1


def test_customer_is_found_by_typing_and_chosen(client: Client, spectra: Product) -> None:
    north = make_reseller(*MAY, product=spectra)
    make_customer("Mira Lindholm", user_group=north, email="mira@acme.example")
    make_customer("Mirko Other", email="mirko@other.example")
    signed_in(client, north)
    found = client.post(page_address(), sent(spectra, email="", full_name="", find="mir", do="find", number="7"))
    assert "Mira Lindholm, mira@acme.example" in words(found)
    assert "Mirko" not in words(found)
    chosen = client.post(page_address(), sent(spectra, find="mir", choose="mira@acme.example", number="7"))
    assert b'value="mira@acme.example"' in chosen.content
    assert b'value="7"' in chosen.content
    assert not License.objects.exists()


def test_list_is_shown_line_by_line_before_anything_is_made(client: Client, spectra: Product) -> None:
    signed_in(client, make_reseller(*MAY, product=spectra))
    text = "Ben Buyer, ben@buyer.example\nCarla Buyer; carla@buyer.example"
    form = sent(spectra, email="", full_name="", people=text, number="2")
    preview = client.post(page_address(), form)
    assert "Gets 2 licenses" in words(preview)
    assert "Create 4 licenses" in words(preview)
    assert not License.objects.exists()
    answer = client.post(page_address(), {**form, "looked_at": fields(preview)["looked_at"], "do": "create"})
    assert message_after(client, answer) == "4 licenses are made."


def test_wrong_line_of_a_list_makes_nothing(client: Client, spectra: Product) -> None:
    signed_in(client, make_reseller(*MAY, product=spectra))
    text = "Ben, ben@buyer.example\nnobody\nBen again, ben@buyer.example"
    answer = client.post(page_address(), sent(spectra, email="", full_name="", people=text, do="create"))
    assert "There is no address, or more than one." in words(answer)
    assert "The address stands in the list before." in words(answer)
    assert not License.objects.exists()


def test_known_address_looks_exactly_like_a_new_one(client: Client, spectra: Product) -> None:
    north = make_reseller(*MAY, P.ACTIVATE, P.SEND_MAIL, product=spectra)
    make_customer("Hana Secret", organization=make_organization("Globex"), email="hana@globex.example")
    signed_in(client, north)
    pages = []
    for address in ("hana@globex.example", "nina@nobody.example"):
        answer = client.post(page_address(), sent(spectra, email=address, full_name="Hana N"))
        batch = words(client.get(answer["Location"]))
        license = License.objects.get(customer__user__email=address)
        page = words(client.get(license.get_absolute_url())) + batch
        assert "Secret" not in page
        assert "Globex" not in page
        pages.append(re.sub(r"[A-Z0-9]{5}\b|\d+", "", page))
    assert pages[0] == pages[1]


def test_staff_make_licenses_without_a_user_group(client: Client, spectra: Product) -> None:
    make_customer("Sol Herrera", email="sol@home.example")
    client.force_login(make_staff("Stella", "view", "add"))
    answer = client.post(page_address(), sent(spectra, email="sol@home.example", full_name="", expires_on=in_days(9)))
    assert answer.status_code == 302, words(answer)
    assert License.objects.get().user_group is None


@pytest.mark.parametrize("name", ["number", "max_activations", "floating_seats", "expires_after_days"])
@pytest.mark.parametrize("value", ["-1", "9" * 400, "1e9", "²", "zwei"])
def test_numbers_out_of_range_are_answered_beside_the_field(
    client: Client, spectra: Product, name: str, value: str
) -> None:
    signed_in(client, make_reseller(*MAY, P.SET_FLOATING_SEATS, P.SET_EXPIRY_DURATION, product=spectra))
    answer = client.post(page_address(), sent(spectra, **{name: value}))
    assert answer.status_code == 200
    assert f'id="id_{name}_error"' in answer.content.decode()
    assert not License.objects.exists()
