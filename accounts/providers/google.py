"""Google: vouches for an address that Google itself looks after, and for no other."""

from accounts.providers.id_tokens import Claims
from accounts.providers.identity import Identity, address_in, can_be_proved, domain_of, name_in, subject_in
from accounts.providers.openid import OpenIdAdapter, OpenIdProvider

MAIL_DOMAINS = frozenset({"gmail.com", "googlemail.com"})


class GoogleAdapter(OpenIdAdapter):
    """Reads Google's token."""

    provider_id = "google"

    def issuer(self, claims: Claims) -> str:
        """Return Google's one issuer."""
        return self.settings["ISSUER"]

    def identity_in(self, claims: Claims) -> Identity:
        """Return who the claims are about."""
        return Identity(
            uid=subject_in(claims.get("sub")),
            email=address_in(claims.get("email")),
            is_proved=vouches(claims),
            name=name_in(claims.get("name")),
        )


class GoogleProvider(OpenIdProvider):
    """Google in the portal's way: allauth's own skips the signature and sends no nonce."""

    id = "google"
    name = "Google"
    oauth2_adapter_class = GoogleAdapter


def vouches(claims: Claims) -> bool:
    """Return whether Google is the authority for the address, as its documentation on `hd` says.

    Of any other address somebody once read a mail there, perhaps years ago. Only the boolean counts:
    the text "false" is true as well.
    """
    address = address_in(claims.get("email"))
    domain = domain_of(address)
    is_looked_after = domain in MAIL_DOMAINS or claims.get("hd") == domain
    return claims.get("email_verified") is True and can_be_proved(address) and is_looked_after
