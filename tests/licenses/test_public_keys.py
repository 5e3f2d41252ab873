"""The public keys, which anybody may have."""

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.test import Client

from accounts.audit import SYSTEM
from licenses.license_file import unwrap
from licenses.models import License, Product, SigningKey
from licenses.signing import rotate_signing_key, signer_of
from tests.cast import make_activation, make_product


def test_jwk_set_holds_every_key_of_every_product_retired_ones_too(client: Client, product: Product) -> None:
    make_product("Sonar")
    rotate_signing_key(product, SYSTEM)
    answer = client.get("/.well-known/jwks.json")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "public, max-age=300"
    keys = answer.json()["keys"]
    assert {key["kid"] for key in keys} == set(SigningKey.objects.values_list("key_id", flat=True))
    assert len(keys) == 3
    assert {frozenset(key) for key in keys} == {frozenset({"kty", "crv", "x", "kid", "alg", "use"})}


def test_no_private_part_is_published(client: Client, product: Product) -> None:
    answer = client.get("/.well-known/jwks.json").content.decode()
    assert '"d"' not in answer
    assert SigningKey.objects.get().private_key not in answer


def test_pyjwt_verifies_a_file_with_the_published_set_after_a_rotation(client: Client, license: License) -> None:
    text = make_activation(license).license_files.get().text
    rotate_signing_key(license.product, SYSTEM)
    published = jwt.PyJWKSet.from_dict(client.get("/.well-known/jwks.json").json())
    token = unwrap(text)
    key = published[jwt.get_unverified_header(token)["kid"]]
    assert jwt.decode(token, key, algorithms=["EdDSA"], audience="spectra")["sub"] == str(license.pk)


def test_each_key_can_be_had_as_pem(client: Client, product: Product) -> None:
    signer = signer_of(product)
    answer = client.get(f"/.well-known/license-keys/{signer.key_id}.pem")
    assert answer["Content-Type"] == "application/x-pem-file"
    assert load_pem_public_key(answer.content) == signer.private_key.public_key()


@pytest.mark.parametrize("key_id", ["unknown", "x" * 3000, "..%2f..%2fetc%2fpasswd"])
def test_unknown_key_is_not_found(client: Client, db: None, key_id: str) -> None:
    assert client.get(f"/.well-known/license-keys/{key_id}.pem").status_code == 404


def test_without_any_product_the_set_is_empty(client: Client, db: None) -> None:
    assert client.get("/.well-known/jwks.json").json() == {"keys": []}
