"""Changing one's own e-mail address, confirmed at the new one and announced to the old one."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from accounts import own_address
from accounts.letters import Letter
from accounts.mail import take_out, waiting
from accounts.models import AuditEvent, Mail, User
from accounts.own_address import (
    AddressTaken,
    Change,
    LinkOutdated,
    _state,
    change_address,
    letter_with_address_link,
    request_change,
)
from accounts.own_password import change_password
from accounts.password_links import password_link
from accounts.people import create_person
from accounts.sessions import end_every_session
from tests.platform.page import PASSWORD, Page
from tests.platform.test_signing_in import sign_in

CHANGE, OLD, NEW = "/accounts/address/", "anna@acme.example", "anna.new@acme.example"


def letter() -> Letter | None:
    """Return the mail that waits, as the worker would write it now."""
    mail = next(each for each in waiting().order_by("-pk") if each.context)
    return letter_with_address_link(mail.to[0], mail.context)


def link_in(text: Letter | None) -> str:
    """Return the path of the link in a letter."""
    assert text is not None
    found = re.search(r"http://127\.0\.0\.1:8000(/accounts/address/\S+)", text.text)
    assert found is not None
    return found[1]


def ask(client: Client, address: str = NEW) -> Page:
    """Send the form."""
    return client.post(CHANGE, {"email": address})


def confirm(client: Client) -> Page:
    """Ask for a link and press its button."""
    ask(client)
    return client.post(link_in(letter()))


def test_address_changes_when_its_owner_confirms_it_at_the_new_one(signed_in: Client, anna: User) -> None:
    assert "a mail with a link is on its way" in ask(signed_in).content.decode()
    assert waiting().get().to == [NEW]
    link = link_in(letter())
    page = signed_in.get(link).content.decode()
    assert OLD in page
    assert NEW in page
    anna.refresh_from_db()
    assert anna.email == OLD
    answer = signed_in.post(link)
    assert answer["Location"] == "/profile/"
    assert f"Your e-mail address is {NEW} from now on." in signed_in.get("/profile/").content.decode()
    assert sign_in(Client(), NEW).status_code == 302
    assert sign_in(Client(), OLD).status_code == 200
    [row] = EmailAddress.objects.all()
    assert (row.email, row.verified, row.primary) == (NEW, True, True)


def test_page_says_beforehand_what_ends(signed_in: Client) -> None:
    page = signed_in.get(CHANGE).content.decode()
    for words in ("disconnected", "second step is removed", "Other browsers", "Your old address gets a mail"):
        assert words in page


def test_what_belonged_to_the_old_address_ends(signed_in: Client, anna: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(anna)
    SocialAccount.objects.create(user=anna, provider="google", uid="1")
    Authenticator.objects.create(user=anna, type=Authenticator.Type.TOTP, data={})
    ask(signed_in)
    assert signed_in.post(link_in(letter())).status_code == 302
    assert not SocialAccount.objects.exists()
    assert not Authenticator.objects.exists()
    assert elsewhere.get("/licenses/").status_code == 302
    assert signed_in.get("/licenses/").status_code == 200


def test_change_is_announced_to_the_old_address_and_written_down(signed_in: Client, anna: User) -> None:
    confirm(signed_in)
    mail = next(each for each in waiting() if each.to == [OLD])
    text, html = take_out(mail)
    assert "This was not me" in text
    assert "/accounts/not-me/" in text
    assert NEW not in text + html
    event = AuditEvent.objects.get(action="address_changed")
    assert event.details == {"email": {"before": OLD, "after": NEW}}
    assert (event.actor_id, event.target_id) == (anna.pk, anna.pk)


def test_mail_to_the_new_address_names_nobody(signed_in: Client, anna: User) -> None:
    ask(signed_in)
    text = letter()
    assert text is not None
    for said in (text.text, text.html, text.subject):
        assert OLD not in said
        assert anna.full_name not in said


def test_answer_is_the_same_for_an_address_that_is_somebodys(signed_in: Client, anna: User) -> None:
    create_person("bea@acme.example", "Bea", password=PASSWORD)
    free, taken = ask(signed_in), ask(signed_in, "bea@acme.example")
    plain = [answer.content.decode().replace("bea@acme.example", NEW) for answer in (free, taken)]
    tokens = [re.sub(r'value="[^"]{64}"', "", page) for page in plain]
    assert tokens[0] == tokens[1]
    assert [set(mail.context) for mail in waiting()] == [{"request", "user", "state"}] * 2


def test_owner_of_a_taken_address_is_told_and_gets_no_link(signed_in: Client, anna: User) -> None:
    create_person("bea@acme.example", "Bea", password=PASSWORD)
    ask(signed_in, "bea@acme.example")
    text = letter()
    assert text is not None
    assert "It is yours here, and stays yours" in text.text
    assert "/accounts/address/" not in text.text
    assert OLD not in text.text


def test_address_that_somebody_gets_meanwhile_stays_theirs(signed_in: Client, anna: User) -> None:
    ask(signed_in)
    link = link_in(letter())
    create_person(NEW, "Bea", password=PASSWORD)
    assert signed_in.post(link).status_code == 410
    anna.refresh_from_db()
    assert anna.email == OLD
    assert [row.email for row in EmailAddress.objects.filter(user=anna)] == [OLD]
    assert not AuditEvent.objects.filter(action="address_changed").exists()
    assert signed_in.get("/licenses/").status_code == 200


def test_link_works_once(signed_in: Client, anna: User) -> None:
    ask(signed_in)
    link = link_in(letter())
    signed_in.post(link)
    assert signed_in.get(link).status_code == 410
    assert signed_in.post(link).status_code == 410
    assert AuditEvent.objects.filter(action="address_changed").count() == 1


def test_link_lives_one_hour(signed_in: Client, anna: User) -> None:
    ask(signed_in)
    link = link_in(letter())
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        signed_in.force_login(anna)
        assert signed_in.post(link).status_code == 410


def test_who_is_not_signed_in_signs_in_first(client: Client, signed_in: Client, anna: User) -> None:
    ask(signed_in)
    link = link_in(letter())
    answer = Client().get(link)
    assert answer["Location"].startswith("/accounts/login/?next=/accounts/address/")
    assert Client().post(link).status_code == 302
    anna.refresh_from_db()
    assert anna.email == OLD


def test_link_is_nobody_elses(signed_in: Client, anna: User, staff: User) -> None:
    ask(signed_in)
    link = link_in(letter())
    other = Client()
    other.force_login(staff)
    assert other.get(link).status_code == 410
    assert other.post(link).status_code == 410
    staff.refresh_from_db()
    assert staff.email == "staff@vendor.example"


def test_button_asks_for_a_fresh_proof_too(signed_in: Client, anna: User) -> None:
    ask(signed_in)
    link = link_in(letter())
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        assert signed_in.post(link)["Location"].startswith("/accounts/confirm/?next=")
    anna.refresh_from_db()
    assert anna.email == OLD


@pytest.mark.parametrize("cause", ["password", "sessions", "switched off"])
def test_link_ends_when_the_persons_sign_in_changes(signed_in: Client, anna: User, cause: str) -> None:
    ask(signed_in)
    link = link_in(letter())
    if cause == "password":
        change_password(anna, "brand new zebra 12")
    elif cause == "sessions":
        end_every_session(anna)
    else:
        User.objects.update(is_active=False)
    assert letter() is None
    anna.refresh_from_db()
    signed_in.force_login(anna)
    assert signed_in.post(link).status_code in {302, 410}
    anna.refresh_from_db()
    assert anna.email == OLD


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "This field is required."),
        ("anna", "Enter an e-mail address"),
        (OLD, "This is your address already."),
        ("ANNA@ACME.example ", "This is your address already."),
        ("kur\uff54@acme.example", "Enter an e-mail address"),
        ("a@b.example, c@d.example", "Enter an e-mail address"),
    ],
)
def test_address_that_cannot_be_is_refused_beside_the_field(signed_in: Client, typed: str, complaint: str) -> None:
    assert complaint in ask(signed_in, typed).content.decode()
    assert not Mail.objects.exists()


def test_asking_is_slowed_down(signed_in: Client) -> None:
    statuses = [ask(signed_in, f"anna{number}@acme.example").status_code for number in range(6)]
    assert statuses == [200] * 5 + [429]


def test_one_address_is_not_flooded(signed_in: Client, anna: User, staff: User) -> None:
    statuses = [ask(signed_in).status_code for _time in range(3)]
    other = Client()
    other.force_login(staff)
    assert [*statuses, ask(other).status_code] == [200] * 3 + [429]
    assert waiting().count() == 1


def test_nothing_changes_when_the_announcement_cannot_be_queued(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(own_address, "tell", full)
    with pytest.raises(OSError, match="no space"):
        change_address(anna, Change(anna.pk.hex, NEW, _state(anna)))
    anna.refresh_from_db()
    assert anna.email == OLD
    assert EmailAddress.objects.get(user=anna).email == OLD


def test_of_two_changes_decided_on_the_same_state_one_is_refused(anna: User) -> None:
    stale, state = User.objects.get(pk=anna.pk), _state(anna)
    change_address(anna, Change(anna.pk.hex, NEW, state))
    with pytest.raises(LinkOutdated):
        change_address(stale, Change(anna.pk.hex, "third@acme.example", state))
    anna.refresh_from_db()
    assert anna.email == NEW


def test_story_refuses_a_taken_address_by_itself(anna: User, staff: User) -> None:
    with pytest.raises(AddressTaken):
        change_address(anna, Change(anna.pk.hex, staff.email, _state(anna)))


def test_links_to_set_a_password_that_went_to_the_old_address_end(signed_in: Client, anna: User) -> None:
    path = password_link(anna).removeprefix("http://127.0.0.1:8000")
    confirm(signed_in)
    assert Client().get(path).status_code == 410


def test_nothing_secret_is_kept(anna: User) -> None:
    request_change(anna, NEW)
    kept = json.dumps([list(AuditEvent.objects.values()), list(Mail.objects.values())], default=str)
    assert link_in(letter()).split("/")[-2] not in kept


def test_profile_leads_there(signed_in: Client) -> None:
    assert f'href="{CHANGE}"' in signed_in.get("/profile/").content.decode()
