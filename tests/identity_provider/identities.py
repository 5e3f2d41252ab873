"""Who can sign in at the local identity provider, and what can go wrong there."""

from dataclasses import dataclass, replace
from uuid import NAMESPACE_DNS, uuid5

ROLES = {"google": "Google", "microsoft": "Microsoft", "facebook": "Facebook"}

Claims = dict[str, object]

FOREIGN_TENANT = "99999999-eeee-4eee-8eee-999999999999"
PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The one that Microsoft uses for everybody's private accounts."""

DEMO_NAMES = {
    "primary@acme.example": "Paula Brandt",
    "secondary@acme.example": "Samuel Okoro",
    "member@acme.example": "Mira Lindholm",
    "solo@home.example": "Sol Herrera",
    "primary@globex.example": "Greta Novak",
    "reseller@north.example": "Rasmus North",
    "viewer@south.example": "Vera Costa",
    "staff@vendor.example": "Stella Berg",
}
LOOK_ALIKE = "pr\N{LATIN SMALL LETTER DOTLESS I}mary@acme.example"
"""In capitals it is the primary contact's address."""


@dataclass(frozen=True)
class Identity:
    """Somebody with an account at the provider: what it tells about them, and what that means for a tester."""

    key: str
    meaning: str
    claims: Claims

    def with_address(self, address: str) -> "Identity":
        """Return the same account after its address was changed."""
        return replace(self, claims={**self.claims, "email": address})

    @property
    def subject(self) -> str:
        """Return what the provider knows the account by."""
        return str(self.claims["sub"])

    @property
    def address(self) -> str:
        """Return the address that the provider passes on, or nothing."""
        return str(self.claims.get("email", ""))


def google(key: str, address: str, meaning: str, **claims: object) -> Identity:
    """Return an account as Google describes it; `hd` is the domain of a company's account."""
    about = {"email": address, "email_verified": True} if address else {}
    return Identity(key, meaning, {"sub": f"google-{key}", **_named(address), **about, **claims})


def microsoft(key: str, address: str, meaning: str, **claims: object) -> Identity:
    """Return an account as Microsoft describes it; `xms_edov` says whether the address's domain is the tenant's."""
    about = {"email": address, "preferred_username": address} if address else {}
    tenant = {"tid": FOREIGN_TENANT, "oid": f"oid-{key}", "sub": f"pairwise-{key}", "ver": "2.0"}
    return Identity(key, meaning, {**tenant, **_named(address), **about, **claims})


def facebook(key: str, address: str, meaning: str) -> Identity:
    """Return an account as Facebook describes it, which never says whether an address is proved."""
    about = {"email": address} if address else {}
    return Identity(key, meaning, {"sub": f"facebook-{key}", **_named(address), **about})


def tenant_of(domain: str) -> str:
    """Return the id of the Microsoft tenant of the company with that domain."""
    return str(uuid5(NAMESPACE_DNS, domain))


def _named(address: str) -> Claims:
    return {"name": DEMO_NAMES.get(address, "Robin Doe")}


def _domain(address: str) -> str:
    return address.partition("@")[2]


def _key(address: str) -> str:
    return address.partition(".")[0].replace("@", "-")


VOUCHED = "the provider vouches for the address"
NOT_VOUCHED = "the provider does not vouch for the address, so the portal mails a code"
UNKNOWN, NO_ADDRESS = "an address the portal does not know", "the provider tells no address"
IN_TENANT = "of Acme’s tenant, and the provider does not vouch for the address"
SAME_OBJECT = "the object id of Acme’s member, in another tenant"
IMPOSTOR = "somebody else, who merely claims this address"

IDENTITIES = {
    "google": (
        *(google(_key(each), each, VOUCHED, hd=_domain(each)) for each in DEMO_NAMES),
        google("private", "solo@home.example", NOT_VOUCHED),
        google("impostor", "primary@acme.example", IMPOSTOR, email_verified=False, hd="acme.example"),
        google("impostor-in-words", "primary@acme.example", IMPOSTOR, email_verified="false", hd="acme.example"),
        google("other-company", "primary@acme.example", IMPOSTOR, hd="elsewhere.example"),
        google("look-alike", LOOK_ALIKE, "an address that only looks like one", hd="acme.example"),
        google("unknown", "stranger@elsewhere.example", UNKNOWN, hd="elsewhere.example"),
        google("no-address", "", NO_ADDRESS),
    ),
    "microsoft": (
        *(microsoft(_key(each), each, VOUCHED, tid=tenant_of(_domain(each)), xms_edov=True) for each in DEMO_NAMES),
        microsoft("private", "solo@home.example", NOT_VOUCHED, tid=PERSONAL_TENANT),
        microsoft("in-tenant", "secondary@acme.example", IN_TENANT, tid=tenant_of("acme.example")),
        microsoft("impostor", "primary@acme.example", IMPOSTOR),
        microsoft("impostor-in-words", "primary@acme.example", IMPOSTOR, xms_edov="false"),
        microsoft("same-object", "", SAME_OBJECT, oid="oid-member-acme"),
        microsoft("user-name-only", "", NO_ADDRESS, preferred_username="primary@acme.example", xms_edov=True),
        microsoft("look-alike", LOOK_ALIKE, "an address that only looks like one", xms_edov=True),
        microsoft("unknown", "stranger@elsewhere.example", UNKNOWN, xms_edov=True),
        microsoft("no-address", "", NO_ADDRESS),
    ),
    "facebook": (
        *(facebook(_key(each), each, NOT_VOUCHED) for each in DEMO_NAMES),
        facebook("impostor", "primary@acme.example", IMPOSTOR),
        facebook("look-alike", LOOK_ALIKE, "an address that only looks like one"),
        facebook("unknown", "stranger@elsewhere.example", UNKNOWN),
        facebook("no-address", "", NO_ADDRESS),
    ),
}

WIRE_FAULTS = {
    "error": "The provider says that it is out of order",
    "hang": "The provider never answers the portal",
    "nonsense": "The provider answers the portal with a web page",
    "wrong-types": "The provider answers with lists where words belong",
    "replayed": "The browser comes back with the answer of the sign-in before",
    "foreign-state": "The browser comes back with an answer that nobody asked for",
}
TOKEN_FAULTS = {
    "unsigned": "The token is not signed",
    "other-key": "The token is signed by somebody else",
    "public-key": "The token is signed with the public key as if it were a password",
    "unknown-key": "The token names a key that nobody knows",
    "expired": "The token has expired",
    "other-audience": "The token is for another site",
    "other-issuer": "The token is from another issuer",
    "other-nonce": "The token answers another question",
    "no-token": "There is no token",
}


def faults_of(role: str) -> dict[str, str]:
    """Return what can go wrong in that role, by key; Facebook has no tokens that are signed."""
    return WIRE_FAULTS if role == "facebook" else {**TOKEN_FAULTS, **WIRE_FAULTS}


def identity(role: str, key: str) -> Identity:
    """Return the identity of that name; raise KeyError where there is none."""
    return {each.key: each for each in IDENTITIES[role]}[key]
