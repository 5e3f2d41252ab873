"""Orders at the borders: long addresses, limits of none, lists that changed, and what a limit may not tell."""

import pytest
from django.test import Client
from django.urls import reverse

from licenses.models import License, Product
from organizations.models import Customer, UserGroup
from tests.cast import make_contact, make_customer, make_member, make_organization, make_product
from tests.licenses.pages import Answer, fields, message_after, words
from tests.licenses.reselling import P, Recipient, issue_by, issued_by, make_reseller
from tests.licenses.test_order_page import sent

pytestmark = pytest.mark.django_db
MAY = (P.CREATE, P.EDIT_CUSTOMERS)
LONG = f"{'a' * 180}@x.example"


@pytest.fixture
def spectra() -> Product:
    return make_product("Spectra")


def order(client: Client, group: UserGroup, product: Product, **typed: object) -> Answer:
    client.force_login(make_member(group))
    return client.post(reverse("licenses:create"), sent(product, **typed))


@pytest.mark.parametrize("typed", [{"email": LONG, "full_name": ""}, {"email": "", "full_name": "", "people": LONG}])
def test_long_address_without_a_name_is_a_name_as_far_as_it_fits(
    client: Client, spectra: Product, typed: dict[str, object]
) -> None:
    answer = order(client, make_reseller(*MAY), spectra, **typed)
    if "people" in typed:
        looked_at = fields(answer)["looked_at"]
        answer = client.post(reverse("licenses:create"), sent(spectra, **typed, looked_at=looked_at, do="create"))
    assert message_after(client, answer) == "1 license is made."
    assert Customer.objects.get().user.full_name == "a" * 150


def test_limit_for_one_customer_does_not_tell_whom_the_portal_knows(client: Client, spectra: Product) -> None:
    """Kim got a license of the group's from a contact: the group does not know, and issues to Kim as to anybody."""
    north = make_reseller(*MAY, max_licenses_per_customer=1)
    acme = make_organization("Acme", user_group=north)
    make_contact(acme, "Paula")
    kim = make_customer("Kim Known", organization=acme, email="kim@people.example")
    license = issued_by(north, recipients=(), organization=acme, licensee="Acme")
    License.objects.filter(pk=license.pk).update(customer=kim)
    for address in ("kim@people.example", "new@people.example"):
        answer = order(client, north, spectra, email=address, full_name="Typed")
        assert message_after(client, answer) == "1 license is made."
        again = order(client, north, spectra, email=address, full_name="Typed")
        assert f"{address} has 1 of 1 licenses; you asked for 1." in words(again)


def test_limit_counts_what_a_served_customer_got_in_any_way(client: Client, spectra: Product) -> None:
    north = make_reseller(*MAY, max_licenses_per_customer=1)
    mira = make_customer("Mira", user_group=north, email="mira@people.example")
    license = issued_by(north, recipients=(), licensee="Stock")
    License.objects.filter(pk=license.pk).update(customer=mira)
    assert "has 1 of 1 licenses" in words(order(client, north, spectra, email="mira@people.example", full_name=""))


def test_model_of_which_none_may_be_issued_says_so_with_numbers(client: Client, spectra: Product) -> None:
    north = make_reseller(*MAY, max_trial=0, default_expiry_days=30)
    answer = order(client, north, spectra, license_model="trial")
    assert "0 of 0 trial licenses issued; you asked for 1." in words(answer)


def test_form_begins_with_a_model_that_can_be_issued(client: Client) -> None:
    client.force_login(make_member(make_reseller(*MAY, max_permanent=0)))
    form = client.get(reverse("licenses:create")).context["form"]
    assert [value for value, _label in form.fields["license_model"].choices] == ["permanent", "subscription", "trial"]
    assert form["license_model"].value() == "subscription"


def test_group_that_may_issue_nothing_at_all_reads_it_at_once(client: Client, spectra: Product) -> None:
    north = make_reseller(*MAY, max_permanent=0, max_trial=0, max_subscription=0)
    client.force_login(make_member(north))
    page = client.get(reverse("licenses:create"))
    assert "Your user group has issued all licenses that it may." in words(page)
    assert "0 of 0 permanent licenses issued; you asked for 1." in words(order(client, north, spectra))


def test_list_that_nobody_looked_at_makes_nothing(client: Client, spectra: Product) -> None:
    answer = order(
        client, make_reseller(*MAY), spectra, email="", full_name="", people="Ben, ben@b.example", do="create"
    )
    assert "Gets 1 license" in words(answer)
    assert not License.objects.exists()


@pytest.mark.parametrize("changed", [{"people": "Ben, ben@b.example\nCarla, carla@b.example"}, {"number": "9"}])
def test_list_that_was_changed_is_looked_at_again(client: Client, spectra: Product, changed: dict[str, object]) -> None:
    listed = {"email": "", "full_name": "", "people": "Ben, ben@b.example"}
    preview = order(client, make_reseller(*MAY), spectra, **listed)
    page, looked_at = reverse("licenses:create"), fields(preview)["looked_at"]
    again = client.post(page, sent(spectra, **{**listed, **changed}, looked_at=looked_at, do="create"))
    assert again.status_code == 200
    assert not License.objects.exists()
    seen = fields(again)["looked_at"]
    assert seen != looked_at
    made = client.post(page, sent(spectra, **{**listed, **changed}, looked_at=seen, do="create"))
    assert made.status_code == 302


def test_order_of_two_for_a_known_and_a_new_address_leaves_room_for_both() -> None:
    north = make_reseller(*MAY, max_licenses_per_customer=2)
    make_customer("Hana", email="hana@globex.example")
    for address in ("hana@globex.example", "new@globex.example"):
        assert len(issue_by(north, recipients=(Recipient(address, "Typed"),), number=2).licenses) == 2
