"""People and their rights in Django's admin."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import AuditEvent, User
from tests.admin.pages import address, client_of, save, told
from tests.cast import make_customer, make_person, make_staff

NEW = {"email": "New@Vendor.example", "full_name": "Nils New", "language": "en", "time_zone": "Europe/Berlin"}


def test_a_person_is_made_with_a_verified_address_and_no_password(everything: Client, superuser: User) -> None:
    permission = Permission.objects.get(codename="view_license")

    save(everything, address(User, "add"), **NEW, is_staff="on", user_permissions=[str(permission.pk)])

    person = User.objects.get(email="new@vendor.example")
    assert (person.is_staff, person.is_superuser, person.time_zone) == (True, False, "Europe/Berlin")
    assert not person.has_usable_password()
    assert list(person.user_permissions.all()) == [permission]
    assert EmailAddress.objects.filter(user=person, verified=True, primary=True).exists()
    event = AuditEvent.objects.get(action="person.created")
    assert (event.actor_id, event.target_id) == (superuser.pk, person.pk)


def test_an_address_cannot_be_changed_nor_a_password_seen(everything: Client) -> None:
    person = make_person("Anna Berg", email="anna@example.com")
    page = address(User, "change", person.pk)

    seen = everything.get(page).content.decode()
    save(everything, page, email="other@example.com", password="x", full_name="Anna Lind")

    assert person.password not in seen
    assert "Set; nobody can see it." in seen
    person.refresh_from_db()
    assert (person.email, person.full_name) == ("anna@example.com", "Anna Lind")
    assert person.has_usable_password()


def test_staff_read_how_a_link_to_set_a_password_is_made(everything: Client) -> None:
    person = make_staff("Stan Bare")

    assert f"add-staff {person.email}" in everything.get(address(User, "change", person.pk)).content.decode()


def test_a_person_is_switched_off(everything: Client) -> None:
    person = make_person("Anna Berg")

    save(everything, address(User, "change", person.pk), is_active=None)

    person.refresh_from_db()
    assert not person.is_active
    assert AuditEvent.objects.get(action="person.edited").details == {"is_active": {"before": True, "after": False}}


def test_nobody_locks_themselves_out(everything: Client, superuser: User) -> None:
    for name in ("is_active", "is_staff", "is_superuser"):
        page = save(everything, address(User, "change", superuser.pk), **{name: None})
        assert "You cannot take this away from yourself. Ask a colleague." in told(page)
    superuser.refresh_from_db()
    assert superuser.is_active
    assert superuser.is_staff
    assert superuser.is_superuser


@pytest.mark.django_db
def test_staff_who_are_no_superusers_give_nobody_rights() -> None:
    staff = make_staff("Ada Add", "view", "add", "change")
    client = client_of(staff)
    rights = {
        "is_staff": "on",
        "is_superuser": "on",
        "user_permissions": [str(each.pk) for each in Permission.objects.all()[:3]],
    }

    save(client, address(User, "add"), **NEW, **rights)
    save(client, address(User, "change", staff.pk), **rights, full_name="Ada Lind")

    made = User.objects.get(email="new@vendor.example")
    assert not made.is_staff
    assert not made.user_permissions.exists()
    staff.refresh_from_db()
    assert not staff.is_superuser
    assert staff.full_name == "Ada Lind"


@pytest.mark.django_db
def test_staff_who_are_no_superusers_change_no_staff() -> None:
    client = client_of(make_staff("Ada Add", "view", "change", "delete"))
    boss, colleague, customer = (
        make_person("Boss", is_staff=True, is_superuser=True),
        make_staff("Stan"),
        make_customer(),
    )

    for person, status in ((boss, 403), (colleague, 403), (customer.user, 200)):
        page = address(User, "change", person.pk)
        assert client.get(page).status_code == 200
        assert client.post(page, {"full_name": "x"}).status_code == status
        assert client.get(address(User, "delete", person.pk)).status_code == status


def test_permissions_are_offered_in_the_words_of_the_portal(everything: Client) -> None:
    page = everything.get(address(User, "add")).content.decode()

    assert "license: can change" in page
    assert "activation: can view" in page
    assert "activation: can change" not in page
    assert "log entry" not in page
    assert "session" not in page


def test_somebody_who_did_something_is_switched_off_and_not_deleted(everything: Client) -> None:
    typo, active = make_person("Anna Tpyo"), make_person("Anna Berg")
    client_of(active).get("/")

    assert everything.get(address(User, "delete", active.pk)).status_code == 403
    everything.post(address(User, "delete", typo.pk), {"post": "yes"})

    assert User.objects.filter(pk=active.pk).exists()
    assert not User.objects.filter(pk=typo.pk).exists()
    assert not EmailAddress.objects.filter(email=typo.email).exists()
    assert AuditEvent.objects.get(action="person.deleted").target_label == typo.email
