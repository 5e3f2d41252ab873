"""A license file as text: its form, what it claims, and that nobody can change a byte of it."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import assume, given
from hypothesis import strategies as st

from licenses import license_file as files

ISSUED_AT = datetime(2026, 3, 10, 15, 30, 0, 999_999, tzinfo=UTC)
ISSUER = "https://portal.example.com"
PRIVATE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_TEXT = files.public_text(PRIVATE_KEY.public_key())
KEY_ID = files.thumbprint(PUBLIC_TEXT)
SIGNER = files.Signer(KEY_ID, PRIVATE_KEY)
PUBLIC_KEYS = {KEY_ID: PRIVATE_KEY.public_key()}

TERMS = files.Terms(
    issuer=ISSUER,
    file_id="0123456789abcdef0123456789abcdef",
    license_id="0195803f-4c1e-7000-8000-000000000000",
    product="spectra",
    issued_at=ISSUED_AT,
    ends_at=datetime(2999, 4, 10, 12, tzinfo=UTC),
    key_tail="ABCDE",
    model="subscription",
    version="4.1",
    expires_on=date(2999, 4, 9),
    maintenance_until=date(2027, 3, 9),
    max_activations=3,
    floating_seats=None,
    licensee="Anna Łukasiewicz",
    organization="Acme Engineering",
    computer=files.Computer("ID-LAPTOP", "Anna’s laptop"),
    features=("export", "spectrum"),
)
TEXT = files.wrap(files.sign(TERMS.claims(), SIGNER))


def verify(text: str, *, product: str = "spectra", issuer: str = ISSUER) -> dict[str, files.Claim]:
    return files.verify(text, PUBLIC_KEYS, product=product, issuer=issuer)


def signed(terms: files.Terms = TERMS, signer: files.Signer = SIGNER, kind: str = files.FILE_TYPE) -> str:
    return files.wrap(files.sign(terms.claims(), signer, kind=kind))


def part(text: str, number: int) -> dict[str, object]:
    """Return the header (0) or the claims (1) of a license file, read without any library."""
    encoded = "".join(text.splitlines()[1:-1]).split(".")[number]
    decoded: dict[str, object] = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    return decoded


def test_file_is_one_token_wrapped_at_64_columns_between_two_lines() -> None:
    first, *lines, last = TEXT.splitlines()
    assert (first, last) == ("-----BEGIN LICENSE-----", "-----END LICENSE-----")
    assert {len(line) for line in lines[:-1]} == {64}
    assert 1 <= len(lines[-1]) <= 64
    assert "".join(lines).count(".") == 2
    assert TEXT.endswith("-----END LICENSE-----\n")
    assert TEXT.isascii()


def test_header_says_algorithm_type_and_key_and_nothing_else() -> None:
    assert part(TEXT, 0) == {"alg": "EdDSA", "typ": "license+jwt", "kid": KEY_ID}


def test_claims_are_exactly_these() -> None:
    assert part(TEXT, 1) == {
        "iss": "https://portal.example.com",
        "jti": "0123456789abcdef0123456789abcdef",
        "sub": "0195803f-4c1e-7000-8000-000000000000",
        "aud": "spectra",
        "iat": 1773156600,
        "nbf": 1773156600,
        "exp": 32480740800,
        "ver": 1,
        "license": {
            "key": "ABCDE",
            "model": "subscription",
            "version": "4.1",
            "expires_on": "2999-04-09",
            "maintenance_until": "2027-03-09",
            "activations_allowed": 3,
            "floating_seats": None,
            "licensee": "Anna Łukasiewicz",
            "organization": "Acme Engineering",
        },
        "computer": {"id_sha256": hashlib.sha256(b"ID-LAPTOP").hexdigest(), "name": "Anna’s laptop"},
        "features": ["export", "spectrum"],
    }


def test_file_without_end_has_no_such_claim() -> None:
    claims = part(signed(replace(TERMS, ends_at=None, expires_on=None)), 1)
    assert "exp" not in claims
    license = claims["license"]
    assert isinstance(license, dict)
    assert license["expires_on"] is None


def test_computer_id_itself_is_not_in_the_file() -> None:
    assert "ID-LAPTOP" not in json.dumps(part(TEXT, 1))


def test_own_verification_gives_the_claims_back() -> None:
    assert verify(TEXT) == TERMS.claims()


def test_pyjwt_verifies_it_with_the_published_jwk() -> None:
    (key,) = jwt.PyJWKSet.from_dict({"keys": [files.as_jwk(KEY_ID, PUBLIC_TEXT)]}).keys
    token = files.unwrap(TEXT)
    claims = jwt.decode(token, key, algorithms=["EdDSA"], audience="spectra", issuer=ISSUER)
    assert claims == TERMS.claims()


def test_pyjwt_verifies_it_with_the_published_pem() -> None:
    key = files.as_pem(PUBLIC_TEXT).encode()
    assert load_pem_public_key(key) == PRIVATE_KEY.public_key()
    assert jwt.decode(files.unwrap(TEXT), key, algorithms=["EdDSA"], audience="spectra") == TERMS.claims()


def test_key_is_published_as_rfc_8037_says_and_named_by_its_thumbprint() -> None:
    jwk = files.as_jwk(KEY_ID, PUBLIC_TEXT)
    assert jwk == {"kty": "OKP", "crv": "Ed25519", "x": PUBLIC_TEXT, "kid": KEY_ID, "alg": "EdDSA", "use": "sig"}
    assert base64.urlsafe_b64decode(PUBLIC_TEXT + "=") == PRIVATE_KEY.public_key().public_bytes_raw()
    assert files.public_key(PUBLIC_TEXT).public_bytes_raw() == PRIVATE_KEY.public_key().public_bytes_raw()


def test_thumbprint_is_that_of_the_example_in_rfc_8037() -> None:
    public = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert files.thumbprint(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@given(position=st.integers(0, len(TEXT) - 1), character=st.characters(codec="ascii"))
def test_one_changed_byte_anywhere_makes_it_invalid(position: int, character: str) -> None:
    changed = TEXT[:position] + character + TEXT[position + 1 :]
    assume(changed.split() != TEXT.split())  # one line break written as another changes nothing
    with pytest.raises(files.NotALicenseFileError):
        verify(changed)


@pytest.mark.parametrize("character", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
def test_last_character_of_the_signature_counts_too(character: str) -> None:
    token = files.unwrap(TEXT)
    if token[-1] == character:
        assert verify(files.wrap(token[:-1] + character))
        return
    with pytest.raises(files.NotALicenseFileError):
        verify(files.wrap(token[:-1] + character))


def test_every_single_position_is_protected() -> None:
    for position, character in enumerate(TEXT):
        if character == "\n":
            continue
        for changed in ("A" if character != "A" else "B", ""):
            with pytest.raises(files.NotALicenseFileError):
                verify(TEXT[:position] + changed + TEXT[position + 1 :])


@pytest.mark.parametrize("line_break", ["\r\n", "\n\n", " \n", "\n  "])
def test_file_survives_what_mail_programs_and_editors_do_to_lines(line_break: str) -> None:
    assert verify("\n\n" + TEXT.replace("\n", line_break) + "\n") == TERMS.claims()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-----BEGIN LICENSE-----",
        "-----BEGIN LICENSE-----\n-----END LICENSE-----\n",
        "-----BEGIN LICENSE-----\n\n-----END LICENSE-----\n",
        "-----BEGIN LICENSE-----\n..\n-----END LICENSE-----\n",
        "-----BEGIN LICENSE-----\näöü\n-----END LICENSE-----\n",
        "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n",
        files.unwrap(TEXT),
    ],
)
def test_what_is_no_license_file_is_said_to_be_none(text: str) -> None:
    with pytest.raises(files.NotALicenseFileError):
        verify(text)


def test_file_of_another_product_does_not_verify() -> None:
    with pytest.raises(files.NotALicenseFileError, match="Audience"):
        verify(TEXT, product="sonar")


def test_file_of_another_portal_does_not_verify() -> None:
    with pytest.raises(files.NotALicenseFileError, match="issuer"):
        verify(TEXT, issuer="https://portal.example.org")


def test_file_that_has_ended_does_not_verify() -> None:
    with pytest.raises(files.NotALicenseFileError, match="expired"):
        verify(signed(replace(TERMS, ends_at=ISSUED_AT)))


def test_file_from_the_future_does_not_verify() -> None:
    with pytest.raises(files.NotALicenseFileError, match="not yet valid"):
        verify(signed(replace(TERMS, issued_at=ISSUED_AT + timedelta(days=36_500))))


def test_file_signed_with_an_unknown_key_does_not_verify() -> None:
    stranger = Ed25519PrivateKey.generate()
    with pytest.raises(files.NotALicenseFileError, match="a key that is not known"):
        verify(signed(signer=files.Signer("unknown", stranger)))


def test_file_signed_with_another_key_under_a_known_name_does_not_verify() -> None:
    stranger = Ed25519PrivateKey.generate()
    with pytest.raises(files.NotALicenseFileError, match="does not verify"):
        verify(signed(signer=files.Signer(KEY_ID, stranger)))


def test_signed_answer_about_a_file_is_no_license_file() -> None:
    with pytest.raises(files.NotALicenseFileError, match="of another kind"):
        verify(signed(kind=files.STATE_TYPE))


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_no_other_algorithm_is_accepted(algorithm: str) -> None:
    secret = None if algorithm == "none" else PUBLIC_TEXT
    headers = {"typ": files.FILE_TYPE, "kid": KEY_ID}
    token = jwt.encode(TERMS.claims(), secret or "", algorithm=algorithm, headers=headers)
    with pytest.raises(files.NotALicenseFileError, match="does not verify"):
        verify(files.wrap(token))


@given(
    licensee=st.text(min_size=1, max_size=200),
    name=st.text(max_size=100),
    computer_id=st.text(min_size=1, max_size=255),
    features=st.lists(st.text(min_size=1, max_size=50), max_size=5),
)
def test_whatever_names_are_in_it_the_file_verifies(
    licensee: str, name: str, computer_id: str, features: list[str]
) -> None:
    terms = replace(
        TERMS, licensee=licensee, computer=files.Computer(computer_id, name), features=tuple(sorted(features))
    )
    assert verify(signed(terms)) == terms.claims()
