"""Passkeys (WebAuthn): asked for by the portal, answered by a device that has checked who uses it.

What comes from a browser is anything that anybody cares to send, until its signature is verified.
A challenge is good for one attempt, in the session that got it, for what it was made for.
"""

import re
import struct
import time
from uuid import UUID

from allauth.mfa.models import Authenticator
from cryptography.exceptions import UnsupportedAlgorithm
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.models import User
from accounts.second_step import Kind

CHALLENGE = "passkey_challenge"
CHALLENGE_SECONDS = 600
LONGEST_PART = 8_000
REGISTERED = ("clientDataJSON", "attestationObject")
ASSERTED = ("clientDataJSON", "authenticatorData", "signature")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_IP_ADDRESS = re.compile(r"[0-9.]+|\[.*\]")
_MALFORMED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
    struct.error,
)
"""What parsing something else than an answer raises, endless nesting included."""

Options = dict[str, object]


class PasskeyRefused(Exception):
    """The answer is none, or not to what was asked here and now, or not of a passkey that is known."""


def host_of(request: HttpRequest) -> str:
    """Return the name of the portal as the browser has it."""
    return re.sub(r":\d+$", "", request.get_host())


def can_have_passkeys(request: HttpRequest) -> bool:
    """Return whether browsers use passkeys at the address they opened: one with a name, not with numbers."""
    return not _IP_ADDRESS.fullmatch(host_of(request))


def options_to_create(request: HttpRequest, user: User) -> Options:
    """Return what the browser is asked for when a passkey is added; one that is known already is not made again."""
    options, state = _server(request).register_begin(
        user=PublicKeyCredentialUserEntity(id=user.pk.hex.encode(), name=user.email, display_name=user.get_full_name()),
        credentials=[_key_of(each) for each in _passkeys_of(user)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _remember(request, f"create {user.pk}", state["challenge"])
    return dict(options)


def options_to_confirm(request: HttpRequest, user: User) -> Options:
    """Return what the browser is asked for when `user` uses a passkey as second step, or confirms that it is them."""
    options, state = _server(request).authenticate_begin(
        credentials=[_key_of(each) for each in _passkeys_of(user)],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _remember(request, f"confirm {user.pk}", state["challenge"])
    return dict(options)


def options_to_sign_in(request: HttpRequest) -> Options:
    """Return what the browser is asked for when a passkey says who signs in: the same for everybody."""
    options, state = _server(request).authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    _remember(request, "sign in", state["challenge"])
    return dict(options)


def created(request: HttpRequest, user: User, answer: object) -> dict[str, object]:
    """Return the passkey that a device has just made for `user`, as it is kept; raise PasskeyRefused otherwise."""
    state = _recall(request, f"create {user.pk}")
    credential = _cleaned(answer, REGISTERED)
    try:
        made = _server(request).register_complete(state, credential).credential_data
        is_known_kind = made is not None and made.public_key.ALGORITHM in CoseKey.supported_algorithms()
        is_itself = made is not None and made.credential_id == websafe_decode(str(credential["id"]))
    except _MALFORMED:
        raise PasskeyRefused from None
    if not (is_known_kind and is_itself):
        raise PasskeyRefused
    return credential


def confirmed(request: HttpRequest, user: User, answer: object) -> Authenticator:
    """Return the passkey of `user` that has just answered; raise PasskeyRefused otherwise."""
    return _verified(request, user, _cleaned(answer, ASSERTED), _recall(request, f"confirm {user.pk}"))


def signed_in(request: HttpRequest, answer: object) -> Authenticator:
    """Return the passkey that has just answered, whoever it belongs to; raise PasskeyRefused otherwise.

    Whose it is stands in the answer unsigned, so it says only among whose passkeys to look.
    """
    state = _recall(request, "sign in")
    user = _named_in(answer)
    return _verified(request, user, _cleaned(answer, ASSERTED), state)


def _server(request: HttpRequest) -> Fido2Server:
    """Return what makes challenges and verifies answers, given at this very address and no other."""
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
    origin = f"{scheme}://{request.get_host()}"
    rp = PublicKeyCredentialRpEntity(id=host_of(request), name=settings.PORTAL_NAME)
    return Fido2Server(rp, verify_origin=lambda named: named == origin)


def _remember(request: HttpRequest, purpose: str, challenge: str) -> None:
    request.session[CHALLENGE] = {"purpose": purpose, "challenge": challenge, "at": time.time()}


def _recall(request: HttpRequest, purpose: str) -> dict[str, object]:
    """Return the challenge that was given out for `purpose`, and forget it."""
    match request.session.pop(CHALLENGE, None):
        case {"purpose": str(asked), "challenge": str(challenge), "at": float(at)} if asked == purpose:
            if time.time() - at < CHALLENGE_SECONDS:
                return {"challenge": challenge, "user_verification": UserVerificationRequirement.REQUIRED}
    raise PasskeyRefused


def _cleaned(answer: object, parts: tuple[str, ...]) -> dict[str, object]:
    """Return the answer with what is needed of it and nothing else; raise PasskeyRefused for anything odd."""
    match answer:
        case {"id": str(id_), "rawId": str(raw_id), "type": "public-key", "response": dict(response)}:
            kept = {part: response.get(part) for part in parts}
        case _:
            raise PasskeyRefused
    if id_ != raw_id or not all(_is_base64url(part) for part in (id_, *kept.values())):
        raise PasskeyRefused
    return {"id": id_, "rawId": id_, "type": "public-key", "response": kept, "clientExtensionResults": {}}


def _is_base64url(part: object) -> bool:
    return isinstance(part, str) and len(part) <= LONGEST_PART and _BASE64URL.fullmatch(part) is not None


def _named_in(answer: object) -> User:
    """Return whom an answer names, if that is somebody who may sign in."""
    match answer:
        case {"response": {"userHandle": str(handle)}} if _is_base64url(handle):
            pass
        case _:
            raise PasskeyRefused
    try:
        user_id = UUID(hex=websafe_decode(handle).decode("ascii"))
    except ValueError:
        raise PasskeyRefused from None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise PasskeyRefused
    return user


@transaction.atomic
def _verified(request: HttpRequest, user: User, answer: dict[str, object], state: dict[str, object]) -> Authenticator:
    """Return the passkey whose signature the answer bears; a copy that counts behind is refused."""
    passkeys = _passkeys_of(user)
    try:
        key = _server(request).authenticate_complete(state, [_key_of(each) for each in passkeys], answer)
        uses = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
    except _MALFORMED:
        raise PasskeyRefused from None
    [passkey] = [each for each in passkeys if _key_of(each).credential_id == key.credential_id]
    if uses and uses <= passkey.data.get("uses", 0):
        raise PasskeyRefused
    passkey.data["uses"] = uses
    passkey.save(update_fields=["data"])
    passkey.user = user
    return passkey


def _passkeys_of(user: User) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=user, type=Kind.WEBAUTHN).order_by("pk"))


def _key_of(passkey: Authenticator) -> AttestedCredentialData:
    key: AttestedCredentialData = passkey.wrap().authenticator_data.credential_data
    return key
