"""Passkeys: adding one, signing in by it, using it as second step; and everything that only pretends to be one."""

import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from fido2 import cbor

from accounts.mail import take_out, waiting
from accounts.models import AuditEvent, User
from accounts.people import create_person
from accounts.second_step import MOST_PASSKEYS
from tests.platform.page import PASSWORD, Page
from tests.platform.test_signing_in import is_signed_in, sign_in
from tests.support.passkey import Options, Passkey
from tests.support.second_step import give_app

INDEX = "/accounts/second-step/"
ADD, STEP = f"{INDEX}passkeys/add/", f"{INDEX}sign-in/"
SIGN_IN, CONFIRM = "/accounts/passkey/", f"{INDEX}confirm/passkey/"
REFUSED = "This passkey was not accepted."


def asked_by(page: Page) -> Options:
    """Return what a page asks the browser for."""
    html = page.content.decode()
    return json.loads(unescape(html.partition('data-passkey-options="')[2].partition('"')[0]))


def add(client: Client, passkey: Passkey, name: str = "Anna’s phone") -> Page:
    """Add the passkey of whoever is signed in."""
    return client.post(ADD, {"name": name, "credential": passkey.create(asked_by(client.get(ADD)))})


def options_to_sign_in(client: Client) -> Options:
    return client.post(SIGN_IN, headers={"accept": "application/json"}).json()


def sign_in_by(client: Client, passkey: Passkey, **more: str) -> Page:
    """Press the button of the sign-in page."""
    return client.post(SIGN_IN, {"credential": passkey.get(options_to_sign_in(client)), **more})


@pytest.fixture
def passkey(anna: User) -> Passkey:
    """Return a passkey that Anna has added."""
    client, made = Client(), Passkey()
    client.force_login(anna)
    assert add(client, made).status_code == 302
    anna.refresh_from_db()
    return made


def test_passkey_signs_in_without_address_password_and_second_step(client: Client, passkey: Passkey) -> None:
    answer = sign_in_by(client, passkey, next="/activity/")
    assert (answer.status_code, answer["Location"]) == (302, "/activity/")
    assert is_signed_in(client)
    assert AuditEvent.objects.get(action="signed_in").details["ways"] == ["webauthn"]


def test_passkey_is_a_second_step_after_the_password(client: Client, anna: User, passkey: Passkey) -> None:
    assert sign_in(client, anna.email)["Location"] == STEP
    answer = client.post(STEP, {"credential": passkey.get(asked_by(client.get(STEP)))})
    assert answer["Location"] == "/"
    assert is_signed_in(client)


def test_adding_is_written_down_mailed_and_brings_recovery_codes(anna: User, passkey: Passkey) -> None:
    event = AuditEvent.objects.get(action="second_step_added")
    assert (event.target_id, event.details) == (anna.pk, {"kind": "passkey"})
    text, _html = take_out(waiting().latest("pk"))
    assert "A passkey was added" in text
    assert "Anna’s phone" not in text  # whoever adds it writes the name, and would write what calms its reader
    assert Authenticator.objects.filter(user=anna, type="recovery_codes").exists()


def test_list_names_it_and_it_can_be_renamed_and_removed(client: Client, anna: User, passkey: Passkey) -> None:
    client.force_login(anna)
    pk = Authenticator.objects.get(type="webauthn").pk
    assert "Anna’s phone" in client.get(INDEX).content.decode()
    assert client.post(f"{INDEX}passkeys/{pk}/rename/", {"name": "Old phone"})["Location"] == INDEX
    assert "Old phone" in client.get(INDEX).content.decode()
    assert "Old phone" in client.get(f"{INDEX}passkeys/{pk}/remove/").content.decode()
    assert client.post(f"{INDEX}passkeys/{pk}/remove/")["Location"] == INDEX
    assert not Authenticator.objects.exists()
    thief = Client()
    assert sign_in_by(thief, passkey)["Location"] == "/accounts/login/"
    assert not is_signed_in(thief)


def test_nobody_reaches_somebody_elses_passkey(client: Client, passkey: Passkey) -> None:
    client.force_login(create_person("eve@evil.example", "Eve", password=PASSWORD))
    pk = Authenticator.objects.get(type="webauthn").pk
    for page in ("rename", "remove"):
        path = f"{INDEX}passkeys/{pk}/{page}/"
        assert client.get(path).status_code == 404
        assert client.post(path, {"name": "mine"}).status_code == 404
    assert Authenticator.objects.get(type="webauthn").data["name"] == "Anna’s phone"


