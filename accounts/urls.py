"""The addresses of signing in that are not allauth's."""

from django.urls import path

from accounts.views import addresses, not_me, passwords, proofs, sign_in

app_name = "accounts"

urlpatterns = [
    path("identity/address/", sign_in.identity_address, name="identity_address"),
    path("prove/", proofs.prove, name="prove"),
    path("prove/code/", proofs.confirm_proof, name="confirm_proof"),
    path("address/", addresses.change_of_address, name="change_address"),
    path("address/<address_token>/", addresses.confirm_address, name="confirm_address"),
    path("not-me/<notice_token>/", not_me.not_me, name="not_me"),
    path("first-password/<uidb64>/<token>/", passwords.first_password, name="first_password"),
]
