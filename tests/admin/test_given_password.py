"""Staff give somebody a password, who has to change it at the first sign-in."""

import json

import pytest
from django.test import Client

from accounts.mail import take_out, waiting
from accounts.models import AuditEvent, User
from tests.admin.pages import address, client_of, told
from tests.cast import make_customer, make_person, make_staff

GIVEN = "given by staff 34"


def page_of(person: User) -> str:
    """Return the address at which `person` is given a password."""
    return f"{address(User, 'change', person.pk).removesuffix('change/')}password/"


def give(client: Client, person: User, password: str = GIVEN, again: str = "") -> "tuple[int, str]":
    """Send the form; return the status and what the page then says."""
    page = client.post(page_of(person), {"new_password1": password, "new_password2": again or password}, follow=True)
    return page.status_code, told(page)


def test_staff_give_a_password_that_has_to_be_changed(everything: Client, superuser: User) -> None:
    anna = make_person("Anna Berg")
    theirs = client_of(anna)

    assert f'href="{page_of(anna)}"' in everything.get(address(User, "change", anna.pk)).content.decode()
    assert "The password was given to anna.berg@people.example. Tell them." in give(everything, anna)[1]

    anna.refresh_from_db()
    assert anna.must_change_password
    assert anna.check_password(GIVEN)
    assert theirs.get("/licenses/").status_code == 302
    client = Client()
    client.post("/accounts/login/", {"login": anna.email, "password": GIVEN})
    assert client.get("/licenses/")["Location"] == "/accounts/password/change/"
    event = AuditEvent.objects.get(action="password_given")
    assert (event.actor_id, event.actor_kind, event.target_id) == (superuser.pk, "vendor", anna.pk)


def test_password_is_in_no_mail_trail_or_page(everything: Client) -> None:
    anna = make_person("Anna Berg")

    _status, said = give(everything, anna)

    mail = waiting().get()
    kept = json.dumps([list(AuditEvent.objects.values()), take_out(mail), mail.subject, said], default=str)
    assert mail.to == [anna.email]
    assert GIVEN not in kept


@pytest.mark.parametrize(
    ("password", "again", "complaint"),
    [
        ("short", "", "too short"),
        ("password1234", "", "too common"),
        ("Anna Berg Anna", "", "too similar to the full name"),
        (GIVEN, GIVEN + "5", "didn’t match"),
    ],
)
def test_given_password_follows_the_rules_too(everything: Client, password: str, again: str, complaint: str) -> None:
    anna = make_person("Anna Berg")

    assert complaint in give(everything, anna, password, again)[1]

    anna.refresh_from_db()
    assert not anna.check_password(password)
    assert not anna.must_change_password


def test_nobody_gives_oneself_a_password_past_the_present_one(everything: Client, superuser: User) -> None:
    assert everything.get(page_of(superuser)).status_code == 403
    assert give(everything, superuser)[0] == 403


def test_who_is_switched_off_is_given_none(everything: Client) -> None:
    anna = make_person("Anna Berg")
    User.objects.filter(pk=anna.pk).update(is_active=False)

    assert give(everything, anna)[0] == 403


@pytest.mark.django_db
def test_staff_who_are_no_superusers_give_none_to_staff() -> None:
    client = client_of(make_staff("Ada Add", "view", "change"))
    boss, colleague = make_person("Boss", is_staff=True, is_superuser=True), make_staff("Stan")

    for person, status in ((boss, 403), (colleague, 403), (make_customer().user, 200)):
        assert client.get(page_of(person)).status_code == status
        assert give(client, person)[0] == status
    assert AuditEvent.objects.filter(action="password_given").count() == 1


@pytest.mark.django_db
def test_who_may_only_look_gives_none_and_others_find_nothing(looking: Client) -> None:
    anna, nobody = make_person("Anna Berg"), make_person("Nora Norole")

    assert give(looking, anna)[0] == 403
    assert "Give a password" not in looking.get(address(User, "change", anna.pk)).content.decode()
    assert give(client_of(nobody), anna)[0] == 404
    assert Client().get(page_of(anna))["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("wrong", ["nobody", "0", "018f0000-0000-7000-8000-000000000000", "a/b"])
def test_nobody_there_is_not_found(everything: Client, wrong: str) -> None:
    assert everything.get(f"/admin/accounts/user/{wrong}/password/").status_code == 404
