"""What allauth's OpenID Connect server says about the chosen identity."""

from collections.abc import Iterable
from time import time
from typing import Literal

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client
from django.contrib.auth.base_user import AbstractBaseUser

from tests.identity_provider.choices import OF_CODES, Choice
from tests.identity_provider.identities import Claims
from tests.identity_provider.portal import own_url


class ChosenIdentityAdapter(DefaultOIDCAdapter):
    """Speaks as the role whose code is exchanged."""

    def get_claims(
        self,
        purpose: Literal["id_token", "userinfo"],
        user: AbstractBaseUser,
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **_others: object,
    ) -> Claims:
        """Return the claims of the chosen identity, and what is wrong with them; they win over the server's own."""
        choice = OF_CODES[self.request.POST["code"]]
        return {**choice.identity.claims, "iss": issuer_of(choice), **_wrong_claims(choice)}


def issuer_of(choice: Choice) -> str:
    """Return the issuer: one for Google, one for each tenant of Microsoft."""
    if choice.role == "microsoft":
        return f"{own_url()}/microsoft/{choice.identity.claims['tid']}/v2.0"
    return f"{own_url()}/{choice.role}"


def _wrong_claims(choice: Choice) -> Claims:
    an_hour_ago = int(time()) - 3600
    wrong: dict[str, Claims] = {
        "expired": {"iat": an_hour_ago - 300, "exp": an_hour_ago},
        "other-audience": {"aud": "another-site"},
        "other-issuer": {"iss": f"{own_url()}/somebody-else"},
        "other-nonce": {"nonce": "of-another-question"},
        "wrong-types": {"sub": ["a", "list"], "oid": 7, "email": {"address": "primary@acme.example"}, "name": None},
    }
    return wrong.get(choice.fault, {})