def test_answer_works_once(client: Client, passkey: Passkey) -> None:
    answer = passkey.get(options_to_sign_in(client))
    session = client.cookies["sessionid"].value
    assert client.post(SIGN_IN, {"credential": answer})["Location"] == "/"
    thief = Client()
    thief.cookies["sessionid"] = session
    assert thief.post(SIGN_IN, {"credential": answer})["Location"] == "/accounts/login/"
    client.post("/accounts/logout/")
    assert client.post(SIGN_IN, {"credential": answer})["Location"] == "/accounts/login/"


def test_answer_from_another_browser_or_too_late_is_refused(passkey: Passkey) -> None:
    mine, thief = Client(), Client()
    answer = passkey.get(options_to_sign_in(mine))
    options_to_sign_in(thief)
    assert REFUSED in thief.post(SIGN_IN, {"credential": answer}, follow=True).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert REFUSED in mine.post(SIGN_IN, {"credential": answer}, follow=True).content.decode()
    assert not is_signed_in(mine)
    assert not is_signed_in(thief)


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://testserver"},
        {"origin": "http://evil.testserver"},
        {"origin": "http://testserver.evil.example"},
        {"rp_id": "evil.example"},
        {"is_verified": False},
        {"owner": b"00000000000000000000000000000000"},
        {"owner": b"\xff"},
        {"owner": b""},
        {"id": b"another"},
        {"uses": 0},
    ],
    ids=lambda changes: " ".join(f"{name}={value!r}" for name, value in changes.items()),
)
def test_dishonest_device_is_refused(client: Client, passkey: Passkey, changes: dict[str, object]) -> None:
    assert sign_in_by(Client(), passkey)["Location"] == "/"
    for name, value in changes.items():
        setattr(passkey, name, value)
    assert sign_in_by(client, passkey)["Location"] == "/accounts/login/"
    assert not is_signed_in(client)


def test_key_of_a_thief_does_not_sign_for_the_owner(client: Client, passkey: Passkey) -> None:
    thief = Passkey(id=passkey.id, owner=passkey.owner)
    assert sign_in_by(client, thief)["Location"] == "/accounts/login/"
    assert not is_signed_in(client)


def test_thief_with_an_account_of_his_own_turns_no_challenge_of_it_into_a_sign_in(
    client: Client, anna: User, passkey: Passkey
) -> None:
    eve = create_person("eve@evil.example", "Eve", password=PASSWORD)
    give_app(eve)
    own = Passkey()
    eves = Client()
    eves.force_login(User.objects.get(pk=eve.pk))
    add(eves, own)
    sign_in(client, eve.email)
    passkey.is_verified = False
    answer = passkey.get(asked_by(client.get(STEP)))
    assert client.post(SIGN_IN, {"credential": answer})["Location"] == "/accounts/login/"
    sign_in(client, eve.email)
    assert client.post(STEP, {"credential": passkey.get(asked_by(client.get(STEP)))}).status_code == 200
    assert not is_signed_in(client)


def test_switched_off_person_is_not_signed_in(client: Client, passkey: Passkey) -> None:
    User.objects.update(is_active=False)
    assert sign_in_by(client, passkey)["Location"] == "/accounts/login/"
    assert not is_signed_in(client)


def test_options_say_nothing_about_anybody(client: Client, anna: User, passkey: Passkey) -> None:
    options = options_to_sign_in(client)["publicKey"]
    assert options["userVerification"] == "required"
    assert not options.get("allowCredentials")
    assert client.get(SIGN_IN)["Location"] == "/accounts/login/"


def test_signing_in_over_and_over_is_slowed_down(client: Client, anna: User) -> None:
    statuses = [client.post(SIGN_IN, {"credential": "{}"}).status_code for _attempt in range(21)]
    assert statuses == [302] * 20 + [429]


@pytest.mark.parametrize("name", ["", " ", "\u202eenohp", "x" * 61, "\x07"])
def test_passkey_needs_a_name_that_can_be_read(client: Client, anna: User, name: str) -> None:
    client.force_login(anna)
    page = add(client, Passkey(), name).content.decode()
    assert "form-errors" in page
    assert not Authenticator.objects.exists()


