"""Staff add and change customers in Django's admin."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import AuditEvent, User
from organizations.models import Customer
from tests.admin.pages import address, client_of, form_of, save, told
from tests.cast import make_contact, make_customer, make_group, make_member, make_organization, make_staff

NEW = {"email": " Anna@Example.com ", "full_name": "Anna Berg"}


def test_adding_a_customer_makes_the_person_with_a_verified_address(everything: Client, superuser: User) -> None:
    organization = make_organization("Acme")

    save(
        everything,
        address(Customer, "add"),
        **NEW,
        organization=organization.pk,
        phone="+49 30 1",
        staff_notes="pays late",
    )

    customer = Customer.objects.get()
    assert (customer.user.email, customer.user.full_name) == ("anna@example.com", "Anna Berg")
    assert not customer.user.is_staff
    assert not customer.user.has_usable_password()
    assert EmailAddress.objects.filter(user=customer.user, email="anna@example.com", verified=True).exists()
    event = AuditEvent.objects.get(action="customer.created")
    assert (event.actor_id, event.customer_id, event.organization_id) == (superuser.pk, customer.pk, organization.pk)
    assert event.details["phone"] == {"before": None, "after": "+49 30 1"}
    assert event.details["staff_notes"] == "changed"


def test_an_address_that_is_taken_adds_nobody(everything: Client) -> None:
    make_customer("Anna Berg", email="anna@example.com")

    page = save(everything, address(Customer, "add"), **NEW)

    assert "Anna Berg is a customer with this address already." in told(page)
    assert Customer.objects.count() == 1


def test_somebody_who_signs_in_already_becomes_a_customer_only_when_that_is_meant(everything: Client) -> None:
    member = make_member(make_group(), "Rasmus North")
    fields = {"email": member.email, "full_name": "Another Name"}

    asked = save(everything, address(Customer, "add"), **fields)
    assert "Rasmus North signs in with this address already." in told(asked)
    assert not Customer.objects.exists()

    save(everything, address(Customer, "add"), **fields, is_known="on")
    assert Customer.objects.get().user == member
    assert Customer.objects.get().user.full_name == "Rasmus North"


def test_a_refused_customer_leaves_no_person_behind(everything: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    people = User.objects.count()

    page = save(everything, address(Customer, "add"), **NEW, country="Germany")

    assert page.context["errors"]
    assert User.objects.count() == people


def test_changing_a_customer_changes_the_name_but_never_the_address(everything: Client) -> None:
    customer = make_customer("Anna Berg", email="anna@example.com")

    save(
        everything,
        address(Customer, "change", customer.pk),
        full_name="Anna Lind",
        email="other@example.com",
        company="Lind AB",
    )

    customer.refresh_from_db()
    assert (customer.user.full_name, customer.user.email, customer.company) == (
        "Anna Lind",
        "anna@example.com",
        "Lind AB",
    )
    event = AuditEvent.objects.get(action="customer.edited")
    assert event.details == {
        "full_name": {"before": "Anna Berg", "after": "Anna Lind"},
        "company": {"before": "", "after": "Lind AB"},
    }


def test_staff_notes_stay_out_of_the_audit_trail(everything: Client) -> None:
    customer = make_customer()

    save(everything, address(Customer, "change", customer.pk), staff_notes="a secret")

    assert AuditEvent.objects.get(action="customer.edited").details == {"staff_notes": "changed"}


def test_a_contact_is_not_taken_out_of_the_organization(everything: Client) -> None:
    acme, globex = make_organization("Acme"), make_organization("Globex")
    contact = make_contact(acme, "Paula Brandt")

    page = save(everything, address(Customer, "change", contact.pk), organization=globex.pk)

    assert "Paula Brandt is a contact of Acme. Choose another contact there first." in told(page)
    contact.refresh_from_db()
    assert contact.organization == acme


def test_a_stale_form_is_told_so(everything: Client) -> None:
    customer = make_customer()
    page = address(Customer, "change", customer.pk)
    stale = form_of(everything.get(page))

    save(everything, page, company="from a colleague")
    answer = everything.post(page, stale | {"company": "from me"})

    assert "Somebody else changed this meanwhile." in told(answer)
    customer.refresh_from_db()
    assert customer.company == "from a colleague"


def test_customers_are_found_by_address_name_company_and_organization(everything: Client) -> None:
    acme = make_organization("Acme")
    anna = make_customer("Anna Berg", email="anna@acme.example", organization=acme)
    anna.company, anna.external_id = "Acme GmbH", "K-77"
    anna.save()
    make_customer("Bert")
    for parameters in (
        {"q": "ANNA"},
        {"q": "acme.example"},
        {"q": "gmbh berg"},
        {"q": "K-77"},
        {"organization": str(acme.pk)},
    ):
        page = everything.get(address(Customer, "changelist"), parameters)
        assert list(page.context["cl"].result_list) == [anna], parameters


@pytest.mark.django_db
def test_staff_with_the_right_to_add_customers_make_no_staff() -> None:
    client = client_of(make_staff("Ada Add", "view", "add", "change"))

    save(client, address(Customer, "add"), **NEW, is_staff="on", is_superuser="on")

    person = Customer.objects.get().user
    assert not person.is_staff
    assert not person.is_superuser
