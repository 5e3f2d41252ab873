"""Facebook: never says whether an address is proved, so a mailed code is always asked for."""

from http import HTTPStatus

from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.facebook.flows import compute_appsecret_proof

from accounts.providers.asking import AskingAdapter, AskingProvider
from accounts.providers.calls import session
from accounts.providers.faults import Fault
from accounts.providers.identity import Identity, address_in, name_in, subject_in

FIELDS = "id,name,email"


class FacebookAdapter(AskingAdapter):
    """Exchanges the code for a token, and asks whose it is."""

    provider_id = "facebook"
    scope_delimiter = ","
    access_token_method = "GET"  # noqa: S105  # no password

    def identity(self, app: SocialApp, access_token: str, answer: dict[str, object]) -> Identity:
        """Return whose access token it is; the proof shows Facebook that we hold the app's secret."""
        proof = compute_appsecret_proof(app, SocialToken(token=access_token))
        asked = {"fields": FIELDS, "access_token": access_token, "appsecret_proof": proof}
        with session() as calling:
            told = calling.get(self.settings["PROFILE_URL"], params=asked)
        if told.status_code != HTTPStatus.OK:
            raise Fault("refused")
        profile = told.json()
        return Identity(
            uid=subject_in(profile["id"]), email=address_in(profile.get("email")), name=name_in(profile.get("name"))
        )


class FacebookProvider(AskingProvider):
    """Facebook in the portal's way: without its script, and without sign-in by tokens made elsewhere."""

    id = "facebook"
    name = "Facebook"
    oauth2_adapter_class = FacebookAdapter

    def get_default_scope(self) -> list[str]:
        """Ask for the address."""
        return ["email"]
