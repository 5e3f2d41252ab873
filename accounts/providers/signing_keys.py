"""The public keys by which providers sign: kept for an hour, asked for again when a token names one that is new."""

import hashlib
import time
from dataclasses import dataclass
from http import HTTPStatus

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.core.cache import cache
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import PyJWTError

from accounts.providers.calls import session
from accounts.providers.faults import Fault, faults_only

KEPT_SECONDS = 3600
ASKED_AGAIN_AFTER_SECONDS = 60
KEY_SIZES = range(2048, 8193)


@dataclass(frozen=True)
class SigningKey:
    """A key, and for which issuer it signs where the provider says so (Microsoft, with {tenantid} in it)."""

    public: RSAPublicKey
    issuer: str


KeySet = dict[str, dict[str, str]]


def signing_key(keys_url: str, key_id: str) -> SigningKey:
    """Return the provider's key of that name; a Fault when it has none.

    Its keys are asked for when they are older than an hour; for a name that is not among them, when
    they are older than a minute.
    """
    name = f"provider-keys:{hashlib.sha256(keys_url.encode()).hexdigest()}"
    asked_at, keys = cache.get(name, (0.0, {}))
    if key_id not in keys and time.time() - asked_at >= ASKED_AGAIN_AFTER_SECONDS:
        keys = _ask(keys_url)
        cache.set(name, (time.time(), keys), KEPT_SECONDS)
    if key_id not in keys:
        raise Fault("unknown key")
    return _made_from(keys[key_id])


def _ask(keys_url: str) -> KeySet:
    """Return the RSA keys for signatures that the provider publishes now."""
    with faults_only(), session() as calling:
        answer = calling.get(keys_url)
        if answer.status_code != HTTPStatus.OK:
            raise Fault("refused")
        return {key["kid"]: _kept(key) for key in answer.json()["keys"] if _is_for_signatures(key)}


def _is_for_signatures(key: dict[str, object]) -> bool:
    is_named = isinstance(key.get("kid"), str) and isinstance(key.get("n"), str) and isinstance(key.get("e"), str)
    is_rsa = key.get("kty") == "RSA" and key.get("alg", "RS256") == "RS256"
    return is_named and is_rsa and key.get("use", "sig") == "sig"


def _kept(key: dict[str, object]) -> dict[str, str]:
    return {part: str(key.get(part, "")) for part in ("n", "e", "issuer")}


def _made_from(key: dict[str, str]) -> SigningKey:
    try:
        public = RSAAlgorithm.from_jwk({"kty": "RSA", "n": key["n"], "e": key["e"]})
    except (PyJWTError, ValueError):
        raise Fault("unknown key") from None
    if not isinstance(public, RSAPublicKey) or public.key_size not in KEY_SIZES:
        raise Fault("unknown key")
    return SigningKey(public, key["issuer"])