def test_thief_of_an_old_session_adds_none(client: Client, anna: User) -> None:
    client.force_login(anna)
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        for answer in (client.get(ADD), client.post(ADD, {"name": "mine", "credential": "{}"})):
            assert answer["Location"].startswith("/accounts/confirm/")
    assert not Authenticator.objects.exists()


def test_what_was_asked_to_confirm_adds_nothing(client: Client, anna: User, passkey: Passkey) -> None:
    client.force_login(anna)
    other = Passkey()
    options = asked_by(client.get(CONFIRM))
    options["publicKey"]["user"] = {"id": passkey.owner.decode()}
    client.post(ADD, {"name": "x", "credential": other.create(options)})
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_passkey_confirms_who_is_there(client: Client, anna: User, passkey: Passkey) -> None:
    client.force_login(anna)
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        assert client.get(ADD)["Location"].startswith(CONFIRM)
        answer = passkey.get(asked_by(client.get(CONFIRM)))
        assert client.post(CONFIRM, {"credential": answer, "next": ADD})["Location"] == ADD
        assert client.get(ADD).status_code == 200
        assert REFUSED in client.post(CONFIRM, {"credential": answer}).content.decode()


def test_same_passkey_is_not_added_twice_nor_more_than_there_may_be(
    client: Client, anna: User, passkey: Passkey
) -> None:
    client.force_login(anna)
    assert "is here already" in client.get(add(client, passkey)["Location"]).content.decode()
    for number in range(MOST_PASSKEYS - 1):
        assert add(client, Passkey(), f"Key {number}").status_code == 302
    assert add(client, Passkey())["Location"] == INDEX
    assert Authenticator.objects.filter(type="webauthn").count() == MOST_PASSKEYS


def test_only_what_is_needed_of_an_answer_is_kept(client: Client, anna: User) -> None:
    client.force_login(anna)
    answer = json.loads(Passkey().create(asked_by(client.get(ADD))))
    answer |= {"extra": "\u0000", "clientExtensionResults": {"credProps": {"rk": "<script>"}}}
    answer["response"]["transports"] = ["\u0000"] * 9
    assert client.post(ADD, {"name": "Phone", "credential": json.dumps(answer)}).status_code == 302
    kept = Authenticator.objects.get(type="webauthn").data["credential"]
    assert kept.keys() == {"id", "rawId", "type", "response", "clientExtensionResults"}
    assert kept["response"].keys() == {"clientDataJSON", "attestationObject"}
    assert kept["clientExtensionResults"] == {}


def coded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def nonsense() -> list[str]:
    """Return what is no answer, from not JSON at all to endless nesting inside of CBOR."""
    odd: list[object] = [None, 1, "", "x", [], {}, True, "\u0000", "é", coded(b"\x81" * 5_000), coded(cbor.encode({}))]
    shell: dict[str, object] = {"id": "YQ", "rawId": "YQ", "type": "public-key"}
    parts = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
    answers = [shell | {"response": each} for each in odd]
    answers += [shell | {"id": each, "rawId": each, "response": {}} for each in odd]
    answers += [shell | {"response": dict.fromkeys(parts, each)} for each in odd]
    texts = ["", "{", "null", "[]", "1", '"x"', "NaN", "[" * 5_000, '{"a":' * 5_000, "{}" * 20_000, "1" * 5_000]
    return texts + [json.dumps(answer) for answer in answers]


def test_nonsense_is_refused_everywhere_and_changes_nothing(client: Client, anna: User, passkey: Passkey) -> None:
    kept = list(Authenticator.objects.values())
    user = User.objects.get(pk=anna.pk)
    for answer in nonsense():
        cache.clear()
        signer, adder = Client(), Client()
        options_to_sign_in(signer)
        assert signer.post(SIGN_IN, {"credential": answer}).status_code == 302
        adder.force_login(user)
        adder.get(ADD)
        assert adder.post(ADD, {"name": "x", "credential": answer}).status_code == 200, answer[:80]
        adder.get(CONFIRM)
        assert adder.post(CONFIRM, {"credential": answer}).status_code == 200, answer[:80]
    assert list(Authenticator.objects.values()) == kept


def test_where_the_address_has_no_name_the_page_says_so(client: Client, anna: User) -> None:
    client.force_login(anna)
    for page in (INDEX, ADD):
        html = client.get(page, headers={"host": "127.0.0.1:8000"}).content.decode()
        assert "Browsers use passkeys only at an address with a name" in html
        assert "data-passkey=" not in html
