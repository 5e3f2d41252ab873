"""Every address the portal answers to."""

from allauth.account import views as allauth_views
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from accounts.providers import views as providers
from accounts.views import connections as connected
from accounts.views import (
    demo_mails,
    passkeys,
    passwords,
    proving,
    second_step,
    sessions,
    sign_in,
    themes,
)
from qlmportal import brand
from qlmportal.health import healthz, readyz

urlpatterns = [
    path("", include("licenses.urls")),
    path("", include("organizations.urls")),
    path("accounts/login/", sign_in.sign_in, name="account_login"),
    path("accounts/code/", sign_in.code_request, name="account_request_login_code"),
    path("accounts/code/confirm/", sign_in.code_confirm, name="account_confirm_login_code"),
    path("accounts/confirm/", proving.confirm_by_password, name="account_reauthenticate"),
    path("accounts/passkey/", passkeys.passkey_sign_in, name="mfa_login_webauthn"),
    path("accounts/second-step/", second_step.second_step, name="mfa_index"),
    path("accounts/second-step/sign-in/", proving.second_step_of_sign_in, name="mfa_authenticate"),
    path("accounts/second-step/confirm/", proving.confirm_by_code, name="mfa_reauthenticate"),
    path("accounts/second-step/confirm/passkey/", proving.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("accounts/second-step/app/add/", second_step.app_add, name="mfa_activate_totp"),
    path("accounts/second-step/app/remove/", second_step.app_remove, name="mfa_deactivate_totp"),
    path("accounts/second-step/passkeys/add/", passkeys.passkey_add, name="mfa_add_webauthn"),
    path("accounts/second-step/passkeys/<int:pk>/rename/", passkeys.passkey_rename, name="mfa_edit_webauthn"),
    path("accounts/second-step/passkeys/<int:pk>/remove/", passkeys.passkey_remove, name="mfa_remove_webauthn"),
    path("accounts/second-step/codes/", second_step.recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/second-step/codes/make/", second_step.recovery_codes_make, name="mfa_generate_recovery_codes"),
    path(
        "accounts/second-step/codes/download/",
        second_step.recovery_codes_download,
        name="mfa_download_recovery_codes",
    ),
    path("accounts/logout/", login_not_required(allauth_views.logout), name="account_logout"),
    path("accounts/password/reset/", passwords.password_reset, name="account_reset_password"),
    path("accounts/password/change/", passwords.password_change, name="account_change_password"),
    path("accounts/sessions/", sessions.sessions, name="usersessions_list"),
    path("accounts/connections/", connected.connections, name="socialaccount_connections"),
    path("accounts/google/login/", providers.google_login, name="google_login"),
    path("accounts/google/login/callback/", providers.google_callback, name="google_callback"),
    path("accounts/facebook/login/", providers.facebook_login, name="facebook_login"),
    path("accounts/facebook/login/callback/", providers.facebook_callback, name="facebook_callback"),
    path("accounts/azure/login/", providers.azure_login, name="azure_login"),
    path("accounts/azure/login/callback/", providers.azure_callback, name="azure_callback"),
    path("accounts/providers/cancelled/", providers.cancelled, name="socialaccount_login_cancelled"),
    path("accounts/providers/error/", providers.failed, name="socialaccount_login_error"),
    path("accounts/", include("accounts.urls")),
    path("demo/mail/", demo_mails.demo_mail, name="demo_mail"),
    path("demo/mail/<int:mail_id>/", demo_mails.demo_mail_text, name="demo_mail_text"),
    path("theme/", themes.theme, name="theme"),
    path("brand.css", brand.style, name="brand_style"),
    path("brand/logo", brand.logo, name="brand_logo"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/", admin.site.urls),
]

handler400 = "qlmportal.errors.bad_request"
handler403 = "qlmportal.errors.permission_denied"
handler404 = "qlmportal.errors.not_found"
handler429 = "qlmportal.errors.too_many_requests"
handler500 = "qlmportal.errors.server_error"
