"""Microsoft: anybody can have a tenant and write any address into it, so only a verified domain's is vouched for."""

import re

from allauth.socialaccount import app_settings
from django.http import HttpRequest

from accounts.providers.faults import Fault
from accounts.providers.id_tokens import TENANT, Claims
from accounts.providers.identity import Identity, address_in, can_be_proved, name_in, subject_in
from accounts.providers.openid import OpenIdAdapter, OpenIdProvider

_TENANT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OBJECT_ID = re.compile(r"[0-9A-Za-z-]{1,100}")


class AzureAdapter(OpenIdAdapter):
    """Reads Microsoft's token, of any tenant or of those that are listed."""

    provider_id = "azure"

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.tenants: list[str] = app_settings.PROVIDERS[self.provider_id]["TENANTS"]

    def issuer(self, claims: Claims) -> str:
        """Return the issuer of the token's own tenant, which has to be one that may sign in."""
        tenant = claims.get("tid")
        if not isinstance(tenant, str) or not _TENANT_ID.fullmatch(tenant):
            raise Fault("tenant")
        if self.tenants and tenant not in self.tenants:
            raise Fault("tenant")
        return self.settings["ISSUER"].replace(TENANT, tenant)

    def identity_in(self, claims: Claims) -> Identity:
        """Return who the claims are about: the same object id in another tenant is somebody else."""
        subject_in(claims.get("sub"))
        object_id = claims.get("oid")
        if not isinstance(object_id, str) or not _OBJECT_ID.fullmatch(object_id):
            raise Fault("subject")
        return Identity(
            uid=f"{claims['tid']}:{object_id}",
            email=address_in(claims.get("email")),
            is_proved=vouches(claims),
            tenant="" if is_guest(claims) else str(claims["tid"]),
            name=name_in(claims.get("name")),
        )


class AzureProvider(OpenIdProvider):
    """Microsoft in the portal's way: allauth's own knows no tenant, and takes user names for addresses."""

    id = "azure"
    name = "Microsoft"
    oauth2_adapter_class = AzureAdapter


def vouches(claims: Claims) -> bool:
    """Return whether the tenant has shown that the address's domain is its own.

    `xms_edov` is a boolean by its documentation, and comes as 1, "1" or "true" as well; anything else is no.
    """
    verified = claims.get("xms_edov")
    is_verified = verified is True or (type(verified) is int and verified == 1) or verified in ("1", "true")
    return is_verified and can_be_proved(address_in(claims.get("email")))


def is_guest(claims: Claims) -> bool:
    """Tell whether the tenant lets somebody in whom it does not know itself: `idp` names who does."""
    return claims.get("idp", claims.get("iss")) != claims.get("iss")
