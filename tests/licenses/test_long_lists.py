"""An order for a long pasted list takes few statements, for known people as for new ones (Product rules, section 5)."""

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.mail import take_out, waiting
from accounts.models import AuditEvent, User
from licenses.errors import LicenseError, Reason
from licenses.in_one_step import place_and_mail
from licenses.models import License, MailTemplate
from organizations.models import Customer, EnteredCustomer, UserGroup
from tests.cast import make_customer, make_member, make_product, make_staff
from tests.licenses.reselling import P, Recipient, actor_of, make_reseller, order_of, place

pytestmark = pytest.mark.django_db
MANY, SOME = 1_000, 40
MOST_ASKED, MOST_ASKED_OF_MAILS, DIFFERENCE = 30, 10, 6
KNOWN = (1, 3, 4)


@pytest.fixture
def north() -> UserGroup:
    return make_reseller(P.CREATE, P.EDIT_CUSTOMERS, max_licenses_per_customer=MANY)


def people(number: int, prefix: str) -> tuple[Recipient, ...]:
    """Return a list of so many people."""
    return tuple(Recipient(f"{prefix}{each:04}@list.example", f"Typed {each}") for each in range(number))


def statements(north: UserGroup, recipients: tuple[Recipient, ...], number: int = 1) -> list[str]:
    """Place an order for a list, and return how each statement that it took begins."""
    order, actor = order_of(make_product(), recipients=recipients, number=number), actor_of(north)
    with CaptureQueriesContext(connection) as queries:
        place(order, north.pk, actor)
    return [each["sql"].partition("(")[0] for each in queries]


def asked(all_of_them: list[str]) -> int:
    """Return how many of the statements write no rows: SQLite takes a thousand rows in several portions."""
    return sum(not each.startswith("INSERT") for each in all_of_them)


@pytest.mark.parametrize("is_known", [False, True], ids=["new", "known"])
def test_a_list_of_a_thousand_takes_few_statements(north: UserGroup, is_known: bool) -> None:
    listed = people(MANY, "a")
    if is_known:
        users = User.objects.bulk_create(User(email=each.address, full_name="Known") for each in listed)
        Customer.objects.bulk_create(Customer(user=user) for user in users)
    taken = statements(north, listed)
    assert asked(taken) <= MOST_ASKED, taken
    assert License.objects.count() == AuditEvent.objects.filter(action="license.issued").count() == MANY
    assert AuditEvent.objects.filter(action="customer.created").count() == MANY
    assert waiting().count() == EnteredCustomer.objects.count() == (MANY if is_known else 0)


def test_mails_of_a_list_of_a_thousand_take_few_statements_more(north: UserGroup) -> None:
    template = MailTemplate.objects.create(name="New", subject="Yours", body="Hello {customer}: {activation_key}")
    order, actor = order_of(recipients=people(MANY, "a")), actor_of(north, make_member(north))
    UserGroup.objects.filter(pk=north.pk).update(privileges=sorted((P.CREATE, P.EDIT_CUSTOMERS, P.SEND_MAIL)))
    with CaptureQueriesContext(connection) as queries:
        _placed, mails = place_and_mail(order, template, north.pk, actor)
    assert mails == waiting().count() == MANY
    assert asked([each["sql"].partition("(")[0] for each in queries]) <= MOST_ASKED + MOST_ASKED_OF_MAILS


def test_known_and_new_people_take_about_as_many_statements(north: UserGroup) -> None:
    for each in people(SOME, "known"):
        make_customer(each.address, email=each.address)
    statements(north, people(1, "warm"))
    for number in (1, SOME):
        new, known = (len(statements(north, people(SOME, prefix)[-number:])) for prefix in (f"new{number}-", "known"))
        assert abs(new - known) <= DIFFERENCE


def test_thousand_licenses_for_somebody_known_are_told_in_one_mail(north: UserGroup) -> None:
    make_customer("Kim Known", email="a0000@list.example")
    assert asked(statements(north, people(1, "a"), number=MANY)) <= MOST_ASKED
    text, _html = take_out(waiting().get())
    assert all(key in text for key in License.objects.values_list("key_tail", flat=True))


def test_people_of_a_list_can_sign_in_with_their_address_and_no_password_yet(north: UserGroup) -> None:
    statements(north, people(SOME, "a"))
    made = User.objects.filter(customer__user_group=north)
    assert made.count() == EmailAddress.objects.filter(user__in=made, verified=True, primary=True).count() == SOME
    assert not any(user.has_usable_password() for user in made)
    assert len(set(made.values_list("password", flat=True))) == SOME
    assert made.filter(folded_name="typed 7").count() == 1


def test_lists_show_known_and_new_people_in_the_same_order(client: Client) -> None:
    shown = []
    for name in ("one", "two"):
        north = make_reseller(P.CREATE, P.EDIT_CUSTOMERS)
        UserGroup.objects.filter(pk=north.pk).update(name=name)
        listed = people(6, name)
        for place_in_list in KNOWN if name == "two" else ():
            make_customer("Known", email=listed[place_in_list].address)
        if name == "two":
            User.objects.filter(pk=make_staff("Stella", "view").pk).update(email=listed[2].address)
        statements(north, tuple(reversed(listed)))
        client.force_login(make_member(north))
        pages = [client.get(reverse(f"organizations:{page}")) for page in ("customer_list", "activity")]
        told = [each.about for each in pages[1].context["page"].rows if each.about.startswith("Typed")]
        shown.append((told, [each.full_name for each in pages[0].context["page"].rows]))
    assert shown == [([f"Typed {each}" for each in reversed(range(6))],) * 2] * 2


@pytest.mark.parametrize("address", ["a0003@list.example", "a0004@list.example"], ids=["new", "known"])
def test_name_that_nobody_can_have_is_refused_with_its_address_and_nobody_is_entered(
    north: UserGroup, address: str
) -> None:
    make_customer("Known", email="a0004@list.example")
    listed = tuple(Recipient(each.address, "x" * 151 if each.address == address else "Fine") for each in people(9, "a"))
    order, actor = order_of(recipients=listed), actor_of(north)
    before = [model.objects.count() for model in (User, Customer, EnteredCustomer, License, AuditEvent)]
    with pytest.raises(LicenseError, match=f"“{address}” cannot be entered like this: .*150") as refused:
        place(order, north.pk, actor)
    assert refused.value.reason is Reason.UNKNOWN_CUSTOMER
    assert [model.objects.count() for model in (User, Customer, EnteredCustomer, License, AuditEvent)] == before
