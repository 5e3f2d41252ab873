"""What staff order in the portal: for customers that it knows, given to a user group if they say so."""

import pytest
from django.test import Client

from licenses.models import License, MailTemplate, Product
from organizations.access import viewer_for
from organizations.models import UserGroup
from tests.cast import make_customer, make_group, make_member, make_organization, make_person, make_product, make_staff
from tests.licenses.pages import words
from tests.licenses.reselling import P, make_reseller
from tests.licenses.test_order_page import page_address, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def spectra() -> Product:
    return make_product("Spectra")


@pytest.fixture
def north(spectra: Product) -> UserGroup:
    """A reseller that may make no license at all."""
    return make_reseller(P.CREATE, P.EDIT_CUSTOMERS, product=make_product("Bench"), max_licenses=0)


@pytest.fixture
def stella(client: Client, north: UserGroup) -> Client:
    make_customer("Sol Herrera", email="sol@home.example")
    client.force_login(make_person("Stella Berg", is_staff=True, is_superuser=True))
    return client


def ordered(product: Product, **changed: object) -> dict[str, object]:
    return sent(product, **{"email": "sol@home.example", "full_name": "", **changed})


def test_staff_give_what_they_make_to_a_user_group_beyond_its_limits(
    stella: Client, spectra: Product, north: UserGroup
) -> None:
    member = make_member(north)
    answer = stella.post(page_address(), ordered(spectra, user_group=str(north.pk), number="2"))
    assert answer.status_code == 302, words(answer)
    assert License.objects.visible_to(viewer_for(member)).count() == 2
    north.refresh_from_db()
    assert north.issued_permanent == 0, "it did not issue them itself"


def test_group_that_is_chosen_stands_in_the_mail(stella: Client, spectra: Product, north: UserGroup) -> None:
    MailTemplate.objects.create(name="New", subject="New", body="Served by {group}.")
    form = ordered(spectra, user_group=str(north.pk), do="show_mail")
    assert "Served by North." in words(stella.post(page_address(), form))


def test_groups_that_are_switched_off_or_made_up_are_not_to_be_chosen(
    stella: Client, spectra: Product, north: UserGroup
) -> None:
    UserGroup.objects.filter(pk=north.pk).update(is_active=False)
    make_group(name="South")
    for group in (north.pk, spectra.pk, "x"):
        assert "Select a valid choice" in words(stella.post(page_address(), ordered(spectra, user_group=str(group))))
    assert not License.objects.exists()


def test_staff_choose_among_organizations_of_one_name_by_their_group(
    stella: Client, spectra: Product, north: UserGroup
) -> None:
    make_organization("Acme", user_group=make_group(name="South"))
    norths = make_organization("Acme", user_group=north)
    answer = stella.post(page_address(), ordered(spectra, organization="Acme"))
    assert "Several user groups have an organization of this name." in words(answer)
    stella.post(page_address(), ordered(spectra, organization="acme", user_group=str(north.pk)))
    assert License.objects.get().organization == norths


def test_staff_who_may_not_see_groups_are_asked_for_none(client: Client, spectra: Product, north: UserGroup) -> None:
    user = make_staff("Stan", "view", "add")
    user.user_permissions.remove(*user.user_permissions.filter(content_type__model="usergroup"))
    client.force_login(user)
    assert b'name="user_group"' not in client.get(page_address()).content


def test_member_of_a_group_cannot_hand_it_to_another(client: Client, spectra: Product, north: UserGroup) -> None:
    UserGroup.objects.filter(pk=north.pk).update(max_licenses=None, may_issue_all_products=True)
    client.force_login(make_member(north))
    assert b'name="user_group"' not in client.get(page_address()).content
    answer = client.post(page_address(), ordered(spectra, full_name="Sol", user_group=str(north.pk)))
    assert "What you make belongs to your user group, and to no other." in words(answer)
    assert not License.objects.exists()
