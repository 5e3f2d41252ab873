"""Staff take the second step away from somebody who lost theirs."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.mail import take_out, waiting
from accounts.models import AuditEvent, User
from tests.admin.pages import address, client_of, told
from tests.cast import make_customer, make_person, make_staff
from tests.support.second_step import give_app


def page_of(person: User) -> str:
    """Return the address at which the second step of `person` is taken away."""
    return f"{address(User, 'change', person.pk).removesuffix('change/')}second-step/"


def test_staff_take_it_away_and_every_session_ends(everything: Client, superuser: User) -> None:
    anna = make_person("Anna Berg")
    give_app(anna)
    theirs = client_of(anna)

    person = everything.get(address(User, "change", anna.pk)).content.decode()
    assert f'href="{page_of(anna)}"' in person
    assert "authenticator app" in person
    assert "call them back" in everything.get(page_of(anna)).content.decode()
    assert "is taken away" in told(everything.post(page_of(anna), follow=True))

    assert not Authenticator.objects.exists()
    assert theirs.get("/licenses/").status_code == 302
    event = AuditEvent.objects.get(action="second_step_reset")
    assert (event.actor_id, event.actor_kind, event.target_id) == (superuser.pk, "vendor", anna.pk)
    mail = waiting().latest("pk")
    assert mail.to == [anna.email]
    assert "took every second step away" in take_out(mail)[0]


def test_who_has_none_has_nothing_to_lose(everything: Client) -> None:
    anna = make_person("Anna Berg")
    assert page_of(anna) not in everything.get(address(User, "change", anna.pk)).content.decode()
    assert "has no second step" in told(everything.post(page_of(anna), follow=True))
    assert not AuditEvent.objects.filter(action="second_step_reset").exists()


def test_neither_ones_own_nor_that_of_other_staff(everything: Client, superuser: User) -> None:
    for person in (superuser, make_staff("Stan"), make_person("Boss", is_staff=True, is_superuser=True)):
        give_app(person)
        browser = client_of(superuser)
        assert browser.get(page_of(person)).status_code == 403
        assert browser.post(page_of(person)).status_code == 403
        page = browser.get(address(User, "change", person.pk)).content.decode()
        assert page_of(person) not in page
        assert f"manage.py reset_second_step {person.email}" in page
    assert Authenticator.objects.filter(type="totp").count() == 3


@pytest.mark.django_db
def test_who_may_only_look_takes_none_and_others_find_nothing(looking: Client) -> None:
    anna = make_customer().user
    give_app(anna)
    assert looking.post(page_of(anna)).status_code == 403
    assert client_of(make_person("Nora Norole")).post(page_of(anna)).status_code == 404
    assert Client().get(page_of(anna))["Location"].startswith("/accounts/login/?next=")
    assert client_of(make_staff("Ada Add", "view", "change")).post(page_of(anna)).status_code == 302


@pytest.mark.parametrize("wrong", ["nobody", "0", "018f0000-0000-7000-8000-000000000000", "a/b"])
def test_nobody_there_is_not_found(everything: Client, wrong: str) -> None:
    assert everything.get(f"/admin/accounts/user/{wrong}/second-step/").status_code == 404
