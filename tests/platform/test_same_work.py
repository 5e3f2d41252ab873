"""S4: signing in and inviting cost the same for an address that is known and for one that is not."""

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Mail, User
from accounts.people import create_person
from tests.cast import make_contact, make_customer, make_organization
from tests.platform.page import PASSWORD
from tests.platform.test_signing_in import is_signed_in, sign_in

WRONG = "a wrong password 4711"


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is hashed from now on, each as often as it is."""
    kept: list[str] = []
    pbkdf2 = hashers.pbkdf2

    def noted(password: str, *more: object, **named: object) -> bytes:
        kept.append(password)
        return pbkdf2(password, *more, **named)

    monkeypatch.setattr(hashers, "pbkdf2", noted)
    return kept


@pytest.fixture
def people(anna: User) -> None:
    """Have, besides Anna, somebody who is switched off and somebody without a password."""
    create_person("olaf@acme.example", "Olaf", password=PASSWORD)
    User.objects.filter(email="olaf@acme.example").update(is_active=False)
    create_person("nina@acme.example", "Nina")


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    "address", ["anna@acme.example", "nobody@acme.example", "olaf@acme.example", "nina@acme.example"]
)
def test_every_refused_sign_in_hashes_the_password_once(client: Client, hashed: list[str], address: str) -> None:
    sign_in(client, address, WRONG)
    assert not is_signed_in(client)
    assert len(hashed) == 1


def test_control_stranger_whose_password_is_not_hashed_is_told_by_it(
    client: Client, hashed: list[str], monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    monkeypatch.setattr(User, "set_password", lambda self, password: None)
    sign_in(client, "nobody@acme.example", WRONG)
    assert hashed == []


@pytest.mark.django_db
def test_inviting_somebody_known_and_somebody_unknown_takes_the_same_statements(client: Client) -> None:
    acme = make_organization("Acme")
    contact = make_contact(acme)
    make_customer("Known Elsewhere", email="known@elsewhere.example")
    client.force_login(contact.user)
    path, taken = reverse("organizations:user_add", args=[acme.pk]), []
    for address in ("first@elsewhere.example", "known@elsewhere.example", "nobod@elsewhere.example"):
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(path, {"email": address, "full_name": "Some Body", "confirmed": "on"})
        taken.append((answer.status_code, answer["Location"], [query["sql"].split(" ")[0] for query in captured]))
        assert Mail.objects.filter(to=address).count() == 1
    _first_of_the_session, known, unknown = taken
    assert known == unknown
