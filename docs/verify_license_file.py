"""Verify a license file, as a program that is licensed would do it at its start.

    python verify_license_file.py FILE KEYS PRODUCT ISSUER COMPUTER-ID

KEYS is the portal's JWK set: a copy of it that you ship with your program, which then needs
no network, or its address, such as https://portal.example.com/.well-known/jwks.json. PRODUCT
is the product's slug, ISSUER the portal's address. Prints what the file says and ends with 0,
or says why the file is not valid and ends with 1.

Needs PyJWT: pip install "pyjwt[crypto]"
"""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from urllib.request import urlopen

import jwt

LICENSE_FILE = re.compile(r"\s*-----BEGIN LICENSE-----\s+([\w.\s-]+?)\s+-----END LICENSE-----\s*", re.ASCII)
CLOCK_TOLERANCE_SECONDS = 300
REQUIRED = ["iss", "aud", "sub", "jti", "iat", "nbf", "ver", "license", "features"]


class NotValid(Exception):
    """The license file is not valid here; the message says why."""


def verified(text: str, jwks: dict[str, object], product: str, issuer: str, computer_id: str) -> dict[str, object]:
    """Return what the license file `text` says, or raise NotValid."""
    found = LICENSE_FILE.fullmatch(text)
    if found is None:
        raise NotValid("This is not a license file.")
    token = "".join(found[1].split())
    try:
        header = jwt.get_unverified_header(token)
        key = _key_of(header, jwks)
        claims: dict[str, object] = jwt.decode(
            token,
            key,
            algorithms=["EdDSA"],
            audience=product,
            issuer=issuer,
            leeway=CLOCK_TOLERANCE_SECONDS,
            options={"require": REQUIRED},
        )
    except jwt.PyJWTError as error:
        raise NotValid(f"The license file does not verify: {error}") from None
    if not _is_plain(token) or claims["ver"] != 1:
        raise NotValid("The license file has a form that this program does not know.")
    if not _fits(claims, computer_id):
        raise NotValid("The license file is for another computer.")
    return claims


def _fits(claims: dict[str, object], computer_id: str) -> bool:
    """Return whether a license file is for this computer; one of a generic license names none, and always ends."""
    if "computer" not in claims:
        return "exp" in claims
    computer = claims["computer"]
    return isinstance(computer, dict) and computer.get("id_sha256") == hashlib.sha256(computer_id.encode()).hexdigest()


def _key_of(header: dict[str, object], jwks: dict[str, object]) -> jwt.PyJWK:
    """Return the key that the header names; every other kind of signed text is refused."""
    if header.get("typ") != "license+jwt":
        raise NotValid("This is a signed text of another kind.")
    for key in jwt.PyJWKSet.from_dict(jwks).keys:
        if key.key_id == header.get("kid"):
            return key
    raise NotValid("The license file was signed with a key that is not known.")


def _is_plain(token: str) -> bool:
    """Return whether the signature is written in the one plain way: its last character has bits to spare."""
    signature = token.rpartition(".")[2]
    return base64.urlsafe_b64encode(base64.urlsafe_b64decode(signature + "==")).decode().rstrip("=") == signature


def read_keys(place: str) -> dict[str, object]:
    """Return the JWK set at an address or in a file."""
    if place.startswith(("https://", "http://")):
        with urlopen(place, timeout=10) as answer:
            text = answer.read()
    else:
        text = Path(place).read_bytes()
    keys: dict[str, object] = json.loads(text)
    return keys


def main(arguments: list[str]) -> int:
    """Do what the command line asks for."""
    if len(arguments) != 5:
        print(__doc__, file=sys.stderr)
        return 2
    file, keys, product, issuer, computer_id = arguments
    try:
        text = Path(file).read_text(encoding="ascii", errors="replace")
        claims = verified(text, read_keys(keys), product, issuer, computer_id)
    except (NotValid, OSError, ValueError) as reason:
        print(reason, file=sys.stderr)
        return 1
    print(json.dumps(claims, indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
