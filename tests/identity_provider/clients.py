"""Who allauth's server knows: the portal in two roles, and one user whom every identity borrows."""

from allauth.idp.oidc.models import Client
from django.contrib.auth import get_user_model

from tests.identity_provider.portal import callback_url, client_id, secret

SCOPES = ["openid", "email", "profile"]


def make_clients() -> None:
    """Make them, in an empty database."""
    users = get_user_model()
    users.objects.create(**{users.USERNAME_FIELD: "everybody"})
    for role in ("google", "microsoft"):
        client = Client(id=client_id(role), name="License portal", skip_consent=True)
        client.set_secret(secret(role))
        client.set_scopes(SCOPES)
        client.set_redirect_uris([callback_url(role)])
        client.save()
