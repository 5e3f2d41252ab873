"""License files: signing, wrapping and verifying. Pure: no database, no settings.

A license file is one compact JWS (RFC 7515) signed with Ed25519 (RFC 8037), wrapped at 64
columns between two lines (Product rules, section 2). Any JOSE library can verify it.
"""

import base64
import hashlib
import json
import textwrap
from dataclasses import dataclass
from datetime import date, datetime

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

BEGIN = "-----BEGIN LICENSE-----"
END = "-----END LICENSE-----"
COLUMNS = 64
ALGORITHM = "EdDSA"
FILE_TYPE = "license+jwt"
STATE_TYPE = "license-state+jwt"

Claim = str | int | None | list[str] | dict[str, "Claim"]


class NotALicenseFileError(ValueError):
    """The text is not a license file, or no key given verifies it."""


@dataclass(frozen=True)
class Signer:
    """A private key and the id by which its public key is published."""

    key_id: str
    private_key: Ed25519PrivateKey


@dataclass(frozen=True)
class Computer:
    """The computer that a license file is for."""

    id: str
    name: str


@dataclass(frozen=True)
class Terms:
    """What a license file says; one without a computer fits any.

    Moments are rounded down to whole seconds (RFC 7519, NumericDate).
    """

    issuer: str
    file_id: str
    license_id: str
    product: str
    issued_at: datetime
    ends_at: datetime | None
    key_tail: str
    model: str
    version: str
    expires_on: date | None
    maintenance_until: date | None
    max_activations: int
    floating_seats: int | None
    licensee: str
    organization: str | None
    computer: Computer | None
    features: tuple[str, ...]

    def claims(self) -> dict[str, Claim]:
        """Return the claims in the order and form in which they are signed."""
        issued = int(self.issued_at.timestamp())
        claims: dict[str, Claim] = {
            "iss": self.issuer,
            "jti": self.file_id,
            "sub": self.license_id,
            "aud": self.product,
            "iat": issued,
            "nbf": issued,
        }
        if self.ends_at is not None:
            claims["exp"] = int(self.ends_at.timestamp())
        claims |= {
            "ver": 1,
            "license": {
                "key": self.key_tail,
                "model": self.model,
                "version": self.version,
                "expires_on": _iso(self.expires_on),
                "maintenance_until": _iso(self.maintenance_until),
                "activations_allowed": self.max_activations,
                "floating_seats": self.floating_seats,
                "licensee": self.licensee,
                "organization": self.organization,
            },
        }
        if self.computer is not None:
            claims["computer"] = {
                "id_sha256": hashlib.sha256(self.computer.id.encode()).hexdigest(),
                "name": self.computer.name,
            }
        return claims | {"features": list(self.features)}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def sign(claims: dict[str, Claim], signer: Signer, *, kind: str = FILE_TYPE) -> str:
    """Return `claims` as a compact JWS of the type `kind`, signed by `signer`."""
    headers = {"typ": kind, "kid": signer.key_id}
    return jwt.encode(claims, signer.private_key, algorithm=ALGORITHM, headers=headers)


def wrap(token: str) -> str:
    """Return a compact JWS as the text of a license file, ending with a line break."""
    return "\n".join([BEGIN, *textwrap.wrap(token, COLUMNS, break_on_hyphens=False), END, ""])


def unwrap(text: str) -> str:
    """Return the compact JWS in the text of a license file; raise NotALicenseFileError if there is none."""
    lines = [line.strip() for line in text.strip().splitlines()]
    if len(lines) < 3 or lines[0] != BEGIN or lines[-1] != END:
        raise NotALicenseFileError(f"A license file begins with {BEGIN} and ends with {END}.")
    return "".join(lines[1:-1])


def verify(text: str, public_keys: dict[str, Ed25519PublicKey], *, product: str, issuer: str) -> dict[str, Claim]:
    """Return the claims of a license file that one of `public_keys` (by key id) verifies.

    Raises NotALicenseFileError when the text is no license file, was changed, was signed
    with another key, is for another product, or has ended.
    """
    token = unwrap(text)
    try:
        header = jwt.get_unverified_header(token)
        if header.get("typ") != FILE_TYPE:
            raise NotALicenseFileError("This is a signed text of another kind.")
        key = public_keys[str(header.get("kid"))]
        claims: dict[str, Claim] = jwt.decode(token, key, algorithms=[ALGORITHM], audience=product, issuer=issuer)
    except KeyError:
        raise NotALicenseFileError("The license file was signed with a key that is not known.") from None
    except jwt.InvalidTokenError as error:
        raise NotALicenseFileError(f"The license file does not verify: {error}.") from None
    signature = token.rpartition(".")[2]
    if _base64url(base64.urlsafe_b64decode(signature + "==")) != signature:  # its last character has bits to spare
        raise NotALicenseFileError("The license file does not verify: it was changed.")
    return claims


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def public_text(key: Ed25519PublicKey) -> str:
    """Return a public key as 43 characters of base64url, the `x` of a JWK (RFC 8037)."""
    return _base64url(key.public_bytes_raw())


def public_key(text: str) -> Ed25519PublicKey:
    """Return the public key whose `public_text` is `text`."""
    return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(text + "="))


def thumbprint(public: str) -> str:
    """Return the JWK thumbprint (RFC 7638, SHA-256, base64url) of a public key in base64url; it serves as key id."""
    members = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": public}, separators=(",", ":"), sort_keys=True)
    return _base64url(hashlib.sha256(members.encode()).digest())


def as_jwk(key_id: str, public: str) -> dict[str, str]:
    """Return a public key as a JWK (RFC 7517, RFC 8037)."""
    return {"kty": "OKP", "crv": "Ed25519", "x": public, "kid": key_id, "alg": ALGORITHM, "use": "sig"}


def as_pem(public: str) -> str:
    """Return a public key as PEM (SubjectPublicKeyInfo, RFC 8410)."""
    return public_key(public).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
