"""The addresses of the three roles."""

from django.urls import path

from tests.identity_provider import facebook, oidc, views

urlpatterns = [
    path("", views.welcome),
    path("google/authorize", views.authorize, {"role": "google"}),
    path("google/token", oidc.token),
    path("google/keys", oidc.keys),
    path("microsoft/authorize", views.authorize, {"role": "microsoft"}),
    path("microsoft/token", oidc.token),
    path("microsoft/keys", oidc.keys),
    path("facebook/dialog", views.authorize, {"role": "facebook"}),
    path("facebook/oauth/access_token", facebook.access_token),
    path("facebook/me", facebook.me),
]
