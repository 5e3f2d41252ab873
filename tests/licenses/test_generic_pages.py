"""A generic license says everywhere that it fits any computer, and never how many computers use it."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.mail import take_out, waiting
from accounts.models import User
from licenses.mailing import mail_licenses
from licenses.models import License, MailTemplate
from organizations.models import UserGroup
from tests.cast import make_member, make_person, make_product
from tests.licenses.exports import downloaded
from tests.licenses.pages import address, words
from tests.licenses.reselling import P, actor_of, issued_by, make_reseller

pytestmark = pytest.mark.django_db
NONE_OF_NONE = "0 of 0"


@pytest.fixture
def north() -> UserGroup:
    return make_reseller(P.CREATE, P.EDIT_CUSTOMERS, P.ACTIVATE, P.DEACTIVATE, P.REVOKE, P.EXPORT, P.SEND_MAIL)


@pytest.fixture
def license(north: UserGroup) -> License:
    product = make_product(
        "Spectra",
        generic_allowed=True,
        license_file_days=30,
        default_deactivations_allowed=2,
        default_deactivation_days=30,
    )
    return issued_by(north, product=product, is_generic=True)


@pytest.fixture
def people(license: License, north: UserGroup) -> list[User]:
    """Its customer, a member of the group, and staff."""
    assert license.customer is not None
    staff = make_person("Stella Berg", is_staff=True, is_superuser=True)
    return [license.customer.user, make_member(north, "Nina Northern"), staff]


def test_every_page_says_that_it_fits_any_computer(client: Client, people: list[User], license: License) -> None:
    pages = [reverse("licenses:list"), *(address(name, license) for name in ("detail", "updates", "activate"))]
    for user in people:
        client.force_login(user)
        for page in pages:
            said = words(client.get(page))
            assert "its any computer" in said, (user, page)
            assert NONE_OF_NONE not in said, (user, page)


def test_license_page_says_that_it_needs_no_activation(client: Client, people: list[User], license: License) -> None:
    for user in people:
        client.force_login(user)
        said = words(client.get(license.get_absolute_url()))
        assert "It needs no activation" in said
        assert "No computer uses this license now" not in said
        assert "deactivat" not in said.partition("Timeline")[0].lower(), "a quota for what is never activated"


def test_order_and_revoking_say_it_too(client: Client, people: list[User], license: License) -> None:
    client.force_login(people[1])
    batch = words(client.get(reverse("licenses:batch", args=[license.batch_id])))
    several = words(client.post(reverse("licenses:revoke_selected"), {"license": str(license.pk)}))
    one = words(client.get(address("revoke", license)))
    assert "Fits any computer" in batch
    assert "fits any computer" in several
    assert "those handed out work until they end" in one
    assert not any(said in text for text in (batch, several, one) for said in (NONE_OF_NONE, "0 computers"))


def test_export_says_any_computer_instead_of_numbers(client: Client, people: list[User], license: License) -> None:
    [row] = downloaded(client, people[1])
    assert (row["Activations in use"], row["Activations allowed"]) == ("", "any computer")


def test_administration_says_it_too(client: Client, people: list[User], license: License) -> None:
    client.force_login(people[2])
    said = words(client.get(reverse("admin:licenses_license_changelist")))
    assert "fits any computer" in said
    assert NONE_OF_NONE not in said


def test_mail_does_not_say_that_no_computer_is_allowed(license: License, north: UserGroup) -> None:
    made = MailTemplate.objects.create(name="New", subject="New", body="For {activations} computers.")
    mail_licenses([license.pk], made, actor_of(north))
    assert "For any number of computers." in take_out(waiting().order_by("id")[len(waiting()) - 1])[0]
