"""The link that lets a person set a password, and the commands that print one."""

import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.password_links import password_link
from tests.platform.page import PASSWORD

NEW = "brand new zebra 12"


def open_link(client: Client, user: User) -> str:
    """Follow the link that `user` would get; return the address of the form."""
    path = password_link(user).removeprefix("http://127.0.0.1:8000")
    answer = client.get(path)
    return answer["Location"] if answer.status_code == 302 else path


def set_password(client: Client, form: str, password: str = NEW, again: str | None = None) -> int:
    """Send the form; return the status."""
    return client.post(form, {"new_password1": password, "new_password2": again or password}).status_code


def test_link_sets_a_password_to_sign_in_with(client: Client, anna: User) -> None:
    form = open_link(client, anna)
    answer = client.post(form, {"new_password1": NEW, "new_password2": NEW}, follow=True)
    assert answer.redirect_chain == [("/accounts/login/", 302)]
    assert "Your password is set. Sign in with it." in answer.content.decode()
    assert client.post("/accounts/login/", {"login": anna.email, "password": NEW}).status_code == 302
    assert AuditEvent.objects.filter(action="password_set", target_id=anna.pk).count() == 1


def test_token_leaves_the_address_before_the_form_is_shown(client: Client, anna: User) -> None:
    form = open_link(client, anna)
    assert form.endswith("/set-password/")
    page = client.get(form).content.decode()
    assert password_link(anna).split("/")[-2] not in page


def test_link_works_once(client: Client, anna: User) -> None:
    path = password_link(anna).removeprefix("http://127.0.0.1:8000")
    assert set_password(client, client.get(path)["Location"]) == 302
    assert client.get(path).status_code == 410
    assert Client().get(path).status_code == 410


def test_form_without_the_link_in_the_same_browser_is_refused(client: Client, anna: User) -> None:
    form = open_link(client, anna)
    assert set_password(Client(), form) == 410
    anna.refresh_from_db()
    assert not anna.check_password(NEW)


def test_link_lives_one_hour(client: Client, anna: User) -> None:
    path = password_link(anna).removeprefix("http://127.0.0.1:8000")
    with time_machine.travel(timezone.now() + timedelta(minutes=59), tick=False):
        assert client.get(path).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert client.get(path).status_code == 410


def test_form_left_open_for_an_hour_is_refused(client: Client, anna: User) -> None:
    form = open_link(client, anna)
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert set_password(client, form) == 410


def test_link_ends_when_the_person_signs_in_or_is_switched_off(client: Client, anna: User) -> None:
    path = password_link(anna).removeprefix("http://127.0.0.1:8000")
    User.objects.update(is_active=False)
    assert client.get(path).status_code == 410
    User.objects.update(is_active=True)
    client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    assert client.get(path).status_code == 410


def test_setting_a_password_ends_every_session(signed_in: Client, anna: User) -> None:
    assert set_password(Client(), open_link(client := Client(), anna)) == 410
    assert set_password(client, open_link(client, anna)) == 302
    assert signed_in.get("/accounts/logout/").status_code == 302


@pytest.mark.parametrize("path", ["x/y", "AAAA/set-password", "%C3%BC/abc-def", "MTIz/a-b", "a" * 3000 + "/b"])
def test_link_that_is_none_is_refused(client: Client, db: None, path: str) -> None:
    assert client.get(f"/accounts/first-password/{path}/").status_code == 410


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("shorty-1", "too short"),
        ("a1 " * 60, "too long"),
        ("password1234", "too common"),
        ("anna@acme.example", "too similar to the e-mail address"),
        ("Anna Acme Anna", "too similar to the full name"),
        ("License Portal 1", "too similar to “License Portal”"),
        ("northwindinstruments", "too similar to “Northwind Instruments”"),
    ],
)
def test_password_that_is_easily_guessed_is_refused_beside_the_field(
    client: Client, anna: User, password: str, complaint: str
) -> None:
    form = open_link(client, anna)
    page = client.post(form, {"new_password1": password, "new_password2": password}).content.decode()
    assert complaint in page
    assert f'value="{password}"' not in page
    anna.refresh_from_db()
    assert not anna.check_password(password)


def test_passwords_that_differ_are_refused(client: Client, anna: User) -> None:
    assert set_password(client, open_link(client, anna), NEW, f"{NEW}3") == 200


def add_staff(*arguments: str) -> str:
    """Run the command; return what it printed."""
    printed = StringIO()
    call_command("add_staff", *arguments, stdout=printed)
    return printed.getvalue()


def test_new_staff_sign_in_with_the_printed_link(client: Client, db: None) -> None:
    printed = add_staff("Bea@Vendor.Example", "--name", "Bea Vendor")
    bea = User.objects.get()
    assert (bea.email, bea.full_name, bea.is_staff, bea.is_superuser) == (
        "bea@vendor.example",
        "Bea Vendor",
        True,
        True,
    )
    assert not bea.has_usable_password()
    link = re.search(r"http://127\.0\.0\.1:8000(/accounts/first-password/\S+)", printed)
    assert link is not None
    assert set_password(client, client.get(link[1])["Location"]) == 302
    answer = client.post("/accounts/login/", {"login": "bea@vendor.example", "password": NEW, "next": "/admin/"})
    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_known_person_is_promoted_and_the_command_says_so(anna: User) -> None:
    User.objects.update(is_active=False)
    printed = add_staff(anna.email)
    anna.refresh_from_db()
    assert anna.is_staff
    assert anna.is_superuser
    assert anna.is_active
    assert "is here already, and belongs to the staff from now on" in printed
    assert "was switched off and is switched on again" in printed
    assert AuditEvent.objects.get().action == "staff_added"


@pytest.mark.parametrize(
    "address", ["", "bea", "bea@", "bea@vendor", "b\u00e9a@vendor.example", f"{'a' * 300}@b.example"]
)
def test_address_that_is_none_is_refused_and_nobody_is_made(db: None, address: str) -> None:
    with pytest.raises(CommandError, match="cannot be added: "):
        add_staff(address)
    assert not User.objects.exists()


def test_djangos_own_command_points_to_ours(db: None) -> None:
    with pytest.raises(CommandError, match=r"portal\.py add-staff ADDRESS"):
        call_command("createsuperuser")
