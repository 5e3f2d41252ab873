"""The token and the keys of the roles Google and Microsoft: allauth's server, and what goes wrong with its answer."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from http import HTTPStatus

import jwt
from allauth.core.internal import jwkkit
from allauth.idp.oidc import views as server
from allauth.idp.oidc.adapter import get_adapter
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from tests.identity_provider.choices import OF_CODES
from tests.identity_provider.identities import Claims
from tests.identity_provider.wire import wrong_answer


@require_GET
def keys(request: HttpRequest) -> HttpResponseBase:
    """Answer with the public keys."""
    return server.jwks(request)


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponseBase:
    """Exchange a code for a token."""
    choice = OF_CODES.get(request.POST.get("code", ""))
    if choice is None:
        return JsonResponse({"error": "invalid_grant"}, status=400)
    wrong = wrong_answer(choice.fault)
    if wrong is not None:
        return wrong
    answer = server.token(request)
    if not isinstance(answer, HttpResponse) or answer.status_code != HTTPStatus.OK:
        return answer
    content = json.loads(answer.content)
    if choice.fault == "no-token":
        del content["id_token"]
    elif choice.fault in WRONG_SIGNATURES:
        content["id_token"] = WRONG_SIGNATURES[choice.fault](content["id_token"])
    return JsonResponse(content)


def _unsigned(token: str) -> str:
    return jwt.encode(_claims_of(token), None, algorithm="none", headers={"kid": _key_id()})


def _signed_by_somebody_else(token: str) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(_claims_of(token), key, algorithm="RS256", headers={"kid": _key_id()})


def _signed_with_unknown_key(token: str) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(_claims_of(token), key, algorithm="RS256", headers={"kid": "nobody-knows"})


def _signed_with_public_key(token: str) -> str:
    """Sign by hand: no sensible library takes a public key for a password."""
    _public, private = jwkkit.load_jwk_from_pem(get_adapter().get_signing_key().pem)
    password = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = {"alg": "HS256", "typ": "JWT", "kid": _key_id()}
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in (header, _claims_of(token)))
    signature = hmac.new(password, signed.encode(), hashlib.sha256)
    return f"{signed}.{_encoded(signature.digest())}"


WRONG_SIGNATURES: dict[str, Callable[[str], str]] = {
    "unsigned": _unsigned,
    "other-key": _signed_by_somebody_else,
    "unknown-key": _signed_with_unknown_key,
    "public-key": _signed_with_public_key,
}


def _claims_of(token: str) -> Claims:
    return jwt.decode(token, options={"verify_signature": False})


def _key_id() -> str:
    return str(jwkkit.load_jwk_from_pem(get_adapter().get_signing_key().pem)[0]["kid"])


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
