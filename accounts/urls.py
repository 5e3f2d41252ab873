"""The addresses of signing in that are not allauth's."""

from django.urls import path

from accounts.views import passwords

app_name = "accounts"

urlpatterns = [
    path("first-password/<uidb64>/<token>/", passwords.first_password, name="first_password"),
]
