"""Which addresses a provider vouches for, and what of its answer is kept."""

import pytest
from django.test import RequestFactory

from accounts.providers import azure, google
from accounts.providers.azure import AzureAdapter
from accounts.providers.facebook import FacebookAdapter
from accounts.providers.faults import Fault
from accounts.providers.google import GoogleAdapter
from accounts.providers.id_tokens import Claims
from accounts.providers.identity import Identity

ACME, FOREIGN = "11111111-aaaa-4aaa-8aaa-111111111111", "99999999-eeee-4eee-8eee-999999999999"
OBJECT = "22222222-bbbb-4bbb-8bbb-222222222222"


@pytest.mark.parametrize(
    ("is_vouched", "claims"),
    [
        (True, {"email": "anna@gmail.com", "email_verified": True}),
        (True, {"email": "Anna@GoogleMail.com", "email_verified": True}),
        (True, {"email": "anna@acme.example", "email_verified": True, "hd": "acme.example"}),
        (True, {"email": "anna@ACME.example", "email_verified": True, "hd": "acme.example"}),
        (False, {"email": "anna@acme.example", "email_verified": True}),
        (False, {"email": "anna@acme.example", "email_verified": True, "hd": "globex.example"}),
        (False, {"email": "anna@acme.example", "email_verified": True, "hd": "example"}),
        (False, {"email": "anna@mail.acme.example", "email_verified": True, "hd": "acme.example"}),
        (False, {"email": "anna@acme.example", "email_verified": True, "hd": ["acme.example"]}),
        (False, {"email": "anna@acme.example", "email_verified": True, "hd": ""}),
        (False, {"email": "anna@gmail.com"}),
        (False, {"email": "anna@gmail.com", "email_verified": False}),
        (False, {"email": "anna@gmail.com", "email_verified": "false"}),
        (False, {"email": "anna@gmail.com", "email_verified": "true"}),
        (False, {"email": "anna@gmail.com", "email_verified": 1}),
        (False, {"email": "anna@gmail.com.evil.example", "email_verified": True}),
        (False, {"email": "anna@evilgmail.com", "email_verified": True}),
        (False, {"email": "anna@gmaıl.com", "email_verified": True}),
        (False, {"email": "аnna@gmail.com", "email_verified": True}),
        (False, {"email": "anna@\N{KELVIN SIGN}elvin.example", "email_verified": True, "hd": "kelvin.example"}),
        (False, {"email": "anna@acme.example@gmail.com", "email_verified": True}),
        (False, {"email": "anna@acme.example @gmail.com", "email_verified": True}),
        (False, {"email": "anna@gmail.com\n", "email_verified": True}),
        (False, {"email": "", "email_verified": True, "hd": ""}),
        (False, {"email": ["anna@gmail.com"], "email_verified": True}),
        (False, {"email_verified": True, "hd": "acme.example"}),
    ],
)
def test_google_vouches_for_what_it_looks_after_itself(is_vouched: bool, claims: Claims) -> None:
    assert google.vouches(claims) is is_vouched


@pytest.mark.parametrize(
    ("is_vouched", "verified"),
    [
        *((True, each) for each in (True, 1, "1", "true")),
        *((False, each) for each in (False, 0, "0", "false", "", None, "yes", "True ", 2, 1.0, [True], "١")),
    ],
)
def test_microsoft_vouches_for_a_verified_domain(is_vouched: bool, verified: object) -> None:
    assert azure.vouches({"email": "anna@acme.example", "xms_edov": verified}) is is_vouched


def test_microsoft_vouches_for_no_address_but_that_of_the_email_claim() -> None:
    told: Claims = {"xms_edov": True, "preferred_username": "anna@acme.example", "upn": "anna@acme.example"}
    assert not azure.vouches(told)
    assert azure_identity(**told).email == ""
    assert not azure.vouches({"xms_edov": True, "email": "аnna@acme.example"})


