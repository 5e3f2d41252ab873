"""The providers, where allauth looks for those of an app."""

from accounts.providers.azure import AzureProvider
from accounts.providers.facebook import FacebookProvider
from accounts.providers.google import GoogleProvider

provider_classes = [GoogleProvider, FacebookProvider, AzureProvider]
