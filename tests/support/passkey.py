"""A passkey device made of software: it answers what a page asks as a phone or a security key does."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import TypedDict

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.utils import websafe_decode

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


class Asked(TypedDict, total=False):
    """What of the options a device looks at."""

    challenge: str
    user: dict[str, str]
    userVerification: str
    allowCredentials: list[object]


Options = dict[str, Asked]


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Passkey:
    """One device of somebody who visits `origin`. What differs from an honest device is named."""

    origin: str = "http://testserver"
    rp_id: str = "testserver"
    is_verified: bool = True
    uses: int = 0
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    id: bytes = field(default_factory=lambda: token_bytes(16))
    owner: bytes = b""

    def create(self, options: Options) -> str:
        """Return the answer to being added."""
        asked = options["publicKey"]
        self.owner = websafe_decode(asked["user"]["id"])
        key = bytes(16) + len(self.id).to_bytes(2, "big") + self.id
        data = self._data(HAS_KEY) + key + cbor.encode(self._public_key())
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer(clientDataJSON=text(client), attestationObject=text(attestation))

    def get(self, options: Options) -> str:
        """Return the answer to being used."""
        self.uses += 1
        client, data = self._client("webauthn.get", options["publicKey"]["challenge"]), self._data()
        signature = self.key.sign(data + sha256(client).digest(), ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature, "userHandle": self.owner}
        return self._answer(**{name: text(part) for name, part in parts.items()})

    def _public_key(self) -> dict[int, object]:
        """Return the key as COSE writes it (RFC 9053): ES256 on P-256."""
        numbers = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}

    def _client(self, kind: str, challenge: object) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _data(self, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.is_verified else 0)
        return sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _answer(self, **response: str) -> str:
        id_ = text(self.id)
        return json.dumps({"id": id_, "rawId": id_, "type": "public-key", "response": response})
