"""Providers that answer with a signed id token, the answer to one question (Google, Microsoft)."""

import secrets
from abc import abstractmethod

from allauth.socialaccount.models import SocialApp
from django.http import HttpRequest, HttpResponse

from accounts.providers.asking import AskingAdapter, AskingProvider
from accounts.providers.id_tokens import Claims, Expected, read_id_token
from accounts.providers.identity import Identity


class OpenIdProvider(AskingProvider):
    """Asks with a proof key (PKCE, S256) and a nonce; both stay with the browser's session."""

    pkce_enabled_default = True

    def get_default_scope(self) -> list[str]:
        """Ask who it is, their address and name."""
        return ["openid", "email", "profile"]

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: object = None, **_caller: object
    ) -> HttpResponse:
        """Send the browser away with a new nonce."""
        nonce = secrets.token_urlsafe(32)
        asked = {"nonce": nonce, "prompt": "select_account"}
        answer: HttpResponse = super().redirect(request, process, next_url, data, auth_params=asked, nonce=nonce)
        return answer


class OpenIdAdapter(AskingAdapter):
    """Believes an id token after every check, and nothing else in the answer."""

    def identity(self, app: SocialApp, access_token: str, answer: dict[str, object]) -> Identity:
        """Return who the id token is about."""
        expected = Expected(app.client_id, self.nonce, self.settings["KEYS_URL"], self.issuer)
        return self.identity_in(read_id_token(answer.get("id_token"), expected))

    @abstractmethod
    def issuer(self, claims: Claims) -> str:
        """Return who has to have issued the token."""

    @abstractmethod
    def identity_in(self, claims: Claims) -> Identity:
        """Return who the claims are about, and whether the provider vouches for the address."""
