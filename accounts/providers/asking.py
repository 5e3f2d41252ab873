"""What all providers have in common: the caller has no say in the question, and no answer is trusted."""

from abc import abstractmethod

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount import app_settings
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.base.provider import ProviderAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.http import HttpRequest

from accounts.providers.faults import faults_only
from accounts.providers.identity import Identity


def process_for(request: HttpRequest, wished: str | None) -> str:
    """Return what an identity is wanted for: to be connected with who is signed in, or to sign in."""
    is_connecting = wished == AuthProcess.CONNECT and request.user.is_authenticated
    return str(AuthProcess.CONNECT if is_connecting else AuthProcess.LOGIN)


class AskingProvider(OAuth2Provider):
    """A provider that is always asked the same."""

    account_class = ProviderAccount

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, str]:
        """Take from the caller where to go afterwards and whether to connect, and nothing of what is asked."""
        chosen = {"process": process_for(request, request.POST.get("process"))}
        next_url = get_next_redirect_url(request)
        return {**chosen, "next_url": next_url} if next_url else chosen

    def extract_uid(self, identity: Identity) -> str:
        """Return what the provider knows somebody by."""
        return identity.uid

    def extract_extra_data(self, identity: Identity) -> dict[str, str | bool]:
        """Keep what the portal asks about, and nothing else that was told."""
        return identity.kept()

    def extract_common_fields(self, identity: Identity) -> dict[str, str]:
        """Fill in nobody: no person is made of what a provider says."""
        return {}


class AskingAdapter(OAuth2Adapter):
    """Exchanges the code and reads the answer; whatever it is, it becomes an Identity or a Fault."""

    nonce = ""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.settings: dict[str, str] = app_settings.PROVIDERS[self.provider_id]
        self.authorize_url = self.settings["AUTHORIZE_URL"]
        self.access_token_url = self.settings["TOKEN_URL"]

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: OAuth2Client, pkce_code_verifier: str | None = None
    ) -> dict[str, object]:
        """Return what the provider gives for the code."""
        with faults_only():
            answer: dict[str, object] = super().get_access_token_data(request, app, client, pkce_code_verifier)
        return answer

    def parse_token(self, answer: dict[str, object]) -> SocialToken:
        """Return the access token, which is never stored."""
        with faults_only():
            return SocialToken(token=str(answer["access_token"]))

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **exchanged: dict[str, object]
    ) -> SocialLogin:
        """Return who signed in at the provider; the access token has done its work and is forgotten."""
        with faults_only():
            identity = self.identity(app, token.token, exchanged["response"])
        token.token = ""
        provider = self.get_provider()  # type: ignore[no-untyped-call]  # allauth says no types here
        login: SocialLogin = provider.sociallogin_from_response(request, identity)
        return login

    @abstractmethod
    def identity(self, app: SocialApp, access_token: str, answer: dict[str, object]) -> Identity:
        """Return who signed in; a Fault, or whatever nonsense leads to, when that cannot be believed."""
