"""The accounts at providers that sign somebody in."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.mail import take_out, waiting
from accounts.models import AuditEvent, User

CONNECTIONS = "/accounts/connections/"


@pytest.fixture
def google(anna: User) -> SocialAccount:
    """Return the Google account that signs Anna in."""
    said = {"email": "anna@gmail.com", "is_proved": True, "name": "Anna A."}
    return SocialAccount.objects.create(user=anna, provider="google", uid="117", extra_data=said)


def test_person_sees_which_account_signs_in(signed_in: Client, google: SocialAccount) -> None:
    page = signed_in.get(CONNECTIONS).content.decode()
    assert "Google" in page
    assert "anna@gmail.com" in page
    assert "117" not in page.replace(str(google.pk), "")


def test_person_disconnects_the_last_one_too(signed_in: Client, anna: User, google: SocialAccount) -> None:
    User.objects.update(password="!")
    anna.refresh_from_db()
    signed_in.force_login(anna)
    page = signed_in.post(CONNECTIONS, {"account": str(google.pk)}, follow=True).content.decode()
    assert "Google is disconnected" in page
    assert "No account is connected" in page
    assert AuditEvent.objects.filter(action="identity_unlinked", target_id=anna.pk).count() == 1
    assert "/accounts/not-me/" in take_out(waiting().get())[0]


def test_nobody_disconnects_that_of_others(client: Client, staff: User, google: SocialAccount) -> None:
    client.force_login(staff)
    assert "disconnected already" in client.post(CONNECTIONS, {"account": str(google.pk)}, follow=True).content.decode()
    assert SocialAccount.objects.filter(pk=google.pk).exists()
    assert "anna@gmail.com" not in client.get(CONNECTIONS).content.decode()


@pytest.mark.parametrize("which", ["", "x", "-1", "9" * 18, "9" * 40, "²"])
def test_what_names_no_account_disconnects_none(signed_in: Client, google: SocialAccount, which: str) -> None:
    assert signed_in.post(CONNECTIONS, {"account": which}).status_code == 302
    assert SocialAccount.objects.exists()


def test_profile_leads_there(signed_in: Client) -> None:
    assert f'href="{CONNECTIONS}"' in signed_in.get("/profile/").content.decode()
