"""Whether an id token is the provider's own, for this portal, of now, and the answer to what was asked.

After OpenID Connect Core 1.0, section 3.1.3.7, with nothing left out: that the token came over TLS
spares no check, and the token has no say in how it is checked.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.crypto import constant_time_compare
from jwt import PyJWS
from jwt.exceptions import PyJWTError

from accounts.providers.faults import Fault, faults_only
from accounts.providers.signing_keys import SigningKey, signing_key

ALGORITHM = "RS256"
LEEWAY_SECONDS = 60
LONGEST_TOKEN = 16_384
TENANT = "{tenantid}"

Claims = dict[str, object]


@dataclass(frozen=True)
class Expected:
    """What a token has to say: for whom it is, what it answers, and who made it."""

    client_id: str
    nonce: str
    keys_url: str
    issuer: Callable[[Claims], str]


def read_id_token(token: object, expected: Expected) -> Claims:
    """Return the claims of a token that passed every check; a Fault names the one that it did not."""
    if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN:
        raise Fault("no token")
    with faults_only():
        key = _key_of(token, expected.keys_url)
        claims = _signed(token, key)
        _check_issuer(claims, key, expected.issuer(claims))
        _check_audience(claims, expected.client_id)
        _check_time(claims)
        _check_nonce(claims, expected.nonce)
    return claims


def _key_of(token: str, keys_url: str) -> SigningKey:
    """Return the key that the token names; refuse another algorithm than ours, and what we do not understand."""
    try:
        header = PyJWS().get_unverified_header(token)
    except PyJWTError:
        raise Fault("no token") from None
    if header.get("alg") != ALGORITHM or "crit" in header or "b64" in header:
        raise Fault("algorithm")
    key_id = header.get("kid")
    if not isinstance(key_id, str):
        raise Fault("unknown key")
    return signing_key(keys_url, key_id)


def _signed(token: str, key: SigningKey) -> Claims:
    """Return what the key signed."""
    try:
        claims = json.loads(PyJWS([ALGORITHM]).decode(token, key.public, algorithms=[ALGORITHM]))
    except PyJWTError:
        raise Fault("signature") from None
    if not isinstance(claims, dict):
        raise Fault("nonsense")
    return claims


def _check_issuer(claims: Claims, key: SigningKey, issuer: str) -> None:
    """Let each issuer speak with keys of its own alone: the key of one tenant signs for no other."""
    of_key = key.issuer.replace(TENANT, str(claims.get("tid")))
    if claims.get("iss") != issuer or of_key not in {"", issuer}:
        raise Fault("issuer")


def _check_audience(claims: Claims, client_id: str) -> None:
    """Accept a token for us; where it is for others too, or says who asked for it, we have to be who asked."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    is_shared = len(audiences) > 1
    asked_by = claims.get("azp", None if is_shared else client_id)
    if client_id not in audiences or asked_by != client_id:
        raise Fault("audience")


def _check_time(claims: Claims) -> None:
    now = time.time()
    if not now - LEEWAY_SECONDS < _moment(claims, "exp"):
        raise Fault("expired")
    begins = _moment(claims, "iat"), _moment(claims, "nbf", 0)
    if not all(moment <= now + LEEWAY_SECONDS for moment in begins):
        raise Fault("not yet valid")


def _moment(claims: Claims, name: str, default: float | None = None) -> float:
    """Return a claim in seconds since 1970; comparing with what is no number is always false."""
    value = claims.get(name, default)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")


def _check_nonce(claims: Claims, nonce: str) -> None:
    """Refuse the answer to another question than the one this browser was sent away with."""
    told = claims.get("nonce")
    if not nonce or not isinstance(told, str) or not constant_time_compare(told, nonce):
        raise Fault("nonce")
