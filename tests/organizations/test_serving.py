"""Issuing to anybody: known and unknown addresses look the same to a user group (Product rules, section 5)."""

from collections.abc import Mapping

import pytest
from django.db import transaction
from django.test import Client

from accounts.audit import Actor, Kind
from accounts.mail import take_out, waiting
from accounts.models import User
from organizations.access import viewer_for
from organizations.activity import recent_activity
from organizations.customers import enter_customer
from organizations.models import Customer, EnteredCustomer, UserGroup
from organizations.privileges import Privilege
from organizations.serving import NotTheirs, customer_for_issue, customers_for_issue, tell_of_issue
from tests.cast import make_customer, make_group, make_license, make_member, make_organization, make_person, make_staff

KNOWN, NEW = "kim@known.example", "nina@new.example"


@pytest.fixture
def north(db: None) -> UserGroup:
    return make_group(Privilege.CREATE, Privilege.EDIT_CUSTOMERS, name="North")


@pytest.fixture
def member(north: UserGroup) -> User:
    return make_member(north, "Rasmus North")


def issued_to(group: UserGroup, address: str, name: str = "Typed Name") -> Customer:
    actor = Actor(Kind.GROUP, None, "Rasmus North", group.name, group.pk)
    with transaction.atomic():
        return customer_for_issue(group, name, address, actor)


def test_nobody_knew_becomes_a_customer_of_the_group(north: UserGroup) -> None:
    customer = issued_to(north, NEW)
    assert (customer.user_group, customer.user.full_name, customer.user.email) == (north, "Typed Name", NEW)
    assert not customer.user.has_usable_password()
    assert not EnteredCustomer.objects.exists()


def test_who_is_known_stays_with_whom_they_are(north: UserGroup) -> None:
    south, acme = make_group(name="South"), make_organization("Acme")
    known = make_customer("Kim Known", email=KNOWN, user_group=south, organization=acme)
    assert issued_to(north, KNOWN) == known
    known.refresh_from_db()
    assert (known.user_group, known.organization, known.user.full_name) == (south, acme, "Kim Known")
    assert EnteredCustomer.objects.get().full_name == "Typed Name"


@pytest.mark.parametrize("who", ["staff", "member of another group"])
def test_person_who_is_no_customer_yet_becomes_one_of_nobodys(north: UserGroup, who: str) -> None:
    user = make_staff("Stella Berg") if who == "staff" else make_member(make_group(), "Vera Costa")
    customer = issued_to(north, user.email)
    assert (customer.user, customer.user_group) == (user, None)


def test_issuing_twice_enters_once(north: UserGroup) -> None:
    make_customer("Kim Known", email=KNOWN)
    assert issued_to(north, KNOWN) == issued_to(north, KNOWN, "Another Name")
    assert issued_to(north, NEW) == issued_to(north, NEW, "Another Name")
    assert EnteredCustomer.objects.get().full_name == "Typed Name"
    assert Customer.objects.get(user__email=NEW).user.full_name == "Typed Name"


def test_group_that_may_not_enter_customers_issues_to_its_own_only(north: UserGroup) -> None:
    served, entered = make_customer("Nina", user_group=north), make_customer("Kim", email=KNOWN)
    issued_to(north, KNOWN)
    north.privileges = [Privilege.CREATE]
    north.save()
    assert issued_to(north, served.user.email) == served
    assert issued_to(north, KNOWN) == entered
    make_customer("Somebody", email="somebody@known.example")
    sentences = set()
    for address in (NEW, "somebody@known.example"):
        with pytest.raises(NotTheirs) as refused:
            issued_to(north, address)
        sentences.add(str(refused.value).replace(address, "…"))
    assert len(sentences) == 1


def test_many_at_once_cost_few_questions_for_those_who_are_known(
    north: UserGroup, django_assert_max_num_queries: object
) -> None:
    people = [make_customer(user_group=north) for _number in range(20)]
    names: Mapping[str, str] = {each.user.email: "Name" for each in people}
    actor = Actor(Kind.GROUP, None, "Rasmus North", north.name, north.pk)
    with django_assert_max_num_queries(5):  # type: ignore[operator]  # pytest-django's own
        assert len(customers_for_issue(north, names, actor)) == 20


def pages_of(client: Client, entered: Customer | EnteredCustomer) -> list[str]:
    """Return everything that the group sees of a customer, without what differs between any two of them."""
    found = []
    for path in (f"/customers/{entered.pk}/", f"/customers/{entered.pk}/edit/", "/customers/?q=typed", "/activity/"):
        page = client.get(path)
        assert page.status_code == 200
        text = page.content.decode()
        for token in [each for each in text.split('"') if len(each) == 64]:
            text = text.replace(token, "TOKEN")
        found.append(text.replace(str(entered.pk), "PK").replace(KNOWN, "ADDRESS").replace(NEW, "ADDRESS"))
    return found


def test_known_and_new_address_look_the_same_on_every_page(north: UserGroup, member: User) -> None:
    """Each is entered into a group of its own, so that the pages can be compared byte by byte."""
    make_customer("Kim Known", email=KNOWN, organization=make_organization("Acme"))
    shown = []
    for name, address in (("Nord", KNOWN), ("Nord2", NEW)):
        group = make_group(Privilege.EDIT_CUSTOMERS, Privilege.DELETE_CUSTOMERS, name=name)
        user = make_member(group, "Rasmus Same" + name[4:])
        wanted = {"full_name": "Typed Name", "company": "Typed Ltd"}
        entered = enter_customer(viewer_for(user), address, wanted)
        make_license(customer=Customer.objects.get(user__email=address), user_group=group)
        client = Client()
        client.force_login(user)
        texts = pages_of(client, entered)
        shown.append([text.count("Typed Name") + text.count("ADDRESS") + text.count("Typed Ltd") for text in texts])
        assert "Kim Known" not in "".join(texts)
        assert "Acme" not in "".join(texts)
        told = [(row.sentence, row.about) for row in recent_activity(viewer_for(user), 9) if "customer" in row.sentence]
        assert told == [("added a customer", "Typed Name")]
    assert shown[0] == shown[1]


def test_known_customer_is_told_which_group_issued_what(north: UserGroup) -> None:
    kim = make_customer("Kim Known", email=KNOWN)
    with transaction.atomic():
        tell_of_issue(north, {kim: ["Spectra 4.1"], make_customer("Nina", user_group=north): ["Spectra 4.1"]})
    mail = waiting().get()
    text, _html = take_out(mail)
    assert mail.to == [KNOWN]
    assert "North" in mail.subject
    assert "Spectra 4.1" in text
    assert north.email in text


def test_customer_made_by_a_group_never_sees_a_license_of_another_group(north: UserGroup) -> None:
    nina = issued_to(north, NEW)
    own = make_license(customer=nina, user_group=north)
    other = make_license(customer=make_customer(), user_group=make_group(name="South"))
    client = Client()
    client.force_login(nina.user)
    assert client.get(own.get_absolute_url()).status_code == 200
    assert client.get(other.get_absolute_url()).status_code == 404
    assert [each.pk for each in client.get("/licenses/").context["page"].rows] == [own.pk]


def test_nobody_without_a_group_sees_entered_customers(north: UserGroup, member: User) -> None:
    make_customer("Kim Known", email=KNOWN)
    issued_to(north, KNOWN)
    other = make_member(make_group(name="South"))
    counts = [
        EnteredCustomer.objects.visible_to(viewer_for(user)).count() for user in (member, other, make_person("Nobody"))
    ]
    assert counts == [1, 0, 0]
