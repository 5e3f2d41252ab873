"""Who joins with many licenses of their own: none is ticked, few are shown, all of them are one explicit tick."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent
from licenses.activation_key import make
from licenses.models import License, LicenseModel, Product
from organizations.invitation_links import hash_of
from organizations.models import Customer, Invitation, Organization
from tests.cast import make_contact, make_customer, make_invitation, make_license, make_product

MANY = 60
TICK = re.compile(r'name="licenses" value="([0-9a-f-]{36})"[^>]*?( checked)?>')
PATH = "/invitations/the-token/"


@pytest.fixture
def sol(acme: Organization) -> Customer:
    """Somebody invited to Acme."""
    sol = make_customer("Sol Herrera")
    invitation = make_invitation(acme, make_contact(acme).user)
    Invitation.objects.filter(pk=invitation.pk).update(email=sol.user.email, token_hash=hash_of("the-token"))
    return sol


@pytest.fixture
def own(sol: Customer) -> list[License]:
    """Their own licenses, oldest first."""
    return make_own(sol, make_product("Spectra"))


def make_own(customer: Customer, product: Product, number: int = MANY) -> list[License]:
    rows = (
        License(
            activation_key=make(),
            product_version=product.versions.get(),
            license_model=LicenseModel.PERMANENT,
            licensee="Sol",
            customer=customer,
        )
        for _ in range(number)
    )
    return sorted(License.objects.bulk_create(rows), key=lambda each: each.pk)


@pytest.fixture
def answer(sol: Customer) -> Callable[..., str]:
    """Send the form as the invited person, or open the page."""
    client = Client()
    client.force_login(sol.user)

    def answering(**form: object) -> str:
        return (client.post(PATH, form, follow=True) if form else client.get(PATH)).content.decode()

    return answering


def handed_over(acme: Organization) -> set[License]:
    return set(License.objects.filter(organization=acme))


def test_newest_are_shown_and_nothing_is_ticked(own: list[License], answer: Callable[..., str]) -> None:
    page = answer()
    assert [found for found, _ticked in TICK.findall(page)] == [str(each.pk) for each in reversed(own[-25:])]
    assert " checked" not in page
    assert "All of them: 60 licenses" in page


def test_who_ticks_nothing_hands_nothing_over(
    own: list[License], answer: Callable[..., str], acme: Organization
) -> None:
    assert "You belong to Acme now." in answer(answer="accept")
    assert handed_over(acme) == set()


def test_all_of_them_are_one_tick(
    own: list[License], answer: Callable[..., str], acme: Organization, sol: Customer
) -> None:
    other = make_license(customer=make_customer())
    answer(answer="accept", all_licenses="on")
    assert handed_over(acme) == set(own)
    assert License.objects.get(pk=other.pk).organization is None
    events = AuditEvent.objects.filter(action="license.handed_over")
    assert {(each.target_id, each.organization_id) for each in events} == {(each.pk, acme.pk) for each in own}


def test_what_was_ticked_stays_ticked_while_others_are_looked_for(
    own: list[License], answer: Callable[..., str], acme: Organization
) -> None:
    oldest, newest = own[0], own[-1]
    page = answer(look="yes", q=oldest.key_tail, licenses=[str(newest.pk)])
    assert TICK.findall(page) == [(str(newest.pk), " checked"), (str(oldest.pk), "")]
    assert handed_over(acme) == set()
    answer(answer="accept", q=oldest.key_tail, licenses=[str(newest.pk), str(oldest.pk)])
    assert handed_over(acme) == {oldest, newest}


def test_looking_answers_nothing(own: list[License], answer: Callable[..., str], sol: Customer) -> None:
    page = answer(look="yes", q="no such", answer="accept", all_licenses="on")
    assert "Do you want to join Acme?" in page
    assert TICK.findall(page) == []
    assert 'name="all_licenses"' in page
    assert Customer.objects.get(pk=sol.pk).organization is None


def test_license_of_somebody_else_is_handed_over_by_nobody(
    own: list[License], answer: Callable[..., str], acme: Organization
) -> None:
    other = make_license(customer=make_customer())
    assert "not yours to hand over any more" in answer(answer="accept", licenses=[str(other.pk)])
    assert handed_over(acme) == set()


def test_few_licenses_need_neither_search_nor_one_tick_for_all(sol: Customer, answer: Callable[..., str]) -> None:
    make_license(customer=sol)
    page = answer()
    assert len(TICK.findall(page)) == 1
    assert 'name="all_licenses"' not in page
    assert 'name="look"' not in page


def test_many_licenses_take_as_many_questions_as_few(
    sol: Customer, answer: Callable[..., str], acme: Organization
) -> None:
    product, numbers = make_product("Spectra"), []
    for number in (1, MANY):
        make_own(sol, product, number)
        with CaptureQueriesContext(connection) as opened:
            answer()
        with CaptureQueriesContext(connection) as joined:
            answer(answer="accept", all_licenses="on")
        numbers.append((len(opened), len(joined)))
        Customer.objects.filter(pk=sol.pk).update(organization=None)
        again = {"accepted_at": None, "accepted_by": None, "expires_at": timezone.now() + timedelta(days=1)}
        Invitation.objects.update(**again)
    assert numbers[1][0] == numbers[0][0]
    assert numbers[1][1] <= numbers[0][1] + 2, "SQLite writes a few rows of the audit trail with each statement"
