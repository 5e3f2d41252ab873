"""The buttons of the providers that are switched on."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.providers.asking import process_for
from accounts.providers.provider import provider_classes


@dataclass(frozen=True)
class ProviderButton:
    """A button that leads to a provider: to sign in, or to connect an account there."""

    provider_id: str
    name: str
    url: str
    process: str


def provider_buttons(request: HttpRequest, process: str) -> list[ProviderButton]:
    """Return a button for each provider that the settings switch on.

    `process` is login, or connect for who is signed in.
    """
    on = [provider for provider in provider_classes if provider.id in settings.SOCIALACCOUNT_PROVIDERS]
    return [
        ProviderButton(provider.id, provider.name, reverse(f"{provider.id}_login"), process_for(request, process))
        for provider in on
    ]
