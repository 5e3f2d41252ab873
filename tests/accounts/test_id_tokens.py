"""Whether an id token is believed. Each fault is tried alone, with keys made here."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.cache import cache
from jwt.algorithms import RSAAlgorithm

from accounts.providers import id_tokens, signing_keys
from accounts.providers.faults import Fault
from accounts.providers.id_tokens import TENANT, Claims, Expected, read_id_token
from tests.accounts.provider_answers import Answers

KEY, ANOTHER_KEY = generate_private_key(65537, 2048), generate_private_key(65537, 2048)
KEYS_URL, ISSUER, CLIENT, NONCE = "https://keys.example/", "https://issuer.example", "portal", "asked-this"
EXPECTED = Expected(CLIENT, NONCE, KEYS_URL, lambda _claims: ISSUER)


def public(key: RSAPrivateKey = KEY, **facts: object) -> dict[str, object]:
    """Return a key as providers publish it."""
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "one", "use": "sig", "alg": "RS256", **facts}


def claims(**changed: object) -> Claims:
    """Return claims that are right, except for what is changed; None leaves one out."""
    now = int(time.time())
    right = {"iss": ISSUER, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300, "nonce": NONCE}
    return {name: value for name, value in {**right, **changed}.items() if value is not None}


def signed(about: Claims, key: RSAPrivateKey | None = KEY, algorithm: str = "RS256", **header: object) -> str:
    """Return a token."""
    return jwt.encode(about, key, algorithm=algorithm, headers={"kid": "one", **header})


@pytest.fixture(autouse=True)
def provider(answers: Answers) -> Answers:
    """Let the provider publish one key."""
    answers.give(KEYS_URL, {"keys": [public()]})
    return answers


def fault_of(token: object, expected: Expected = EXPECTED) -> str:
    """Return the kind of fault that a token ends in."""
    with pytest.raises(Fault) as fault:
        read_id_token(token, expected)
    return fault.value.kind


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def by_hand(header: dict[str, object], body: bytes, password: bytes = b"") -> str:
    """Return a token that no sensible library makes."""
    parts = f"{encoded(json.dumps(header).encode())}.{encoded(body)}"
    return f"{parts}.{encoded(hmac.new(password, parts.encode(), hashlib.sha256).digest()) if password else ''}"


def test_right_token_is_believed() -> None:
    about = claims()
    assert read_id_token(signed(about), EXPECTED) == about


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", "nOnE"])
def test_unsigned_token_is_refused(algorithm: str) -> None:
    token = by_hand({"alg": algorithm, "kid": "one"}, json.dumps(claims()).encode())
    assert fault_of(token) in {"algorithm", "no token"}


def test_public_key_is_no_password() -> None:
    password = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert fault_of(by_hand({"alg": "HS256", "kid": "one"}, json.dumps(claims()).encode(), password)) == "algorithm"


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_token_has_no_say_in_the_algorithm(algorithm: str) -> None:
    assert fault_of(signed(claims(), algorithm=algorithm)) == "algorithm"


@pytest.mark.parametrize("header", [{"crit": ["b64"]}, {"b64": False}, {"crit": []}])
def test_header_that_changes_the_rules_is_refused(header: dict[str, object]) -> None:
    token = by_hand({"alg": "RS256", "kid": "one", **header}, json.dumps(claims()).encode(), b"x")
    assert fault_of(token) in {"algorithm", "no token"}


def test_signature_of_another_key_is_refused() -> None:
    assert fault_of(signed(claims(), ANOTHER_KEY)) == "signature"


def test_key_that_comes_with_the_token_is_not_used() -> None:
    told = {"jwk": public(ANOTHER_KEY), "jku": "https://evil.example/keys", "x5u": "https://evil.example/"}
    assert fault_of(signed(claims(), ANOTHER_KEY, **told)) == "signature"


def test_changed_body_is_refused() -> None:
    head, _body, signature = signed(claims()).split(".")
    body = encoded(json.dumps(claims(sub="2")).encode())
    assert fault_of(f"{head}.{body}.{signature}") == "signature"


@pytest.mark.parametrize("issuer", [None, "", ISSUER + "/", ISSUER.upper(), f"{ISSUER}.evil.example", [ISSUER], 1])
def test_another_issuer_is_refused(issuer: object) -> None:
    assert fault_of(signed_loosely(claims(iss=issuer))) == "issuer"


@pytest.mark.parametrize(
    "audience", [None, "", "another", "PORTAL", ["another"], [], [CLIENT, "another"], {CLIENT: 1}, 7]
)
def test_token_for_somebody_else_is_refused(audience: object) -> None:
    assert fault_of(signed_loosely(claims(aud=audience))) in {"audience", "nonsense"}


def test_token_that_another_site_asked_for_is_refused() -> None:
    assert fault_of(signed(claims(azp="another"))) == "audience"
    assert fault_of(signed(claims(aud=[CLIENT, "another"], azp="another"))) == "audience"


@pytest.mark.parametrize("rest", [{"aud": [CLIENT]}, {"aud": [CLIENT, "another"], "azp": CLIENT}, {"azp": CLIENT}])
def test_token_for_several_is_believed_when_we_asked(rest: dict[str, object]) -> None:
    assert read_id_token(signed(claims(**rest)), EXPECTED)["sub"] == "1"


@pytest.mark.parametrize(
    "end", [0, -1, None, "9999999999", True, float("nan"), float("-inf"), [], {}, 10**400, -(10**400)]
)
def test_token_that_has_ended_or_never_says_when_is_refused(end: object) -> None:
    assert fault_of(signed_loosely(claims(exp=end))) in {"expired", "nonsense"}


@pytest.mark.parametrize("name", ["iat", "nbf"])
@pytest.mark.parametrize("moment", [float("inf"), float("nan"), "1", True, 10**400])
def test_token_of_the_future_is_refused(name: str, moment: object) -> None:
    assert fault_of(signed_loosely(claims(**{name: moment}))) in {"not yet valid", "nonsense"}


def test_clocks_may_differ_by_a_minute_and_no_more() -> None:
    now = time.time()
    assert read_id_token(signed(claims(iat=now + 50, exp=now - 50)), EXPECTED)
    assert fault_of(signed(claims(exp=now - 70))) == "expired"
    assert fault_of(signed(claims(iat=now + 70))) == "not yet valid"
    assert fault_of(signed(claims(iat=None))) == "not yet valid"


@pytest.mark.parametrize("nonce", [None, "", "asked-that", NONCE.upper(), [NONCE], True, "ä"])
def test_answer_to_another_question_is_refused(nonce: object) -> None:
    assert fault_of(signed_loosely(claims(nonce=nonce))) == "nonce"


def test_without_a_question_no_answer_is_believed() -> None:
    assert fault_of(signed(claims(nonce="")), Expected(CLIENT, "", KEYS_URL, EXPECTED.issuer)) == "nonce"


@pytest.mark.parametrize("token", [None, "", "a.b.c", "x" * 20_000, 7, ["a"], {}, "ä.ö.ü", "..", "eyJ9.e30."])
def test_what_is_no_token_is_refused(token: object) -> None:
    assert fault_of(token) == "no token"


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"{", b"\xff", b"[" * 9_000, b""])
def test_what_says_nothing_is_refused(body: bytes) -> None:
    token = jwt.PyJWS().encode(body, KEY, algorithm="RS256", headers={"kid": "one"})
    assert fault_of(token) == "nonsense"


@pytest.mark.parametrize("key_id", [None, "two", "", 1])
def test_key_that_the_provider_does_not_publish_is_refused(key_id: object) -> None:
    header = {"alg": "RS256"} | ({} if key_id is None else {"kid": key_id})
    assert fault_of(by_hand(header, json.dumps(claims()).encode(), b"x")) in {"unknown key", "no token"}


def test_keys_are_asked_for_once(provider: Answers) -> None:
    for _turn in range(3):
        read_id_token(signed(claims()), EXPECTED)
    assert provider.asked == [KEYS_URL]


def test_new_key_is_asked_for_but_at_most_once_a_minute(provider: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    read_id_token(signed(claims()), EXPECTED)
    provider.give(KEYS_URL, {"keys": [public(ANOTHER_KEY, kid="two")]})
    fresh = signed(claims(), ANOTHER_KEY, kid="two")
    assert fault_of(fresh) == "unknown key"
    monkeypatch.setattr(signing_keys, "ASKED_AGAIN_AFTER_SECONDS", 0)
    assert read_id_token(fresh, EXPECTED)
    assert fault_of(signed(claims())) == "unknown key"
    assert provider.asked == [KEYS_URL] * 3


def test_keys_that_could_not_be_had_are_asked_for_again(provider: Answers) -> None:
    provider.give(KEYS_URL, b"out of order", status=503)
    assert fault_of(signed(claims())) == "refused"
    provider.give(KEYS_URL, {"keys": [public()]})
    assert read_id_token(signed(claims()), EXPECTED)


@pytest.mark.parametrize(
    "published",
    [
        public(use="enc"),
        public(alg="RS512"),
        public(kty="EC"),
        public(kid=1),
        public(n="AQAB"),
        public(n="!"),
        public(e="AA"),
        public(n=1),
        {"kty": "oct", "kid": "one", "k": "c2VjcmV0"},
        public(generate_private_key(65537, 1024)),
    ],
)
def test_key_that_is_not_for_this_or_too_weak_is_not_used(provider: Answers, published: dict[str, object]) -> None:
    provider.give(KEYS_URL, {"keys": [published]})
    assert fault_of(signed(claims())) == "unknown key"


@pytest.mark.parametrize("published", [[], {}, {"keys": 1}, {"keys": ["one"]}, {"keys": None}, "keys", None])
def test_key_set_that_is_none_is_nonsense(provider: Answers, published: object) -> None:
    provider.give(KEYS_URL, published)
    assert fault_of(signed(claims())) == "nonsense"


def test_key_of_one_tenant_signs_for_no_other(provider: Answers) -> None:
    def issuer(told: Claims) -> str:
        return f"https://issuer.example/{told['tid']}"

    expected = Expected(CLIENT, NONCE, KEYS_URL, issuer)
    of_acme = signed(claims(tid="acme", iss="https://issuer.example/acme"))
    of_globex = signed(claims(tid="globex", iss="https://issuer.example/globex"))
    provider.give(KEYS_URL, {"keys": [public(issuer=f"https://issuer.example/{TENANT}")]})
    assert read_id_token(of_globex, expected)
    cache.clear()
    provider.give(KEYS_URL, {"keys": [public(issuer="https://issuer.example/acme")]})
    assert read_id_token(of_acme, expected)
    assert fault_of(of_globex, expected) == "issuer"


@pytest.mark.parametrize(
    ("check", "token"),
    [
        ("_check_issuer", lambda: signed(claims(iss="another"))),
        ("_check_audience", lambda: signed(claims(aud="another"))),
        ("_check_time", lambda: signed(claims(exp=1))),
        ("_check_nonce", lambda: signed(claims(nonce="another"))),
    ],
)
def test_control_without_its_check_the_token_is_believed(
    monkeypatch: pytest.MonkeyPatch, check: str, token: Callable[[], str]
) -> None:
    monkeypatch.setattr(id_tokens, check, lambda *_: None)
    assert read_id_token(token(), EXPECTED)


def signed_loosely(about: Claims) -> str:
    """Return a token whose claims the library would not let through."""
    return jwt.PyJWS().encode(json.dumps(about).encode(), KEY, algorithm="RS256", headers={"kid": "one"})
