"""Linking an identity while signed in, and what becomes of one that is somebody else's."""

import re
from http import HTTPStatus

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import SESSION_KEY
from django.test import Client
from pytest_django import Settings

from accounts.mail import waiting
from accounts.models import AuditEvent, Mail, User
from tests.accounts.provider_answers import Answers
from tests.platform.test_mailed_code import CONFIRM
from tests.platform.test_matching import code_in, is_signed_in, links, mailed, with_facebook, with_google
from tests.platform.test_signing_in import sign_in


def test_who_is_signed_in_connects_an_identity_of_another_address(
    client: Client, staff: User, answers: Answers, settings: Settings
) -> None:
    sign_in(client, staff.email)
    with_google(client, answers, process="connect", email="sam@gmail.com")
    assert links() == {(staff.email, "google", "g-1")}
    later = Client()
    with_google(later, answers, email="sam@gmail.com")
    assert later.session[SESSION_KEY] == str(staff.pk)


def test_identity_of_somebody_else_is_not_connected(client: Client, gmail: User, anna: User, answers: Answers) -> None:
    with_google(Client(), answers)
    sign_in(client, anna.email)
    answer = with_google(client, answers, process="connect")
    assert "signs somebody else in here" in client.get(answer["Location"]).content.decode()
    assert links() == {("anna@gmail.com", "google", "g-1")}


def test_person_switched_off_stays_out_though_linked(client: Client, gmail: User, answers: Answers) -> None:
    with_google(Client(), answers)
    User.objects.update(is_active=False)
    assert with_google(client, answers).status_code == HTTPStatus.FORBIDDEN
    assert not is_signed_in(client)


def test_identity_linked_elsewhere_meanwhile_is_not_linked_twice(
    client: Client, anna: User, gmail: User, answers: Answers, settings: Settings
) -> None:
    with_facebook(client, answers, email=anna.email)
    SocialAccount.objects.create(user=gmail, provider="facebook", uid="f-1")
    client.post(CONFIRM, {"code": code_in(mailed(settings))})
    assert links() == {("anna@gmail.com", "facebook", "f-1")}


def test_nothing_secret_is_left_behind(client: Client, anna: User, answers: Answers, settings: Settings) -> None:
    with_facebook(client, answers, email=anna.email)
    assert waiting().count() == 1
    code = code_in(mailed(settings))
    left = str(list(AuditEvent.objects.values())) + str(list(Mail.objects.values()))
    assert not re.search(rf"SECRET|{code}", left)