def azure_identity(**claims: object) -> Identity:
    adapter = AzureAdapter(RequestFactory().get("/"))
    return adapter.identity_in({"sub": "pairwise", "tid": ACME, "oid": OBJECT, "iss": "https://issuer", **claims})


def test_microsoft_subject_is_tenant_and_object() -> None:
    assert azure_identity().uid == f"{ACME}:{OBJECT}"
    assert azure_identity(tid=FOREIGN).uid != azure_identity().uid


@pytest.mark.parametrize("object_id", [None, "", 7, f"{OBJECT}:x", "a b", "a\x00", "x" * 101, [OBJECT]])
def test_microsoft_object_id_that_is_none_is_refused(object_id: object) -> None:
    with pytest.raises(Fault, match="subject"):
        azure_identity(oid=object_id)


def test_guest_of_a_tenant_is_not_vouched_for_by_it() -> None:
    assert azure_identity().tenant == ACME
    assert azure_identity(idp="https://issuer").tenant == ACME
    assert azure_identity(idp=f"https://sts.windows.net/{FOREIGN}/").tenant == ""
    assert azure_identity(idp="live.com").tenant == ""
    assert azure_identity(idp=None).tenant == ""


@pytest.mark.parametrize("tenant", [None, "", 1, ACME.upper(), f"{ACME}/../{FOREIGN}", "common", f"{ACME}\n", [ACME]])
def test_tenant_that_is_none_has_no_issuer(tenant: object) -> None:
    adapter = AzureAdapter(RequestFactory().get("/"))
    with pytest.raises(Fault, match="tenant"):
        adapter.issuer({"tid": tenant})


def test_only_listed_tenants_sign_in_where_some_are_listed() -> None:
    adapter = AzureAdapter(RequestFactory().get("/"))
    assert ACME in adapter.issuer({"tid": ACME})
    adapter.tenants = [ACME]
    assert ACME in adapter.issuer({"tid": ACME})
    with pytest.raises(Fault, match="tenant"):
        adapter.issuer({"tid": FOREIGN})


@pytest.mark.parametrize("subject", [None, "", 7, ["1"], "a b", "a\x00b", "ä", "x" * 101, "1\n"])
def test_google_subject_that_is_none_is_refused(subject: object) -> None:
    adapter = GoogleAdapter(RequestFactory().get("/"))
    with pytest.raises(Fault, match="subject"):
        adapter.identity_in({"sub": subject})


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"email": "anna@acme.example", "name": "Änna Acme"}, ("anna@acme.example", "Änna Acme")),
        ({"email": "a\x00@acme.example", "name": "A\x00"}, ("", "")),
        ({"email": "a\ud800@acme.example", "name": "\ud800"}, ("", "")),
        ({"email": "a\u202e@acme.example", "name": "Anna\u202e"}, ("", "")),
        ({"email": f"{'a' * 250}@acme.example", "name": "A" * 151}, ("", "")),
        ({"email": {"address": "anna@acme.example"}, "name": ["Anna"]}, ("", "")),
        ({}, ("", "")),
    ],
)
def test_what_cannot_be_kept_or_shown_is_left_out(told: Claims, kept: tuple[str, str]) -> None:
    identity = GoogleAdapter(RequestFactory().get("/")).identity_in({"sub": "1", **told})
    assert (identity.email, identity.name) == kept


def test_nothing_else_is_kept() -> None:
    told: Claims = {"sub": "1", "email": "anna@gmail.com", "email_verified": True, "picture": "https://x.example/"}
    kept = GoogleAdapter(RequestFactory().get("/")).identity_in(told).kept()
    assert kept == {"email": "anna@gmail.com", "is_proved": True, "tenant": "", "name": ""}


def test_facebook_vouches_for_nothing() -> None:
    assert not hasattr(FacebookAdapter, "vouches")
    assert not Identity("1", "anna@acme.example").is_proved
