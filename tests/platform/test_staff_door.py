"""The admin exists for staff alone."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from tests.platform.page import PASSWORD

ADDRESSES = ["/admin/", "/admin/login/", "/admin/auth/", "/admin/accounts/user/", "/admin/nothing/", "/admin/jsi18n/"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_person_who_is_not_staff_finds_nothing_as_if_it_did_not_exist(signed_in: Client, path: str) -> None:
    answer = signed_in.get(path)
    assert answer.status_code == 404
    assert answer.content == signed_in.get("/nothing/here").content


@pytest.mark.parametrize("path", [*ADDRESSES, "/admin/logout/", "/admin/password_change/"])
def test_nobody_in_particular_is_asked_to_sign_in(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={'/admin/' if path == '/admin/login/' else path}"


def test_staff_enter_and_are_sent_on_from_the_sign_in_address(client: Client, staff: User) -> None:
    client.force_login(staff)
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/login/")["Location"] == "/admin/"
    assert client.get("/admin/nothing/").status_code == 404


def test_staff_who_were_switched_off_are_asked_to_sign_in(client: Client, staff: User) -> None:
    client.force_login(staff)
    User.objects.update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_superuser_who_is_not_staff_finds_nothing(client: Client, staff: User) -> None:
    User.objects.update(is_staff=False)
    client.force_login(staff)
    assert client.get("/admin/").status_code == 404


def test_password_typed_into_the_admin_signs_nobody_in(client: Client, staff: User) -> None:
    answer = client.post("/admin/login/", {"username": staff.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert client.get("/admin/").status_code == 302


def test_password_is_not_changed_in_the_admin_where_nothing_would_be_written_down(client: Client, staff: User) -> None:
    client.force_login(staff)
    assert client.get("/admin/password_change/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("admin:password_change")


def test_staff_sign_out_of_the_admin_by_a_button_only(client: Client, staff: User) -> None:
    client.force_login(staff)
    assert client.get("/admin/logout/").status_code == 200
    assert client.get("/admin/").status_code == 200
    assert client.post("/admin/logout/").status_code == 302
    assert client.get("/admin/").status_code == 302
